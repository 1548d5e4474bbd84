import type { Section } from './dashboard.ts';
import { heatmap } from './heatmap.ts';
import { graph } from './panels.ts';
import { best, newest, one, roundtripBuckets } from './queries.ts';
import { id } from './identity.ts';
import { type Column, table } from './table.ts';
import { peerColours, yesNo } from './words.ts';

/** The last known number of phones while the PBX is not read. */
const notReadPeers = {
  expression: `${best(`pbx:peers:held${one}`)} unless on (${id}) pbx_peers${one}`,
  legend: 'not read',
};

const noRoundtrip = 'No roundtrips: this PBX does not report them, or is not read.';
const roundtrips = `${newest(`pbx_peer_roundtrip_microseconds${one}`, ['peer'])} / 1000`;

/** Section about phones: numbers by state, roundtrips, and the list of phones. */
export const pbxPeers: Section = {
  title: 'Peers',
  panels: [
    graph({
      title: 'Peers by state',
      description: 'Number of extensions and phones in each state.',
      empty: 'No list of peers was read.',
      unit: 'none',
      width: 8,
      height: 9,
      stacked: true,
      seriesColours: peerColours,
      queries: [{ expression: newest(`pbx_peers${one}`, ['state']), legend: '{{state}}' }, notReadPeers],
    }),
    heatmap({
      title: 'Roundtrips of all peers',
      description:
        'Number of phones in each roundtrip range: darker means more. The values shown are the upper ends of the ranges.',
      empty: noRoundtrip,
      unit: 'µs',
      width: 8,
      height: 9,
      query: { expression: roundtripBuckets(), legend: '{{le}}' },
    }),
    graph({
      title: 'Roundtrip percentiles',
      description: 'Median, 90th and 99th percentile, and maximum of the roundtrips of all phones.',
      empty: noRoundtrip,
      unit: 'ms',
      width: 8,
      height: 9,
      queries: [
        { expression: `quantile(0.5, ${roundtrips})`, legend: 'median' },
        { expression: `quantile(0.9, ${roundtrips})`, legend: '90th percentile' },
        { expression: `quantile(0.99, ${roundtrips})`, legend: '99th percentile' },
        { expression: `max(${roundtrips})`, legend: 'slowest' },
      ],
    }),
    peerTable(),
    table({
      title: 'Devices and their firmware',
      description: 'Registered devices by user agent.',
      empty: 'No list of peers was read, or this PBX does not report devices.',
      unit: 'none',
      width: 8,
      height: 12,
      sortBy: { title: 'Devices', descending: true },
      columns: [
        { of: 'user_agent', title: 'Device' },
        { of: 0, title: 'Devices' },
      ],
      expressions: [newest(`pbx_devices${one}`, ['user_agent'])],
    }),
    graph({
      title: 'Phones with most changes',
      description: 'How often a phone became reachable or unreachable, for the ten with the most changes.',
      empty: 'No changes while the PBX was read.',
      unit: 'none',
      width: 8,
      height: 12,
      queries: [
        {
          expression: `topk(10, ${best(`increase(pbx_peer_reachable_changes_total${one}[$__rate_interval])`, ['peer'])} > 0)`,
          legend: '{{peer}}',
        },
      ],
    }),
  ],
};

function peerTable(): ReturnType<typeof table> {
  const empty = 'not reported';
  const columns: readonly Column[] = [
    { of: 'peer', title: 'Peer' },
    { of: 'name', title: 'Name' },
    { of: 0, title: 'Reachable', mappings: [yesNo('yes', 'no')], empty: 'disabled or unknown' },
    { of: 1, title: 'Registered', mappings: [yesNo('yes', 'no', { no: 'orange' })], empty },
    { of: 2, title: 'Roundtrip', unit: 'ms', decimals: 1, empty },
    { of: 3, title: 'Phones', empty },
    { of: 4, title: 'In a call', mappings: [yesNo('yes', 'no', { no: 'text' })], empty },
    { of: 6, title: 'Not reachable since', unit: 'dateTimeFromNow' },
  ];
  const of = (metric: string): string => best(`${metric}${one}`, ['peer']);
  return table({
    title: 'Peers',
    description:
      'Current state of every extension or phone, as of "Last read" above. Disabled peers, and peers with an unknown state, are listed only if they have a name.',
    empty: 'No list of peers was read.',
    unit: 'none',
    width: 16,
    height: 12,
    sortBy: { title: 'Peer', descending: false },
    columns,
    expressions: [
      of('pbx_peer_reachable'),
      of('pbx_peer_registered'),
      `${of('pbx_peer_roundtrip_microseconds')} / 1000`,
      of('pbx_peer_contacts'),
      of('pbx_peer_in_call'),
      newest(`pbx_peer_info${one}`, ['peer', 'name']),
      `1000 * ${of('pbx:peer_not_reachable:since')}`,
    ],
  });
}
