import { id } from './identity.ts';
import { pbxOfLine, pbxOfRow, phoneOfRow, type Section } from './dashboard.ts';
import { graph } from './panels.ts';
import { best, chosen, newestOfChosen, notReadRows, ofChosen, withPeerName } from './queries.ts';
import { table } from './table.ts';
import { peerColours, unknownTime } from './words.ts';

/** The last known number of phones on PBXs that are not read now. */
const notReadPeers = {
  expression: `sum(${best('pbx:peers:held')} and on (${id}) ${chosen} unless on (${id}) pbx_peers)`,
  legend: 'not read',
};

const gone = `${ofChosen('pbx:peer_not_reachable:since', ['peer'])} and on (${id}) pbx_peers`;
const worst = 'pbx:peer_roundtrip_microseconds:worst';
const noRoundtrip = 'None of the PBXs being read reports roundtrips.';

/** Section about phones by state, and phones with long roundtrips. */
export const fleetPeers: Section = {
  title: 'Peers',
  panels: [
    graph({
      title: 'Peers by state',
      description: 'Number of extensions and phones of the selected PBXs in each state.',
      empty: 'No list of peers was read.',
      unit: 'none',
      width: 12,
      height: 9,
      stacked: true,
      seriesColours: peerColours,
      queries: [
        { expression: `sum by (state) (${newestOfChosen('pbx_peers', ['state'])})`, legend: '{{state}}' },
        notReadPeers,
      ],
    }),
    table({
      title: 'Worst roundtrips now',
      description:
        'The twenty slowest phones, at most five per PBX. Not every PBX measures the roundtrip; phones without one are not listed. Recorded every minute by dashboards.yml.',
      empty: noRoundtrip,
      unit: 'none',
      width: 12,
      height: 9,
      sortBy: { title: 'Roundtrip', descending: true },
      columns: [
        { of: 'pbx', title: 'PBX', link: { title: 'Open this PBX', url: pbxOfRow } },
        { of: 'peer', title: 'Peer', link: { title: 'Open this phone', url: phoneOfRow } },
        { of: 'name', title: 'Name' },
        { of: 0, title: 'Roundtrip', unit: 'ms', decimals: 1 },
      ],
      expressions: [withPeerName(`topk(20, ${ofChosen(worst, ['peer'])}) / 1000`)],
    }),
    table({
      title: 'Phones that cannot be reached',
      description:
        'The fifty phones that became unreachable most recently, and since when. PBXs that are not read have one row each, with the time of the last reading, because nothing is known about their phones.',
      empty: 'All phones with a known state can be reached; all PBXs are being read.',
      unit: 'none',
      width: 24,
      height: 8,
      sortBy: { title: 'Since', descending: true },
      columns: [
        { of: 'pbx', title: 'PBX', link: { title: 'Open this PBX', url: pbxOfRow } },
        { of: 'peer', title: 'Peer', link: { title: 'Open this phone', url: phoneOfRow } },
        { of: 'name', title: 'Name' },
        { of: 0, title: 'Since', unit: 'dateTimeFromNow', mappings: [unknownTime] },
      ],
      expressions: [`${withPeerName(`1000 * topk(50, ${gone})`)} or ${notReadRows('name')}`],
    }),
    graph({
      title: 'Median roundtrip of the slowest PBXs',
      description:
        'Half of the phones of the PBX answer faster than this. A recorded series from recording.yml, which allows ranges of several days. Shows the ten PBXs with the highest median; PBXs that do not measure the roundtrip are not shown.',
      empty: noRoundtrip,
      unit: 'ms',
      width: 24,
      height: 8,
      legend: 'beside',
      queries: [
        {
          expression: `topk(10, ${ofChosen('pbx:peer_roundtrip_microseconds:median')}) / 1000`,
          legend: '{{pbx}}',
        },
      ],
      dataLinks: [{ title: 'Open this PBX', url: pbxOfLine }],
    }),
  ],
};
