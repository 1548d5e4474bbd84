import { pbxOfLine, pbxOfRow, type Section } from './dashboard.ts';
import { id } from './identity.ts';
import { graph } from './panels.ts';
import { newestOfChosen, notReadRows, ofChosen, withTrunkInfo } from './queries.ts';
import { table } from './table.ts';
import { trunkColours, unknownTime } from './words.ts';

const outOfService = '{state=~"unregistered|registering|rejected|failed|unreachable"}';

const broken = `(${newestOfChosen(`pbx_trunk_state${outOfService} == 1`, ['trunk', 'state'])})`;

/** Start time of a state in ms; -1 in the first minute, before it is recorded. */
function sinceOf(ones: string): string {
  const recorded = 'pbx:trunk_not_in_service:since';
  return `1000 * ${ones} * on (${id}, trunk) group_left () ${recorded} or on (${id}, trunk) ${ones} - 2`;
}

/** Section about trunks that are not in service, and the number of trunks by state over time. */
export const fleetTrunks: Section = {
  title: 'Trunks',
  panels: [
    table({
      title: 'Trunks not in service now',
      description:
        'Trunks that should work and do not: their state, since when, and the state as the PBX reports it. PBXs that are not read have one row each, with the time of the last reading, because nothing is known about their trunks. Disabled trunks, and trunks whose state is unknown, are not in this list.',
      empty: 'All trunks with a known state are in service; all PBXs are being read.',
      unit: 'none',
      width: 14,
      height: 9,
      sortBy: { title: 'PBX', descending: false },
      columns: [
        { of: 'pbx', title: 'PBX', link: { title: 'Open this PBX', url: pbxOfRow } },
        { of: 'trunk', title: 'Trunk' },
        { of: 'name', title: 'Name' },
        { of: 'state', title: 'State' },
        { of: 0, title: 'Since', unit: 'dateTimeFromNow', mappings: [unknownTime] },
        { of: 'raw_state', title: 'Reported state' },
        { of: 'kind', title: 'Kind' },
        { of: 'host', title: 'Provider' },
      ],
      expressions: [`${withTrunkInfo(`(${sinceOf(broken)})`)} or ${notReadRows('state')}`],
    }),
    graph({
      title: 'Trunks by state',
      description: 'Number of trunks of the selected PBXs in each state.',
      empty: 'No list of trunks was read.',
      unit: 'none',
      width: 10,
      height: 9,
      stacked: true,
      seriesColours: trunkColours,
      queries: [{ expression: `sum by (state) (${newestOfChosen('pbx_trunks', ['state'])}) > 0`, legend: '{{state}}' }],
    }),
    graph({
      title: 'Changes of trunk states',
      description:
        'State changes of the ten trunks with the most changes. A trunk that keeps changing its state loses calls, even if it is registered whenever you check.',
      empty: 'No changes while monitored.',
      unit: 'none',
      width: 24,
      height: 7,
      legend: 'beside',
      queries: [
        {
          expression: `topk(10, (${ofChosen('increase(pbx_trunk_state_changes_total[$__rate_interval])', ['trunk'])}) > 0)`,
          legend: '{{pbx}} {{trunk}}',
        },
      ],
      dataLinks: [{ title: 'Open this PBX', url: pbxOfLine }],
    }),
  ],
};
