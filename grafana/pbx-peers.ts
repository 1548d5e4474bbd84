import type { Section } from './dashboard.ts';
import { graph, heatmap } from './panels.ts';
import { best, roundtripBuckets } from './queries.ts';
import { type Column, table } from './table.ts';
import { peerColours, yesNo } from './words.ts';

const one = '{pbx="$pbx"}';
const noRoundtrip = 'This PBX does not tell roundtrips.';
const roundtrips = best(`pbx_peer_roundtrip_microseconds${one}`, ['peer']);

/** Phones: how many in which state, how far away, and each of them. */
export const pbxPeers: Section = {
  title: 'Peers',
  panels: [
    graph({
      title: 'Peers by state',
      description: 'How many extensions and phones are in each state.',
      empty: 'No list of peers was read.',
      unit: 'none',
      width: 8,
      height: 9,
      stacked: true,
      seriesColours: peerColours,
      queries: [{ expression: best(`pbx_peers${one}`, ['state']), legend: '{{state}}' }],
    }),
    heatmap({
      title: 'Roundtrips of all peers',
      description:
        'How many phones are in each band of roundtrips: the darker, the more. The bands end at the values shown.',
      empty: noRoundtrip,
      unit: 'µs',
      width: 8,
      height: 9,
      query: { expression: roundtripBuckets(), legend: '{{le}}' },
    }),
    graph({
      title: 'Roundtrip, half, nine in ten, and slowest',
      description:
        'Half of the phones answer faster than the median, nine in ten faster than the 90th percentile, and so on.',
      empty: noRoundtrip,
      unit: 'µs',
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
    graph({
      title: 'Phones that come and go',
      description: 'How often a phone became reachable or unreachable, the ten most restless ones.',
      empty: 'No phone came or went.',
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
  const empty = 'not told';
  const columns: readonly Column[] = [
    { of: 'peer', title: 'Peer' },
    { of: 'name', title: 'Name' },
    { of: 0, title: 'Reachable', mappings: [yesNo('yes', 'no')], empty: 'disabled or unknown' },
    { of: 1, title: 'Registered', mappings: [yesNo('yes', 'no', { no: 'orange' })], empty },
    { of: 2, title: 'Roundtrip', unit: 'µs', empty },
    { of: 3, title: 'Phones', empty },
    { of: 4, title: 'In a call', mappings: [yesNo('yes', 'no', { no: 'text' })], empty },
  ];
  const of = (metric: string): string => best(`${metric}${one}`, ['peer']);
  return table({
    title: 'Peers',
    description:
      'Every extension or phone as it is now. Peers that are disabled, or whose state the PBX does not tell, are only listed here if they have a name.',
    empty: 'No list of peers was read.',
    unit: 'none',
    width: 16,
    height: 12,
    sortBy: { title: 'Peer', descending: false },
    columns,
    expressions: [
      of('pbx_peer_reachable'),
      of('pbx_peer_registered'),
      of('pbx_peer_roundtrip_microseconds'),
      of('pbx_peer_contacts'),
      of('pbx_peer_in_call'),
      best(`pbx_peer_info${one}`, ['peer', 'name']),
    ],
  });
}
