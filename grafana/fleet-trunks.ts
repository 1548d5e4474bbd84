import { pbxOfLine, pbxOfRow, type Section } from './dashboard.ts';
import { graph } from './panels.ts';
import { newestOfChosen, notReadRows, ofChosen, withTrunkInfo } from './queries.ts';
import { table } from './table.ts';
import { trunkColours } from './words.ts';

const outOfService = '{state=~"unregistered|registering|rejected|failed|unreachable"}';

/** Trunks that do not work now, and how many are in which state over time. */
export const fleetTrunks: Section = {
  title: 'Trunks',
  panels: [
    table({
      title: 'Trunks not in service now',
      description:
        "Trunks that should work and do not, with the state and the PBX's own word for it. PBXs that are not read have one row each: nothing is known of their trunks. Disabled trunks and those whose state is unknown are not in this list.",
      empty: 'All trunks are in service of which the state is known; all PBXs are read.',
      unit: 'none',
      width: 14,
      height: 9,
      sortBy: { title: 'PBX', descending: false },
      columns: [
        { of: 'pbx', title: 'PBX', link: { title: 'Open this PBX', url: pbxOfRow } },
        { of: 'trunk', title: 'Trunk' },
        { of: 'name', title: 'Name' },
        { of: 'state', title: 'State' },
        { of: 'raw_state', title: 'In words of the PBX' },
        { of: 'kind', title: 'Kind' },
        { of: 'host', title: 'Provider' },
      ],
      expressions: [
        withTrunkInfo(`(${newestOfChosen(`pbx_trunk_state${outOfService}`, ['trunk', 'state'])}) == 1`) +
          ` or ${notReadRows('state')}`,
      ],
    }),
    graph({
      title: 'Trunks by state',
      description: 'How many trunks of the chosen PBXs are in each state.',
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
        'How often a trunk was seen to change its state, the ten most restless trunks. A trunk that comes and goes loses calls although it is registered whenever you look.',
      empty: 'No change was seen, where somebody watched.',
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
