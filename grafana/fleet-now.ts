import { panelLink, pbxOfLine, pbxOfRow, type Section } from './dashboard.ts';
import { id } from './identity.ts';
import { always, type PanelText, type Query, redFromOne, stat, type Steps, timeline } from './panels.ts';
import {
  best,
  chosen,
  lastRead,
  newest,
  newestOfChosen,
  notRead,
  notReadCount,
  ofChosen,
  oneOf,
  readState,
} from './queries.ts';
import { type Column, table } from './table.ts';
import { colours, readWords } from './words.ts';

const noPbx = 'No PBX found. Check that the exporter is scraped, and that the variables above match any PBX.';

/** Trunks in the state `unknown`, and the last known trunks of PBXs that are not read now. */
const unknownTrunks = `sum(
  ${best('pbx:trunks:held')} and on (${id}) ${chosen} unless on (${id}) pbx_trunks
  or ${newestOfChosen('pbx_trunks{state="unknown"}')}
) > 0`;

/** The panel with the details of each number. */
const lists: Readonly<Record<string, string>> = {
  PBXs: 'PBXs one by one',
  'PBXs down': 'PBXs that were down in this time',
  'Trunks not in service': 'Trunks not in service now',
  'Peers reachable': 'Peers by state',
  'Peers unreachable': 'Phones that cannot be reached',
  'Peers unregistered': 'Phones that cannot be reached',
  'Logins suspended': 'Suspended logins',
};

/** Section with current problems and the list of PBXs. */
export const fleetNow: Section = {
  title: 'Now',
  panels: [
    count(
      'PBXs',
      'Configured PBXs, including those that no exporter has shown for up to six hours.',
      `count(${readState()} and on (${id}) ${chosen})`,
      always('text'),
    ),
    count(
      'PBXs down',
      'PBXs that could not be read in the last round (no connection, login refused, or no readable list), and PBXs that no exporter shows any more, which are counted separately.',
      `sum(${readState()} < bool 1 and on (${id}) ${chosen})`,
      redFromOne,
      noPbx,
      [{ expression: `count(${notRead} < 0)`, legend: 'no exporter answers' }],
    ),
    count(
      'Trunks not in service',
      'Trunks that should work and do not. Unknown: trunks whose state the PBX does not report, and the last known trunks of PBXs that cannot be read. Disabled trunks are not counted.',
      `sum((1 - ${newest('pbx_trunk_up', ['trunk'])}) and on (${id}) ${chosen})`,
      redFromOne,
      'No trunk was read.',
      [{ expression: unknownTrunks, legend: 'unknown' }],
    ),
    peers('reachable', 'Phones that answer.', always(colours.good)),
    peers('unreachable', 'Phones that are registered but do not answer.', redFromOne),
    peers('unregistered', 'Extensions without a phone.', always(colours.warning)),
    count(
      'Logins suspended',
      'PBXs to which the exporter does not log in for now, so that the PBX does not lock the account.',
      `sum((${best('pbx_login_suspended_until_timestamp_seconds')} > bool time()) and on (${id}) ${chosen})`,
      redFromOne,
      'Not known, because no exporter answers.',
      [{ expression: `count(${notRead} < 0)`, legend: 'not known' }],
    ),
    stat({
      ...size(),
      title: 'Oldest reading',
      description:
        'Time since the last reading, for the PBX where it is longest ago. PBXs that were never read are not included.',
      empty: 'No PBX was read yet.',
      unit: 's',
      query: { expression: `time() - min(${lastRead()} and on (${id}) ${chosen})`, legend: 'Oldest' },
      beside: [notReadCount],
      dataLinks: [panelLink('fleet', 'PBXs one by one')],
      // By default, a round is due every 30 s; the longest usual interval is an hour.
      steps: [
        { from: null, colour: colours.good },
        { from: 180, colour: colours.warning },
        { from: 900, colour: colours.bad },
      ],
    }),
    pbxTable(),
    timeline({
      title: 'PBXs that were down in this time',
      description:
        'Only PBXs that were down or not monitored at least once in the selected time range. A move from one exporter to another does not hide an outage.',
      empty: 'No PBX was down while it was monitored; see "PBXs one by one" above.',
      unit: 'none',
      width: 24,
      height: 7,
      query: {
        expression: `(${readState()} and on (${id}) ${chosen}) and on (${id}) min_over_time(${readState()}[$__range:30s] @ end()) < 1`,
        legend: '{{pbx}}',
      },
      mappings: [readWords],
      dataLinks: [{ title: 'Open this PBX', url: pbxOfLine }],
    }),
  ],
};

function size(): Pick<PanelText, 'width' | 'height'> {
  return { width: 3, height: 4 };
}

function count(
  title: string,
  description: string,
  expression: string,
  steps: Steps,
  empty = noPbx,
  beside: readonly Query[] = [],
): ReturnType<typeof stat> {
  const query = { expression, legend: title };
  const list = lists[title];
  const dataLinks = list === undefined ? [] : [panelLink('fleet', list)];
  return stat({ ...size(), title, description, empty, unit: 'none', query, beside, steps, dataLinks });
}

function peers(state: string, description: string, steps: Steps): ReturnType<typeof stat> {
  const expression = `sum(${newestOfChosen(`pbx_peers{state="${state}"}`)})`;
  return count(`Peers ${state}`, description, expression, steps, 'No list of peers was read.', [notReadCount]);
}

function pbxTable(): ReturnType<typeof table> {
  const inState = (state: string): string => newestOfChosen(`pbx_peers{state="${state}"}`);
  const columns: readonly Column[] = [
    { of: 'pbx', title: 'PBX', link: { title: 'Open this PBX', url: pbxOfRow } },
    { of: 'family', title: 'Family' },
    { of: 'site', title: 'Site' },
    { of: 1, title: 'State', mappings: [readWords], width: 110 },
    { of: 'reason', title: 'Why' },
    { of: 2, title: 'Reachable', empty: 'not read' },
    { of: 3, title: 'Unreachable', steps: redFromOne, empty: 'not read' },
    { of: 4, title: 'Unregistered', empty: 'not read' },
    { of: 5, title: 'Trunks not in service', steps: redFromOne, empty: 'not read' },
    { of: 6, title: 'Worst roundtrip', unit: 'ms', decimals: 1, empty: 'not reported' },
    { of: 7, title: 'Last read', unit: 'dateTimeFromNow', empty: 'never, or not known' },
  ];
  return table({
    title: 'PBXs one by one',
    description:
      'One row for each PBX, with the time of the last reading; PBXs that are down come first. "Why" is the reason why the last round failed; see "Failure reasons" in the documentation. Click a name to open the PBX.',
    empty: noPbx,
    unit: 'none',
    width: 24,
    height: 10,
    sortBy: { title: 'State', descending: false },
    columns,
    expressions: [
      oneOf([id], ['family', 'site'], chosen),
      `${readState()} and on (${id}) ${chosen}`,
      inState('reachable'),
      inState('unreachable'),
      inState('unregistered'),
      `sum by (${id}) (1 - ${newest('pbx_trunk_up', ['trunk'])}) and on (${id}) ${chosen}`,
      `(${ofChosen('pbx:peer_roundtrip_microseconds:worst')}) / 1000`,
      `1000 * ${lastRead()} and on (${id}) ${chosen}`,
      oneOf([id], ['reason'], `pbx_last_failure and on (${id}) ${best('pbx_up')} == 0 and on (${id}) ${chosen}`),
    ],
  });
}
