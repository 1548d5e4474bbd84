import { pbxAddress, type Section } from './dashboard.ts';
import { always, type PanelText, type Query, redFromOne, stat, type Steps, timeline } from './panels.ts';
import { best, chosen, ofChosen, oneOf } from './queries.ts';
import { type Column, table } from './table.ts';
import { colours, yesNo } from './words.ts';

const noPbx = 'No PBX found: is the exporter scraped, and do the variables above leave any?';

/** What is wrong now, and the list of PBXs. */
export const fleetNow: Section = {
  title: 'Now',
  panels: [
    count('PBXs', 'PBXs in the configuration of the exporters.', `count(${ofChosen('pbx_up')})`, always('text')),
    count(
      'PBXs down',
      'PBXs that could not be read in the last round: no connection, login refused, or no list readable.',
      `sum((1 - ${best('pbx_up')}) and on (pbx) (${ofChosen('pbx_up')}))`,
      redFromOne,
    ),
    count(
      'Trunks not in service',
      'Trunks that should work and do not. Disabled trunks and those whose state is unknown are not counted.',
      `sum((1 - ${best('pbx_trunk_up', ['trunk'])}) and on (pbx) (${ofChosen('pbx_up')}))`,
      redFromOne,
      'No trunk was read.',
    ),
    peers('reachable', 'Phones that answer.', always(colours.good)),
    peers('unreachable', 'Phones that are registered but do not answer.', redFromOne),
    peers('unregistered', 'Extensions without a phone.', always(colours.warning)),
    count(
      'Logins suspended',
      'PBXs that the exporter does not log in to for the time being, so that the account is not locked.',
      `sum((${best('pbx_login_suspended_until_timestamp_seconds')} > bool time()) and on (pbx) (${ofChosen('pbx_up')}))`,
      redFromOne,
    ),
    stat({
      ...size(),
      title: 'Oldest data',
      description: 'Age of the oldest values that are shown of any PBX.',
      empty: 'No values are shown.',
      unit: 's',
      query: plain(`max(${ofChosen('pbx_snapshot_age_seconds')})`),
      steps: [
        { from: null, colour: colours.good },
        { from: 120, colour: colours.warning },
        { from: 600, colour: colours.bad },
      ],
    }),
    pbxTable(),
    timeline({
      title: 'PBXs that were down in this time',
      description: 'Only PBXs that were down at least once in the time range that you chose.',
      empty: 'No PBX was down in this time.',
      unit: 'none',
      width: 24,
      height: 7,
      query: {
        expression: `${ofChosen('pbx_up')} and on (pbx) (${best('min_over_time(pbx_up[$__range] @ end())')} == 0)`,
        legend: '{{pbx}}',
      },
      mappings: [yesNo('up', 'down')],
    }),
  ],
};

function plain(expression: string): Query {
  return { expression, legend: '' };
}

function size(): Pick<PanelText, 'width' | 'height'> {
  return { width: 3, height: 4 };
}

function count(
  title: string,
  description: string,
  expression: string,
  steps: Steps,
  empty = noPbx,
): ReturnType<typeof stat> {
  return stat({ ...size(), title, description, empty, unit: 'none', query: plain(expression), steps });
}

function peers(state: string, description: string, steps: Steps): ReturnType<typeof stat> {
  const expression = `sum(${ofChosen(`pbx_peers{state="${state}"}`)})`;
  return count(`Peers ${state}`, description, expression, steps, 'No list of peers was read.');
}

function pbxTable(): ReturnType<typeof table> {
  const inState = (state: string): string => ofChosen(`pbx_peers{state="${state}"}`);
  const columns: readonly Column[] = [
    { of: 'pbx', title: 'PBX', link: { title: 'Open this PBX', url: pbxAddress('${__value.text:percentencode}') } },
    { of: 'family', title: 'Family' },
    { of: 'site', title: 'Site' },
    { of: 1, title: 'State', mappings: [yesNo('up', 'down')], width: 80 },
    { of: 'reason', title: 'Why' },
    { of: 2, title: 'Reachable', empty: 'not read' },
    { of: 3, title: 'Unreachable', steps: redFromOne, empty: 'not read' },
    { of: 4, title: 'Unregistered', empty: 'not read' },
    { of: 5, title: 'Trunks not in service', steps: redFromOne, empty: 'not read' },
    { of: 6, title: 'Worst roundtrip', unit: 'µs', empty: 'not told' },
    { of: 7, title: 'Age of data', unit: 's', empty: 'no data' },
  ];
  return table({
    title: 'PBXs',
    description:
      'One row for each PBX; those that are down come first. "Why" is the reason of the last failed round, explained in the docs under "Failure reasons". Click on a name to see the PBX.',
    empty: noPbx,
    unit: 'none',
    width: 24,
    height: 10,
    sortBy: { title: 'State', descending: false },
    columns,
    expressions: [
      oneOf(['pbx'], ['family', 'site'], chosen),
      ofChosen('pbx_up'),
      inState('reachable'),
      inState('unreachable'),
      inState('unregistered'),
      `sum by (pbx) (1 - ${best('pbx_trunk_up', ['trunk'])}) and on (pbx) (${ofChosen('pbx_up')})`,
      ofChosen('pbx_peer_roundtrip_microseconds'),
      ofChosen('pbx_snapshot_age_seconds'),
      ofChosen('pbx_last_failure', ['reason']),
    ],
  });
}
