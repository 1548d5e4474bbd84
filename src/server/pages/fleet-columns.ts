import type { CollectorValues } from '../../snapshot/reading.ts';
import { type Markup, markup, nothing } from '../html.ts';
import { type FleetRow, groupCell, groupProblems } from './fleet-groups.ts';
import type { Member } from './fleet-summary.ts';
import { countOf, formatCount, formatDuration, shorten } from './format.ts';
import { type HealthLevel, healthLevels } from './health.ts';
import { badge, bar, isolated, momentTooltip, pbxLink, type Tone } from './parts.ts';
import { linkTo } from './list-query.ts';
import { countPeers, isInService, isOutOfService, peerShares } from './states.ts';
import type { Column } from './table.ts';
import { shownAge, shownParts, suspensionLeft, type View } from './view.ts';

/** Keys of the sortable columns in the list of PBXs; the first one is the default. */
export const fleetSorts = ['state', 'name', 'trunks', 'peers', 'age'] as const;

/** Icon and word for each level. */
const healthBadges: Readonly<Record<HealthLevel, { readonly tone: Tone; readonly word: string }>> = {
  down: { tone: 'bad', word: 'down' },
  trouble: { tone: 'warn', word: 'up, problems' },
  waiting: { tone: 'wait', word: 'not tried yet' },
  good: { tone: 'good', word: 'up' },
};

/** Returns the columns of the list of PBXs. */
export function fleetColumns(
  members: readonly Member[],
  view: View,
  parameters: URLSearchParams,
): readonly Column<FleetRow>[] {
  const showsCalls = members.some(({ target }) => shownParts(target, view).calls !== undefined);
  const columns: readonly (Column<FleetRow> | false)[] = [
    {
      key: 'state',
      title: 'State',
      kind: 'state',
      value: (row) => stateRank(row, view),
      cell: ({ members }) => markup`${levelBadge(members[0].health.level)}${since(members, view)}`,
    },
    {
      key: 'name',
      title: 'PBX',
      kind: 'head',
      value: ({ members: [{ target }] }) => target.identity.name,
      cell: (row) =>
        row.causes === undefined ? nameCell(row.members[0], parameters) : groupCell(row, parameters, view),
    },
    {
      key: 'problems',
      title: 'Problems',
      kind: 'wide',
      cell: (row) => (row.causes === undefined ? problemCell(row.members[0]) : groupProblems(row, view)),
    },
    {
      key: 'trunks',
      title: 'Trunks in service',
      kind: 'number',
      first: 'desc',
      value: ({ members: [{ target }] }) => shownParts(target, view).trunks?.value.filter(isOutOfService).length,
      cell: (row) => trunkCell(row, view),
    },
    {
      key: 'peers',
      title: 'Peers reachable',
      kind: 'number',
      first: 'desc',
      value: ({ members: [member] }) => peersAway(member, view),
      cell: (row) => peerCell(row, view),
    },
    showsCalls && { key: 'calls', title: 'Calls', kind: 'number', cell: (row) => callCell(row, view) },
    {
      key: 'age',
      title: 'Data from',
      kind: 'number',
      first: 'desc',
      value: ({ members: [{ target }] }) => shownAge(target, view),
      cell: (row) => ageCell(row, view),
    },
  ];
  return columns.filter((column) => column !== false);
}

/** Rank of a row, worst first. Within a level, groups come first, then PBXs with suspended logins. */
function stateRank({ members }: FleetRow, view: View): number {
  const waits = members.some(({ target }) => suspensionLeft(target, view) > 0);
  return healthLevels.indexOf(members[0].health.level) * 4 - (members.length > 1 ? 2 : 0) - Number(waits);
}

/** Renders a level with its icon. */
export function levelBadge(level: HealthLevel): Markup {
  const { tone, word } = healthBadges[level];
  return badge(tone, word);
}

function since(members: FleetRow['members'], view: View): Markup {
  const walls = members.map(({ target }) => target.record.upSinceWall).filter((wall) => wall !== undefined);
  if (walls.length === 0) return nothing;
  const [earliest, latest] = [Math.min(...walls), Math.max(...walls)];
  const [longest, shortest] = [earliest, latest].map((wall) => formatDuration(view.wall - wall));
  const words = longest === shortest ? longest : `${shortest} to ${longest}`;
  return markup`<small>${momentTooltip(earliest, `for ${words}`)}</small>`;
}

function nameCell({ target }: Member, parameters: URLSearchParams): Markup {
  const { name, family, labels } = target.identity;
  const labelLinks = Object.entries(labels).map(([key, value]) => {
    const label = `${key}=${value}`;
    const link = linkTo(parameters, { label, page: undefined }, 'pbxs');
    return markup`<a class="label" href="${link}">${isolated(shorten(label, 60))}</a>`;
  });
  return markup`<a href="${pbxLink(name, parameters)}">${isolated(name)}</a><small>${family}</small>${labelLinks}`;
}

function problemCell({ health }: Member): Markup {
  return markup`${health.problems.map(({ text }) => markup`<p>${isolated(text)}</p>`)}`;
}

function trunkCell(row: FleetRow, view: View): Markup {
  const lists = shownLists(row, 'trunks', view);
  const trunks = lists.flat();
  if (lists.length === 0) return nothing;
  if (trunks.length === 0) return markup`none${readFrom(lists, row)}`;
  return markup`${formatCount(trunks.filter(isInService).length)} of ${formatCount(trunks.length)}${readFrom(lists, row)}`;
}

function peerCell(row: FleetRow, view: View): Markup {
  const lists = shownLists(row, 'peers', view);
  const total = lists.reduce((sum, { length }) => sum + length, 0);
  if (lists.length === 0) return nothing;
  if (total === 0) return markup`none${readFrom(lists, row)}`;
  const reachable = lists.reduce((sum, peers) => sum + countPeers(peers).reachable, 0);
  return markup`${formatCount(reachable)} of ${formatCount(total)}${bar(peerShares(lists))}${readFrom(lists, row)}`;
}

function peersAway({ target }: Member, view: View): number | undefined {
  const peers = shownParts(target, view).peers?.value;
  if (peers === undefined) return undefined;
  const { unreachable, unregistered } = countPeers(peers);
  return unreachable + unregistered;
}

function callCell(row: FleetRow, view: View): Markup {
  const lists = shownLists(row, 'calls', view);
  if (lists.length === 0) return nothing;
  const calls = lists.map(({ all, inbound = 0, outbound = 0, internal = 0 }) => all ?? inbound + outbound + internal);
  return markup`${formatCount(calls.reduce((sum, one) => sum + one, 0))}${readFrom(lists, row)}`;
}

function ageCell(row: FleetRow, view: View): Markup {
  const ages = row.members.map(({ target }) => shownAge(target, view)).filter((age) => age !== undefined);
  if (ages.length === 0) return markup`<span class="quiet">no data</span>`;
  const most = row.members.length > 1 ? 'up to ' : '';
  return markup`${most}${formatDuration(Math.max(...ages))} ago${readFrom(ages, row)}`;
}

function shownLists<Name extends 'peers' | 'trunks' | 'calls'>(
  { members }: FleetRow,
  name: Name,
  view: View,
): readonly CollectorValues[Name][] {
  const values = members.map(({ target }) => shownParts(target, view)[name]?.value);
  return values.filter((value) => value !== undefined);
}

/** A note that a sum covers only some PBXs of a row; empty if it covers all. */
function readFrom(lists: readonly unknown[], { members }: FleetRow): Markup {
  return lists.length === members.length
    ? nothing
    : markup`<small>from ${countOf(lists.length, 'PBX', 'PBXs')}</small>`;
}
