import { panelLink, type Section } from './dashboard.ts';
import { always, type PanelText, redFromOne, stat, type Steps } from './panels.ts';
import { id } from './identity.ts';
import { best, lastRead, newest, one, oneOf, onePbx, pbxsWith, readState } from './queries.ts';
import { colours, readWords, valueMapping } from './words.ts';

/** Section with an overview of the PBX. */
export const pbxNow: Section = {
  title: '$pbx now',
  panels: [
    stat({
      ...size(),
      title: 'State',
      description: 'Whether the PBX could be read in the last round; "not monitored" if no exporter shows it any more.',
      empty: 'not known',
      unit: 'none',
      query: { expression: readState(one), legend: '' },
      dataLinks: [panelLink('pbx', 'What could be read')],
      steps: always(colours.off),
      mappings: [readWords],
    }),
    name(
      'Last failure',
      'Reason why the last round failed; see "Failure reasons" in the documentation.',
      oneOf([id], ['reason'], `pbx_last_failure${one} and on (${id}) ${best(`pbx_up${one}`)} == 0`) +
        ` or on (${id}) label_replace(${readState(one)} == 1, "reason", "none", "", "")` +
        ` or on (${id}) label_replace(${readState(one)} < 1, "reason", "not known", "", "")`,
      '{{reason}}',
      'not known',
    ),
    name('Family', 'Family of the PBX.', oneOf([id], ['family'], pbxsWith([onePbx])), '{{family}}', 'not known'),
    name(
      'Version',
      'Version and model reported by the PBX.',
      newest(`pbx_info${one}`, ['version', 'model']),
      '{{version}} {{model}}',
      'not reported',
    ),
    value(
      'Uptime',
      'Time since the PBX, or its telephony core, started.',
      'pbx_uptime_seconds',
      'not reported',
      always('text'),
    ),
    stat({
      ...size(),
      title: 'Last read',
      description:
        'Time of the last reading. If the PBX is down, its values disappear once they are as old as "stale_after". The rest of this page is then empty.',
      empty: 'never, or not known',
      unit: 'dateTimeFromNow',
      query: { expression: `1000 * ${lastRead(one)}`, legend: '' },
      steps: always('text'),
    }),
    stat({
      ...size(),
      title: 'Login suspended for',
      description:
        'Time until the next login. The exporter waits so that the PBX does not lock the account. To end the suspension, correct the account and reload.',
      empty: 'not known',
      unit: 's',
      query: {
        expression: `clamp_min(${best(`pbx_login_suspended_until_timestamp_seconds${one}`)} - time(), 0)`,
        legend: '',
      },
      mappings: [valueMapping([{ value: 0, text: 'not suspended', color: colours.good }])],
      steps: always(colours.bad),
    }),
    stat({
      ...size(),
      title: 'Trunks not in service',
      description:
        'Trunks that should work and do not. Unknown: trunks whose state the PBX does not report; all trunks, if the PBX is not read. Disabled trunks are not counted.',
      empty: 'not read',
      unit: 'none',
      query: { expression: `sum(1 - ${newest(`pbx_trunk_up${one}`, ['trunk'])})`, legend: 'not in service' },
      beside: [
        {
          expression: `sum(${best(`pbx:trunks:held${one}`)} unless on (${id}) pbx_trunks${one} or ${newest(`pbx_trunks{${onePbx},state="unknown"}`)}) > 0`,
          legend: 'unknown',
        },
      ],
      steps: redFromOne,
      dataLinks: [panelLink('pbx', 'Trunks')],
    }),
  ],
};

function size(): Pick<PanelText, 'width' | 'height'> {
  return { width: 3, height: 4 };
}

function value(
  title: string,
  description: string,
  metric: string,
  empty: string,
  steps: Steps,
): ReturnType<typeof stat> {
  const query = { expression: best(`${metric}${one}`), legend: '' };
  return stat({ ...size(), title, description, empty, unit: 's', query, steps });
}

function name(
  title: string,
  description: string,
  expression: string,
  legend: string,
  empty: string,
  colour = 'text',
): ReturnType<typeof stat> {
  const query = { expression, legend };
  return stat({
    ...size(),
    title,
    description,
    empty,
    unit: 'none',
    query,
    steps: always(colour),
    showsName: true,
    dataLinks: title === 'Last failure' ? [panelLink('pbx', 'Failures by reason')] : [],
  });
}
