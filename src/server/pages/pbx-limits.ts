import { ageTime } from '../../snapshot/clocks.ts';
import { licenseKinds, resources, type Resource, type Usage } from '../../snapshot/reading.ts';
import { usageOf, visibleCertificateExpiry } from '../../snapshot/record.ts';
import { type Markup, markup } from '../html.ts';
import { formatCount, formatDuration } from './format.ts';
import { moment } from './moment.ts';
import { shownParts, type StatusTarget, type View } from './view.ts';

/** A name and what is said of it. */
export type Fact = readonly [name: string, text: string | Markup];

const titles: Readonly<Record<Resource, string>> = {
  calls: 'Calls',
  channels: 'Channels',
  extensions: 'Extensions',
  users: 'Users',
  online_users: 'Users online',
  trunks: 'Trunks',
  recording_bytes: 'Recordings',
  disk_bytes: 'Disk',
};

const licenseTitles = { license: 'Licence', maintenance: 'Licence: maintenance' } as const;

/** What the PBX has only so much of, and what of it ends when: licences, and the certificate that it sends. */
export function limitFacts(target: StatusTarget, view: View): readonly Fact[] {
  const { identity, record } = target;
  const parts = shownParts(target, view);
  const { system, security } = parts;
  const banned = security?.value.bannedAddresses;
  const expiry = visibleCertificateExpiry(record, identity.staleAfterMs, ageTime(record.clocks, view));
  const licenses = licenseKinds.map((kind) => [licenseTitles[kind], system?.value.licenseExpiries?.[kind]] as const);
  return [
    ...usageFacts(usageOf(parts)),
    ...(banned === undefined ? [] : [['Addresses banned', formatCount(banned)] as const]),
    ...[...licenses, ['Certificate', expiry] as const].flatMap(([name, end]): readonly Fact[] =>
      end === undefined ? [] : [[name, endText(end * 1000, view.wall)]],
    ),
  ];
}

/** Only what has a limit: how many there are is told elsewhere. */
function usageFacts({ used, limits }: Usage): readonly Fact[] {
  return resources.flatMap((resource): readonly Fact[] => {
    const limit = limits?.[resource];
    return limit === undefined ? [] : [[titles[resource], usageText(resource, used?.[resource], limit)]];
  });
}

function usageText(resource: Resource, used: number | undefined, limit: number): string {
  const amount = resource.endsWith('_bytes') ? formatBytes : formatCount;
  if (used === undefined) return `at most ${amount(limit)}`;
  return `${amount(used)} of ${amount(limit)} (${Math.floor((100 * used) / limit)} %)`;
}

function endText(end: number, wall: number): Markup {
  if (end < wall) return markup`ended ${formatDuration(wall - end)} ago, ${moment(end)}`;
  return markup`ends in ${formatDuration(end - wall)}, ${moment(end)}`;
}

const units = ['bytes', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;

/** `12 GB`, by thousands as disks are sold. */
function formatBytes(bytes: number): string {
  const step = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)));
  const value = bytes / 1000 ** step;
  return `${Number(value.toPrecision(3))} ${units[step] ?? 'bytes'}`;
}
