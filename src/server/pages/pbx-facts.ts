import { ageTime } from '../../snapshot/clocks.ts';
import { licenseKinds, type Resource, resources, type Usage } from '../../snapshot/reading.ts';
import { usageOf, visibleCertificateExpiry } from '../../snapshot/record.ts';
import { type Markup, markup, nothing } from '../html.ts';
import { countOf, formatCount, formatDuration, formatRoundDuration, shorten } from './format.ts';
import { familyLink, isolated, moment } from './parts.ts';
import { type ConfiguredTarget, shownParts, type StatusTarget, type View } from './view.ts';

/** Renders facts about the PBX and its rounds. */
export function pbxFacts(target: StatusTarget, view: View): Markup {
  const { identity, record } = target;
  const configured = view.configured?.(identity.name);
  const { version, model, uptimeSeconds } = shownParts(target, view).system?.value ?? {};
  const labels = Object.entries(identity.labels).map(
    ([name, value]) => markup`<span class="label">${isolated(shorten(`${name}=${value}`, 100))}</span>`,
  );
  return markup`<section class="card" aria-label="Facts"><dl class="facts">
${familyFact(identity.family, view)}${fact('Model', model)}${fact('Version', version)}
${fact('Uptime of the PBX', uptimeSeconds === undefined ? undefined : formatDuration(uptimeSeconds * 1000))}
${limitFacts(target, view).map(([name, text]) => fact(name, text))}
${labels.length > 0 && markup`<div><dt>Labels</dt><dd>${labels}</dd></div>`}
${addressFacts(configured)}
${fact('Configured in', configured?.file)}
${fact('Rounds', roundText(target, view))}
${fact('Logins since start', loginText(record.counters.logins))}
${fact('Failed rounds since start', failureText(record.counters.roundFailures))}
</dl></section>`;
}

function familyFact(family: string, view: View): Markup {
  const page = familyLink(family, view);
  const name = page === undefined ? isolated(family) : markup`<a href="${page}">${family} (documentation)</a>`;
  return markup`<div><dt>Family</dt><dd>${name}</dd></div>
`;
}

function addressFacts(configured: ConfiguredTarget | undefined): Markup {
  if (configured === undefined) return nothing;
  const { url, webPage } = configured;
  const link =
    webPage !== undefined &&
    markup`<div><dt>Web page of the PBX</dt><dd><a href="${webPage.href}" rel="noreferrer">${isolated(shorten(webPage.href, 300))}</a></dd></div>
`;
  return markup`${fact('API address', url.href)}${link}`;
}

function fact(name: string, value: string | Markup | undefined): Markup {
  return value === undefined || value === ''
    ? nothing
    : markup`<div><dt>${name}</dt><dd>${typeof value === 'string' ? isolated(shorten(value, 300)) : value}</dd></div>
`;
}

function roundText({ record, intervalMs }: StatusTarget, view: View): string {
  const every = `every ${formatDuration(intervalMs)}`;
  if (record.lastRound === undefined) return every;
  const { endedAtWall, durationMs } = record.lastRound;
  return `${every}; last one ${formatDuration(view.wall - endedAtWall)} ago, took ${formatRoundDuration(durationMs)}`;
}

function loginText({ success, failure }: { readonly success: number; readonly failure: number }): string {
  return failure === 0 ? formatCount(success) : `${formatCount(success)} successful, ${formatCount(failure)} failed`;
}

function failureText(failures: Readonly<Partial<Record<string, number>>>): string {
  const counted = Object.entries(failures).filter(([, count]) => (count ?? 0) > 0);
  if (counted.length === 0) return 'none';
  return counted.map(([reason, count = 0]) => countOf(count, reason, reason)).join(', ');
}

/** The name and the text of a fact. */
type Fact = readonly [name: string, text: string | Markup];

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

/** Facts about limits and expiry dates: resources, banned addresses, licences, and the certificate of the PBX. */
function limitFacts(target: StatusTarget, view: View): readonly Fact[] {
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

/** Facts about resources with a limit. Counts without a limit are shown elsewhere. */
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

/** `12 GB`, in powers of 1000, as vendors state disk sizes. */
function formatBytes(bytes: number): string {
  const step = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)));
  const value = bytes / 1000 ** step;
  return `${Number(value.toPrecision(3))} ${units[step] ?? 'bytes'}`;
}
