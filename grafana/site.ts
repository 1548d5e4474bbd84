import { type DashboardPlan, pbxOfLine, pbxOfRow, uids } from './dashboard.ts';
import { fleetLabels, id } from './identity.ts';
import { graph, redFromOne, timeline } from './panels.ts';
import { best, by, lastRead, newest, pbxsWith, readState, withTrunkInfo } from './queries.ts';
import { table } from './table.ts';
import { dataSourceVariable, fleetVariables, siteVariable } from './variables.ts';
import { peerColours, readWords } from './words.ts';

const pbxs = pbxsWith([...fleetLabels, 'site'].map((label) => by(label)));
const here = `and on (${id}) ${pbxs}`;
const down = `((${newest('pbx_trunk_up', ['trunk'])}) == 0 ${here})`;

/** Dashboard of one site: its PBXs, trunks and phones. */
export const site: DashboardPlan = {
  uid: uids.site,
  title: 'PBX / Site',
  description: 'One site: its PBXs over time, trunks, phones and calls.',
  from: 'now-24h',
  variables: [
    dataSourceVariable(),
    ...fleetVariables(false),
    ...(fleetLabels.includes('site') ? [] : [siteVariable()]),
  ],
  narrowTo: pbxs,
  sections: [
    {
      title: 'PBXs of the site',
      panels: [
        timeline({
          title: 'PBXs',
          description: 'Whether each PBX of the site could be read; "not monitored" if no exporter shows it any more.',
          empty: 'No PBX of this site is known.',
          unit: 'none',
          width: 24,
          height: 6,
          query: { expression: `${readState()} ${here}`, legend: '{{pbx}}' },
          mappings: [readWords],
          dataLinks: [{ title: 'Open this PBX', url: pbxOfLine }],
        }),
        table({
          title: 'Now',
          description: 'One row for each PBX of the site.',
          empty: 'No PBX of this site is known.',
          unit: 'none',
          width: 24,
          height: 7,
          sortBy: { title: 'State', descending: false },
          columns: [
            { of: 'pbx', title: 'PBX', link: { title: 'Open this PBX', url: pbxOfRow } },
            { of: 0, title: 'State', mappings: [readWords] },
            { of: 1, title: 'Trunks not in service', steps: redFromOne, empty: 'not read' },
            { of: 2, title: 'Phones reachable', unit: 'percentunit', decimals: 0, empty: 'not read' },
            { of: 3, title: 'Last read', unit: 'dateTimeFromNow', empty: 'never, or not known' },
          ],
          expressions: [
            `${readState()} ${here}`,
            `${best('pbx:trunks_not_in_service:count')} ${here}`,
            `${best('pbx:peers_reachable:ratio')} ${here}`,
            `1000 * ${lastRead()} ${here}`,
          ],
        }),
        table({
          title: 'Trunks not in service',
          description:
            'Trunks that should work and do not, and since when. PBXs that are not read are in the list above; nothing is known about their trunks.',
          empty: 'None on the PBXs being read.',
          unit: 'none',
          width: 12,
          height: 7,
          sortBy: { title: 'PBX', descending: false },
          columns: [
            { of: 'pbx', title: 'PBX', link: { title: 'Open this PBX', url: pbxOfRow } },
            { of: 'trunk', title: 'Trunk' },
            { of: 'name', title: 'Name' },
            { of: 'host', title: 'Provider' },
            { of: 1, title: 'Since', unit: 'dateTimeFromNow', empty: 'not known' },
          ],
          expressions: [
            withTrunkInfo(down, ['name', 'host']),
            `1000 * ${best('pbx:trunk_not_in_service:since', ['trunk'])} and on (${id}, trunk) ${down}`,
          ],
        }),
        graph({
          title: 'Calls',
          description: 'Concurrent calls by PBX.',
          empty: 'Calls are not read: "calls" is not in "collect", or the PBXs are down.',
          unit: 'none',
          width: 12,
          height: 7,
          queries: [
            { expression: `sum by (${id}) (${newest('pbx_calls', ['direction'])} ${here})`, legend: '{{pbx}}' },
          ],
          dataLinks: [{ title: 'Open this PBX', url: pbxOfLine }],
        }),
        graph({
          title: 'Phones by state',
          description: 'Extensions and phones of the site in each state.',
          empty: 'No list of phones was read.',
          unit: 'none',
          width: 12,
          height: 8,
          stacked: true,
          seriesColours: peerColours,
          queries: [{ expression: `sum by (state) (${newest('pbx_peers', ['state'])} ${here})`, legend: '{{state}}' }],
        }),
        graph({
          title: 'Roundtrip, 95th percentile',
          description: '95 % of the phones of the PBX answer faster than this.',
          empty: 'No roundtrips: these PBXs do not report them, or are not read.',
          unit: 'ms',
          width: 12,
          height: 8,
          queries: [{ expression: `${best('pbx:peer_roundtrip_microseconds:p95')} / 1000 ${here}`, legend: '{{pbx}}' }],
          dataLinks: [{ title: 'Open this PBX', url: pbxOfLine }],
        }),
      ],
    },
  ],
};
