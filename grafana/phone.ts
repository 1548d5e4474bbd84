import { type DashboardPlan, pbxOfLine, pbxOfRow, uids } from './dashboard.ts';
import { id } from './identity.ts';
import { graph } from './panels.ts';
import { best, newest, notReadRows, withPeerName } from './queries.ts';
import { table } from './table.ts';
import { dataSourceVariable, textVariable } from './variables.ts';
import { yesNo } from './words.ts';

/** Phones whose number or name contains the text; a text for a search, so it is taken letter by letter. */
const byNumber = '{peer=~`(?i).*${phone:regex}.*`}';
const byName = '{name=~`(?i).*${phone:regex}.*`}';
const found = `(pbx_peer_info${byNumber} or pbx_peer_info${byName})`;
const peersFound = `and on (${id}, peer) ${found}`;

/** One phone, looked for in all PBXs, for the service desk. Devices will be columns of the table once they are read. */
export const phone: DashboardPlan = {
  uid: uids.phone,
  title: 'PBX / Phone',
  description: 'A phone by its number or name, looked for in all PBXs: its state, roundtrip and changes.',
  from: 'now-24h',
  variables: [
    dataSourceVariable(),
    textVariable('phone', 'Number or name', 'A part of the number or of the name, capital letters or not.'),
  ],
  sections: [
    {
      title: 'Phones found',
      panels: [
        table({
          title: 'Now',
          description:
            'Phones whose number or name contains the text, with the PBXs that are not read: a phone of theirs cannot be found. "peers.names: none" in the configuration leaves out names, and with "hash" they are not words.',
          empty: 'No phone found; all PBXs are read. Where "peers.names" is "none", phones cannot be found here.',
          unit: 'none',
          width: 24,
          height: 9,
          sortBy: { title: 'PBX', descending: false },
          columns: [
            { of: 'pbx', title: 'PBX', link: { title: 'Open this PBX', url: pbxOfRow } },
            { of: 'peer', title: 'Phone' },
            { of: 'name', title: 'Name' },
            { of: 0, title: 'Reachable', mappings: [yesNo('yes', 'no')], empty: 'disabled, unknown or not read' },
            { of: 1, title: 'Registered', mappings: [yesNo('yes', 'no')], empty: 'not told' },
            { of: 2, title: 'Roundtrip', unit: 'ms', decimals: 1, empty: 'not told' },
            { of: 3, title: 'Devices', empty: 'not told' },
            { of: 4, title: 'Changes in this time', decimals: 0, empty: '–' },
          ],
          expressions: [
            `${newest('pbx_peer_reachable', ['peer'])} ${peersFound}`,
            `${newest('pbx_peer_registered', ['peer'])} ${peersFound}`,
            `${newest('pbx_peer_roundtrip_microseconds', ['peer'])} / 1000 ${peersFound}`,
            `${newest('pbx_peer_contacts', ['peer'])} ${peersFound}`,
            `${best('increase(pbx_peer_reachable_changes_total[$__range])', ['peer'])} ${peersFound}`,
            newest(found, ['peer', 'name']),
            notReadAll('name'),
          ],
        }),
        graph({
          title: 'Reachable',
          description: '1 while the phone could be reached, 0 while not; a gap where that was not read.',
          empty: 'No phone found, or not read.',
          unit: 'none',
          width: 12,
          height: 8,
          queries: [
            { expression: `${newest('pbx_peer_reachable', ['peer'])} ${peersFound}`, legend: '{{pbx}} {{peer}}' },
          ],
          dataLinks: [{ title: 'Open this PBX', url: pbxOfLine }],
        }),
        graph({
          title: 'Roundtrip',
          description: 'How long the phone takes to answer, where the PBX measures it.',
          empty: 'No phone found, or no roundtrip told.',
          unit: 'ms',
          width: 12,
          height: 8,
          queries: [
            {
              expression: withPeerName(`${newest('pbx_peer_roundtrip_microseconds', ['peer'])} / 1000 ${peersFound}`),
              legend: '{{pbx}} {{peer}} {{name}}',
            },
          ],
          dataLinks: [{ title: 'Open this PBX', url: pbxOfLine }],
        }),
      ],
    },
  ],
};

function notReadAll(label: string): string {
  return notReadRows(label).replaceAll(/,?(family|site|pbx)=~`\$\{\w+:regex\}`/g, '');
}
