import { type Markup, markup, nothing } from '../html.ts';
import { type Member } from './fleet-summary.ts';
import { formatCount, formatDuration, formatMoment, shorten } from './format.ts';
import { type HealthLevel, healthLevels } from './health.ts';
import { badge, type Tone } from './icons.ts';
import { linkTo } from './list-query.ts';
import { bar, foreign } from './parts.ts';
import { peerShares } from './state-shares.ts';
import { countPeers, isInService, isOutOfService } from './states.ts';
import type { Column } from './table.ts';
import { shownAge, shownParts, suspensionLeft, type View } from './view.ts';

/** Keys of the columns that the list of PBXs can be sorted by; the first one is the default. */
export const fleetSorts = ['state', 'name', 'trunks', 'peers', 'age'] as const;

/** Sign and word of each level. */
export const healthBadges: Readonly<Record<HealthLevel, { readonly tone: Tone; readonly word: string }>> = {
  down: { tone: 'bad', word: 'down' },
  trouble: { tone: 'warn', word: 'up, trouble' },
  waiting: { tone: 'wait', word: 'not tried yet' },
  good: { tone: 'good', word: 'up' },
};

/** Address of the page of one PBX; how often pages refresh themselves is kept. */
export function pbxLink(name: string, parameters: URLSearchParams): string {
  const refresh = parameters.get('refresh');
  return `pbx?${new URLSearchParams({ target: name, ...(refresh === null ? {} : { refresh }) }).toString()}`;
}

/** The columns of the list of PBXs. */
export function fleetColumns(
  members: readonly Member[],
  view: View,
  parameters: URLSearchParams,
): readonly Column<Member>[] {
  const tellsCalls = members.some(({ target }) => shownParts(target, view).calls !== undefined);
  const columns: readonly (Column<Member> | false)[] = [
    {
      key: 'state',
      title: 'State',
      kind: 'state',
      value: ({ health, target }) => healthLevels.indexOf(health.level) * 2 - Number(suspensionLeft(target, view) > 0),
      cell: ({ health, target }) => markup`${levelBadge(health.level)}${since(target.record.upSinceWall, view)}`,
    },
    {
      key: 'name',
      title: 'PBX',
      kind: 'head',
      value: ({ target }) => target.identity.name,
      cell: (member) => nameCell(member, parameters),
    },
    {
      key: 'trouble',
      title: 'What is wrong',
      kind: 'wide',
      cell: ({ health }) => markup`${health.troubles.map(({ text }) => markup`<p>${foreign(text)}</p>`)}`,
    },
    {
      key: 'trunks',
      title: 'Trunks in service',
      kind: 'number',
      first: 'desc',
      value: ({ target }) => shownParts(target, view).trunks?.value.filter(isOutOfService).length,
      cell: (member) => trunkCell(member, view),
    },
    {
      key: 'peers',
      title: 'Peers reachable',
      kind: 'number',
      first: 'desc',
      value: (member) => peersAway(member, view),
      cell: (member) => peerCell(member, view),
    },
    tellsCalls && { key: 'calls', title: 'Calls', kind: 'number', cell: (member) => callCell(member, view) },
    {
      key: 'age',
      title: 'Data from',
      kind: 'number',
      first: 'desc',
      value: ({ target }) => shownAge(target, view),
      cell: ({ target }) => ageCell(shownAge(target, view)),
    },
  ];
  return columns.filter((column) => column !== false);
}

/** A level with its sign. */
export function levelBadge(level: HealthLevel): Markup {
  const { tone, word } = healthBadges[level];
  return badge(tone, word);
}

function since(wall: number | undefined, view: View): Markup {
  if (wall === undefined) return nothing;
  return markup`<small title="since ${formatMoment(wall)}">for ${formatDuration(view.wall - wall)}</small>`;
}

function nameCell({ target }: Member, parameters: URLSearchParams): Markup {
  const { name, family, labels } = target.identity;
  const labelLinks = Object.entries(labels).map(([key, value]) => {
    const label = `${key}=${value}`;
    const link = linkTo(parameters, { label, page: undefined }, 'pbxs');
    return markup`<a class="label" href="${link}">${foreign(shorten(label, 60))}</a>`;
  });
  return markup`<a href="${pbxLink(name, parameters)}">${foreign(name)}</a><small>${family}</small>${labelLinks}`;
}

function trunkCell({ target }: Member, view: View): Markup {
  const trunks = shownParts(target, view).trunks?.value;
  if (trunks === undefined) return nothing;
  if (trunks.length === 0) return markup`none`;
  return markup`${formatCount(trunks.filter(isInService).length)} of ${formatCount(trunks.length)}`;
}

function peerCell({ target }: Member, view: View): Markup {
  const peers = shownParts(target, view).peers?.value;
  if (peers === undefined) return nothing;
  if (peers.length === 0) return markup`none`;
  return markup`${formatCount(countPeers(peers).reachable)} of ${formatCount(peers.length)}${bar(peerShares([peers]))}`;
}

function peersAway({ target }: Member, view: View): number | undefined {
  const peers = shownParts(target, view).peers?.value;
  if (peers === undefined) return undefined;
  const { unreachable, unregistered } = countPeers(peers);
  return unreachable + unregistered;
}

function callCell({ target }: Member, view: View): Markup {
  const calls = shownParts(target, view).calls?.value;
  if (calls === undefined) return nothing;
  const { all, inbound = 0, outbound = 0, internal = 0 } = calls;
  return markup`${formatCount(all ?? inbound + outbound + internal)}`;
}

function ageCell(age: number | undefined): Markup {
  return age === undefined ? markup`<span class="quiet">no data</span>` : markup`${formatDuration(age)} ago`;
}
