import { pbxOfRow, type Section } from './dashboard.ts';
import { id } from './identity.ts';
import { best, newest } from './queries.ts';
import { table } from './table.ts';

const steps = [
  { from: null, colour: 'green' },
  { from: 0.8, colour: 'orange' },
  { from: 0.95, colour: 'red' },
];
const untilEnd = [
  { from: null, colour: 'red' },
  { from: 14 * 86_400, colour: 'orange' },
  { from: 45 * 86_400, colour: 'green' },
];
const pbx = { of: 'pbx', title: 'PBX', link: { title: 'Open this PBX', url: pbxOfRow } } as const;

const peak = 'max_over_time(pbx:calls:max1h[7d])';
const callsLimit = best('pbx_limit{resource="calls"}');
const ends = `(${best('pbx_license_expiry_timestamp_seconds', ['kind'])} or label_replace(${best('pbx_tls_certificate_expiry_timestamp_seconds')}, "kind", "certificate", "", ""))`;

/** What was used of what there is, and what there is: for whoever buys licences and plans updates. */
export const managerInventory: Section = {
  title: 'Calls, limits and inventory',
  panels: [
    table({
      title: 'Call peaks, this week and the week before',
      description:
        'Most calls at once in the last seven days, and in the seven days before, against what the PBX or its licence allows, where it tells that.',
      empty: 'No calls are recorded: "calls" is not collected, or the rules of dashboards.yml are missing.',
      unit: 'none',
      width: 12,
      height: 9,
      sortBy: { title: 'Of the limit', descending: true },
      columns: [
        pbx,
        { of: 0, title: 'This week', empty: 'not known' },
        { of: 1, title: 'Week before', empty: 'not known' },
        { of: 2, title: 'Limit', empty: 'not told' },
        { of: 3, title: 'Of the limit', unit: 'percentunit', decimals: 0, steps, empty: 'not told' },
      ],
      expressions: [
        peak,
        'max_over_time(pbx:calls:max1h[7d] offset 7d)',
        callsLimit,
        `max by (${id}) (${peak}) / on (${id}) ${callsLimit}`,
      ],
    }),
    table({
      title: 'Used of what there is, now',
      description: 'Calls, channels, extensions, users, trunks and bytes in use, where the PBX tells what it allows.',
      empty: 'No PBX that is read tells a limit.',
      unit: 'short',
      width: 12,
      height: 9,
      sortBy: { title: 'Of the limit', descending: true },
      columns: [
        pbx,
        { of: 'resource', title: 'What' },
        { of: 0, title: 'Used', empty: 'not told' },
        { of: 1, title: 'Limit', empty: 'none, or not told' },
        { of: 2, title: 'Of the limit', unit: 'percentunit', decimals: 0, steps, empty: '–' },
      ],
      expressions: [
        newest('pbx_used', ['resource']),
        newest('pbx_limit', ['resource']),
        `${newest('pbx_used', ['resource'])} / on (${id}, resource) ${newest('pbx_limit', ['resource'])}`,
      ],
    }),
    table({
      title: 'What ends when',
      description: 'Licences, maintenance, and the first certificate of the chain that the PBX sends.',
      empty: 'No PBX that is read tells when something ends.',
      unit: 'none',
      width: 12,
      height: 9,
      sortBy: { title: 'Left', descending: false },
      columns: [
        pbx,
        { of: 'kind', title: 'What' },
        { of: 0, title: 'Ends', unit: 'dateTimeAsIso' },
        { of: 1, title: 'Left', unit: 's', decimals: 0, steps: untilEnd },
      ],
      expressions: [`1000 * ${ends}`, `${ends} - time()`],
    }),
    table({
      title: 'Devices and their firmware',
      description:
        'Registered devices by what they say they are, on how many PBXs. "other" are those beyond peers.user_agents, "unknown" those that say nothing.',
      empty: 'No PBX that is read tells devices.',
      unit: 'none',
      width: 12,
      height: 9,
      sortBy: { title: 'Devices', descending: true },
      columns: [
        { of: 'user_agent', title: 'Device' },
        { of: 0, title: 'Devices' },
        { of: 1, title: 'PBXs' },
      ],
      expressions: [
        `sum by (user_agent) (${newest('pbx_devices', ['user_agent'])})`,
        `count by (user_agent) (${newest('pbx_devices', ['user_agent'])})`,
      ],
    }),
    table({
      title: 'Versions',
      description: 'Family, model and version as the PBX tells them.',
      empty: 'No PBX that is read tells its version.',
      unit: 'none',
      width: 12,
      height: 9,
      sortBy: { title: 'Version', descending: false },
      columns: [
        pbx,
        { of: 'family', title: 'Family' },
        { of: 'model', title: 'Model' },
        { of: 'version', title: 'Version', empty: 'not told' },
      ],
      expressions: [newest('pbx_info', ['model', 'version']), best('pbx_target_info', ['family'])],
    }),
  ],
};
