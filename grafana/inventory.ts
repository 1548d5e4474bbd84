import { pbxOfRow } from './dashboard.ts';
import { id } from './identity.ts';
import { best, newest } from './queries.ts';
import { type Column, table } from './table.ts';

const day = 86_400;

/** Colours for the share of a limit; an alert fires at 90 %. */
export const nearLimit = [
  { from: null, colour: 'green' },
  { from: 0.8, colour: 'orange' },
  { from: 0.9, colour: 'red' },
];

/** Colours for the remaining seconds; alerts fire 30 days (licences) and 14 days (certificates) before the expiry. */
const untilEnd = [
  { from: null, colour: 'red' },
  { from: 14 * day, colour: 'orange' },
  { from: 45 * day, colour: 'green' },
];

/** Maximum numbers of rows: those nearest to a limit, the first to expire, and the most frequent ones. */
const mostRows = { ofFleet: 50, devices: 500 } as const;

/** The PBXs in a table: all, those selected by variables, or a single one without a name column. */
export interface Scope {
  /** Labels of the series, as a selector. Default: all. */
  readonly selector?: string;
  /** Expression for the PBXs to show. Default: all. */
  readonly only?: string;
  /** Whether the table can contain several PBXs; then it has a name column and a limited number of rows. Default: true. */
  readonly several?: boolean;
}

const pbxColumn: Column = { of: 'pbx', title: 'PBX', link: { title: 'Open this PBX', url: pbxOfRow } };

/** Returns a table of the used share of resources, nearest to a limit first. */
export function usage({ selector = '', only, several = true }: Scope, width: number): ReturnType<typeof table> {
  const of = (metric: string): string => narrowed(newest(`${metric}${selector}`, ['resource']), only);
  const share = `(${of('pbx_used')}) / on (${id}, resource) (${of('pbx_limit')})`;
  const most = several && only !== undefined ? `topk(${mostRows.ofFleet}, ${share})` : undefined;
  const shown = (expression: string): string =>
    most === undefined ? expression : `${expression} and on (${id}, resource) ${most}`;
  return table({
    title: 'Current usage of limits',
    description: 'Calls, channels, extensions, users, trunks and bytes in use, if the PBX reports a limit for them.',
    empty: 'None of the PBXs being read reports a limit.',
    unit: 'short',
    width,
    height: 9,
    sortBy: { title: 'Of the limit', descending: true },
    columns: [
      ...(several ? [pbxColumn] : []),
      { of: 'resource', title: 'What' },
      { of: 0, title: 'Used', empty: 'not reported' },
      { of: 1, title: 'Limit', empty: 'none, or not reported' },
      { of: 2, title: 'Of the limit', unit: 'percentunit', decimals: 0, steps: nearLimit, empty: '–' },
    ],
    expressions: [shown(of('pbx_used')), shown(of('pbx_limit')), most ?? share],
  });
}

/** Returns a table of expiry dates, earliest first. */
export function ends({ selector = '', only, several = true }: Scope, width: number): ReturnType<typeof table> {
  const licenses = best(`pbx_license_expiry_timestamp_seconds${selector}`, ['kind']);
  const certificates = best(`pbx_tls_certificate_expiry_timestamp_seconds${selector}`);
  const all = narrowed(`(${licenses} or label_replace(${certificates}, "kind", "certificate", "", ""))`, only);
  const first = several && only !== undefined ? `bottomk(${mostRows.ofFleet}, ${all})` : all;
  return table({
    title: 'Upcoming expiry dates',
    description: 'Licences, maintenance, and the first certificate to expire in the chain that the PBX sends.',
    empty: 'None of the PBXs being read reports an expiry date.',
    unit: 'none',
    width,
    height: 9,
    sortBy: { title: 'Left', descending: false },
    columns: [
      ...(several ? [pbxColumn] : []),
      { of: 'kind', title: 'What' },
      { of: 0, title: 'Ends', unit: 'dateTimeAsIso' },
      { of: 1, title: 'Left', unit: 's', decimals: 0, steps: untilEnd },
    ],
    expressions: [`1000 * (${first})`, `(${first}) - time()`],
  });
}

/** Returns a table of the devices of all PBXs by user agent. */
export function devices(width: number): ReturnType<typeof table> {
  return table({
    title: 'Devices and their firmware',
    description:
      'Registered devices by user agent, and on how many PBXs. "other": devices beyond peers.user_agents. "unknown": devices without a user agent.',
    empty: 'None of the PBXs being read reports devices.',
    unit: 'none',
    width,
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
  });
}

/** Returns a table of firmware by PBX, with one row per device and PBX. */
export function devicesByPbx(only: string, width: number): ReturnType<typeof table> {
  return table({
    title: 'Which firmware runs where',
    description:
      'Registered devices by user agent and PBX. To find one firmware, filter the column "Device". "other": devices beyond peers.user_agents. "unknown": devices without a user agent.',
    empty: 'None of the PBXs being read reports devices.',
    unit: 'none',
    width,
    height: 9,
    sortBy: { title: 'Device', descending: false },
    columns: [{ of: 'user_agent', title: 'Device' }, pbxColumn, { of: 0, title: 'Devices' }],
    expressions: [`topk(${mostRows.devices}, ${narrowed(newest('pbx_devices', ['user_agent']), only)})`],
  });
}

function narrowed(expression: string, only: string | undefined): string {
  return only === undefined ? expression : `${expression} and on (${id}) ${only}`;
}
