import type { Section } from './dashboard.ts';
import { graph, timeline } from './panels.ts';
import { best, newest, one, trunkStateNumbers, withTrunkInfo } from './queries.ts';
import { table } from './table.ts';
import { trunkStateMapping } from './words.ts';

/** Section about the trunks: states over time, and details from the PBX. */
export const pbxTrunks: Section = {
  title: 'Trunks',
  panels: [
    timeline({
      title: 'State of every trunk',
      description:
        'One bar for each trunk. A gap means that the state was not read at that time. "unmonitored" means in service, but not checked.',
      empty: 'No list of trunks was read.',
      unit: 'none',
      width: 24,
      height: 9,
      query: {
        expression: withTrunkInfo(trunkStateNumbers(), ['name']),
        legend: '{{trunk}} {{name}}',
      },
      mappings: [trunkStateMapping()],
    }),
    table({
      title: 'Trunks',
      description: 'Trunks as reported by the PBX. An empty roundtrip means that the PBX did not report one.',
      empty: 'No list of trunks was read.',
      unit: 'none',
      width: 14,
      height: 8,
      sortBy: { title: 'Trunk', descending: false },
      columns: [
        { of: 'trunk', title: 'Trunk' },
        { of: 'name', title: 'Name' },
        { of: 'state', title: 'State' },
        { of: 'raw_state', title: 'Reported state' },
        { of: 'kind', title: 'Kind' },
        { of: 'host', title: 'Provider' },
        { of: 1, title: 'Roundtrip', unit: 'ms', decimals: 1 },
        { of: 2, title: 'Not in service since', unit: 'dateTimeFromNow' },
      ],
      expressions: [
        withTrunkInfo(`${newest(`pbx_trunk_state${one}`, ['trunk', 'state'])} == 1`),
        `${newest(`pbx_trunk_roundtrip_microseconds${one}`, ['trunk'])} / 1000`,
        `1000 * ${best(`pbx:trunk_not_in_service:since${one}`, ['trunk'])}`,
      ],
    }),
    graph({
      title: 'Roundtrip of trunks',
      description: 'Time that the other side of the trunk takes to answer, if the PBX measures it.',
      empty: 'No roundtrips: this PBX does not report them for trunks, or is not read.',
      unit: 'ms',
      width: 10,
      height: 8,
      queries: [
        { expression: `${newest(`pbx_trunk_roundtrip_microseconds${one}`, ['trunk'])} / 1000`, legend: '{{trunk}}' },
      ],
    }),
  ],
};
