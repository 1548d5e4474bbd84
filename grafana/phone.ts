import { type DashboardPlan, pbxOfLine, pbxOfRow, uids } from './dashboard.ts';
import { fleetLabels, id } from './identity.ts';
import { graph } from './panels.ts';
import { best, by, newest, notReadRows, onePbx, pbxsWith, withPeerName } from './queries.ts';
import { table } from './table.ts';
import { dataSourceVariable, fleetVariables, foundVariable, textVariable } from './variables.ts';
import { longer, maintenance, yesNo } from './words.ts';

/** Matches the search text literally. */
const searched = '`(?i).*${phone:regex}.*`';
const exactly = '`(?i)${phone:regex}`';
const chosenPeers = `${onePbx},${by('peer')}`;
const fleetConditions = fleetLabels.map((label) => by(label));
const these = `{${chosenPeers}}`;

/** Phones with the search text in their number or name. With "peers.names: none", they can still be found by number. */
function found(conditions = ''): string {
  const number = `${conditions}peer=~${searched}`;
  return `(pbx_peer_info{${number}} or pbx_peer_info{${conditions}name=~${searched}} or pbx_peer_reachable{${number}})`;
}

/** At most fifty matches, exact numbers first, because of the size of the list and of queries over a day. */
function fifty(conditions = ''): string {
  const number = `{${conditions}peer=~${exactly}}`;
  const exact = `group by (${id}, peer) (pbx_peer_info${number} or pbx_peer_reachable${number})`;
  return `topk(50, 2 * ${exact} or group by (${id}, peer) (${found(conditions)}))`;
}

/** Keeps only matching pairs of phone and PBX, because the variables contain both separately. It reads only selected series. */
const peersFound = `and on (${id}, peer) ${found(`${chosenPeers},`)}`;

/** One value per matching phone. */
function ofFound(metric: string): string {
  return `${newest(`${metric}${these}`, ['peer'])} ${peersFound}`;
}

/** Start time of the current state: as recorded, or the last time in the other state within the time range; -1 if there is none. */
const since = `(
  1000 * ${best(`pbx:peer_not_reachable:since${these}`, ['peer'])}
  or on (${id}, peer) 1000 * ${newest(`max_over_time((0 * (pbx_peer_reachable${these} != pbx_peer_reachable${these} @ end()) + time())[$__range:1m])`, ['peer'])}
  or on (${id}, peer) 0 * ${newest(`pbx_peer_reachable${these}`, ['peer'])} - 1
) ${peersFound}`;

/** Dashboard for the service desk, which finds a phone on any PBX. */
export const phone: DashboardPlan = {
  uid: uids.phone,
  title: 'PBX / Phone',
  description: 'Finds a phone on any PBX by number or name, and shows its state, roundtrip and changes.',
  from: 'now-24h',
  variables: [
    dataSourceVariable(),
    ...fleetVariables(true),
    textVariable('phone', 'Number or name', 'Part of the number or of the name; upper and lower case are the same.'),
    foundVariable({
      name: 'pbx',
      title: 'PBX',
      description: 'The PBXs on which phones were found.',
      expression: fifty(fleetConditions.map((one) => `${one},`).join('')),
      label: 'pbx',
    }),
    foundVariable({
      name: 'peer',
      title: 'Phone',
      description: 'The phones found, at most fifty; exact matches of the number come first.',
      expression: fifty(`${onePbx},`),
      label: 'peer',
    }),
  ],
  sections: [
    {
      title: 'Phones found',
      panels: [
        table({
          title: 'Now',
          description:
            'At most fifty phones whose number or name contains the text. PBXs that are not read have one row each, because their phones cannot be found. Searching by name requires "peers.names: plain". "Since" covers the selected time range or, for a phone that cannot be reached, all recorded data.',
          empty: 'No phone found; all PBXs are being read.',
          unit: 'none',
          width: 24,
          height: 9,
          sortBy: { title: 'PBX', descending: false },
          columns: [
            { of: 'pbx', title: 'PBX', link: { title: 'Open this PBX', url: pbxOfRow } },
            { of: 'peer', title: 'Phone' },
            { of: 'name', title: 'Name' },
            { of: 0, title: 'Reachable', mappings: [yesNo('yes', 'no')], empty: 'disabled, unknown or not read' },
            { of: 1, title: 'Since', unit: 'dateTimeFromNow', mappings: [longer], empty: 'not known' },
            { of: 2, title: 'Registered', mappings: [yesNo('yes', 'no')], empty: 'not reported' },
            { of: 3, title: 'Roundtrip', unit: 'ms', decimals: 1, empty: 'not reported' },
            { of: 4, title: 'Devices', empty: 'not reported' },
            { of: 5, title: 'Changes in this time', decimals: 0, empty: '–' },
            { of: 8, title: 'Calls refused', mappings: [maintenance], empty: 'not reported' },
          ],
          expressions: [
            ofFound('pbx_peer_reachable'),
            since,
            ofFound('pbx_peer_registered'),
            `${newest(`pbx_peer_roundtrip_microseconds${these}`, ['peer'])} / 1000 ${peersFound}`,
            ofFound('pbx_peer_contacts'),
            `${best(`increase(pbx_peer_reachable_changes_total${these}[$__range])`, ['peer'])} ${peersFound}`,
            `${newest(`pbx_peer_info${these}`, ['peer', 'name'])} ${peersFound}`,
            notReadRows('name', pbxsWith(fleetConditions)),
            ofFound('pbx_peer_maintenance'),
          ],
        }),
        table({
          title: 'Devices',
          description:
            'Devices registered for the phone, by user agent. Requires "peers.devices: true" in the configuration, and a PBX that reports devices.',
          empty: 'No devices are known; see "peers.devices" in the configuration.',
          unit: 'none',
          width: 24,
          height: 6,
          sortBy: { title: 'PBX', descending: false },
          columns: [
            { of: 'pbx', title: 'PBX', link: { title: 'Open this PBX', url: pbxOfRow } },
            { of: 'peer', title: 'Phone' },
            { of: 'user_agent', title: 'Device' },
            { of: 'transport', title: 'Transport' },
          ],
          expressions: [`${newest(`pbx_peer_device_info${these}`, ['peer', 'user_agent', 'transport'])} ${peersFound}`],
        }),
        graph({
          title: 'Reachable',
          description: '1 if the phone can be reached, 0 if not. A gap means that its state was not read.',
          empty: 'No phone was found, or its state was not read.',
          unit: 'none',
          width: 12,
          height: 8,
          queries: [{ expression: ofFound('pbx_peer_reachable'), legend: '{{pbx}} {{peer}}' }],
          dataLinks: [{ title: 'Open this PBX', url: pbxOfLine }],
        }),
        graph({
          title: 'Roundtrip',
          description: 'Time that the phone takes to answer, if the PBX measures it.',
          empty: 'No phone was found, or its roundtrip is not known.',
          unit: 'ms',
          width: 12,
          height: 8,
          queries: [
            {
              expression: withPeerName(
                `${newest(`pbx_peer_roundtrip_microseconds${these}`, ['peer'])} / 1000 ${peersFound}`,
                these,
              ),
              legend: '{{pbx}} {{peer}} {{name}}',
            },
          ],
          dataLinks: [{ title: 'Open this PBX', url: pbxOfLine }],
        }),
      ],
    },
  ],
};
