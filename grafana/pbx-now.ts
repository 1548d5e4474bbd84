import type { Section } from './dashboard.ts';
import { always, type PanelText, redFromOne, stat, type Steps } from './panels.ts';
import { best } from './queries.ts';
import { colours, yesNo } from './words.ts';

const one = '{pbx="$pbx"}';

/** The PBX at a glance. */
export const pbxNow: Section = {
  title: '$pbx now',
  panels: [
    stat({
      ...size(),
      title: 'State',
      description: 'Whether the PBX could be read in the last round.',
      empty: 'No such PBX.',
      unit: 'none',
      query: { expression: best(`pbx_up${one}`), legend: '' },
      steps: always(colours.off),
      mappings: [yesNo('up', 'down')],
    }),
    name(
      'Last failure',
      'Why the last round failed, in the words that the docs of the exporter explain.',
      best(`pbx_last_failure${one}`, ['reason']),
      '{{reason}}',
      'none',
      colours.bad,
    ),
    name('Family', 'Make of the PBX.', best(`pbx_target_info${one}`, ['family']), '{{family}}', 'none'),
    name(
      'Version',
      'Version and model as the PBX tells them.',
      best(`pbx_info${one}`, ['version', 'model']),
      '{{version}} {{model}}',
      'not told',
    ),
    value('Uptime', 'Since the PBX, or its telephony core, started.', 'pbx_uptime_seconds', 'not told', always('text')),
    value(
      'Age of data',
      'Age of the oldest values that are shown of this PBX.',
      'pbx_snapshot_age_seconds',
      'no data',
      [
        { from: null, colour: colours.good },
        { from: 120, colour: colours.warning },
        { from: 600, colour: colours.bad },
      ],
    ),
    stat({
      ...size(),
      title: 'Login suspended for',
      description:
        'How long the exporter will not log in, so that the PBX does not lock the account. A corrected account and a reload of the configuration lift it at once.',
      empty: 'not suspended',
      unit: 's',
      query: {
        expression: `${best(`pbx_login_suspended_until_timestamp_seconds${one}`)} - time() > 0`,
        legend: '',
      },
      steps: always(colours.bad),
    }),
    stat({
      ...size(),
      title: 'Trunks not in service',
      description:
        'Trunks that should work and do not. Disabled trunks and those whose state is unknown are not counted.',
      empty: 'no trunk was read',
      unit: 'none',
      query: { expression: `sum(1 - ${best(`pbx_trunk_up${one}`, ['trunk'])})`, legend: '' },
      steps: redFromOne,
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
  });
}
