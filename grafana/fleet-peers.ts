import { pbxAddress, type Section } from './dashboard.ts';
import { graph } from './panels.ts';
import { ofChosen, withPeerName } from './queries.ts';
import { table } from './table.ts';
import { peerColours } from './words.ts';

const noRoundtrip = 'None of these PBXs tells roundtrips.';

/** Phones by state, and those that are far away. */
export const fleetPeers: Section = {
  title: 'Peers',
  panels: [
    graph({
      title: 'Peers by state',
      description: 'How many extensions and phones of the chosen PBXs are in each state.',
      empty: 'No list of peers was read.',
      unit: 'none',
      width: 12,
      height: 9,
      stacked: true,
      seriesColours: peerColours,
      queries: [{ expression: `sum by (state) (${ofChosen('pbx_peers', ['state'])})`, legend: '{{state}}' }],
    }),
    table({
      title: 'Worst roundtrips now',
      description:
        'The twenty phones that take longest to answer. Not every make of PBX measures the roundtrip; phones without one are not in this list.',
      empty: noRoundtrip,
      unit: 'none',
      width: 12,
      height: 9,
      sortBy: { title: 'Roundtrip', descending: true },
      columns: [
        { of: 'pbx', title: 'PBX', link: { title: 'Open this PBX', url: pbxAddress('${__value.text:percentencode}') } },
        { of: 'peer', title: 'Peer' },
        { of: 'name', title: 'Name' },
        { of: 0, title: 'Roundtrip', unit: 'µs' },
      ],
      expressions: [withPeerName(`topk(20, ${ofChosen('pbx_peer_roundtrip_microseconds', ['peer'])})`)],
    }),
    graph({
      title: 'Median roundtrip of the slowest PBXs',
      description:
        'Half of the phones of the PBX answer faster than this. The ten PBXs with the highest median; makes that do not measure the roundtrip are not shown.',
      empty: noRoundtrip,
      unit: 'µs',
      width: 24,
      height: 8,
      legend: 'beside',
      queries: [
        {
          expression: `topk(10, quantile by (pbx) (0.5, ${ofChosen('pbx_peer_roundtrip_microseconds', ['peer'])}))`,
          legend: '{{pbx}}',
        },
      ],
    }),
  ],
};
