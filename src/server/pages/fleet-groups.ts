import { type Markup, markup, nothing } from '../html.ts';
import type { Member } from './fleet-summary.ts';
import { countOf, formatCount, formatDuration, formatTimeLeft } from './format.ts';
import { compareTexts, linkTo } from './list-query.ts';
import { isolated, pbxLink } from './parts.ts';
import { suspensionLeft, type View } from './view.ts';

/** A row in the list of PBXs: one PBX, or a group of PBXs with the same problem. */
export interface FleetRow {
  /** Groups are sorted by name. */
  readonly members: readonly [Member, ...Member[]];
  /** The common problems of a group; absent for a single PBX. */
  readonly causes?: readonly string[];
}

/** Minimum number of PBXs in a group. This many PBXs with the same problem probably have a common cause. */
const smallestGroup = 3;
/** Maximum number of names in a group; a link leads to the rest. */
const maximumNames = 200;

/** Returns one row per PBX. */
export function ungrouped(members: readonly Member[]): readonly FleetRow[] {
  return members.map((member) => ({ members: [member] }));
}

/** Returns the rows of the list; PBXs with the same level and the same problem form a group. */
export function grouped(members: readonly Member[]): readonly FleetRow[] {
  const byCause = new Map<string, [Member, ...Member[]]>();
  for (const member of members) {
    const key = `${member.health.level} ${causesOf(member).join(' ')}`;
    const others = byCause.get(key);
    if (others === undefined) byCause.set(key, [member]);
    else others.push(member);
  }
  return [...byCause.values()].flatMap((same): readonly FleetRow[] => {
    const causes = causesOf(same[0]);
    if (same.length < smallestGroup || causes.length === 0) return ungrouped(same);
    same.sort((one, other) => compareTexts(one.target.identity.name, other.target.identity.name));
    return [{ members: same, causes }];
  });
}

/** Renders the name cell of a group with the list of its PBXs, which is open during a search. */
export function groupCell({ members, causes = [] }: FleetRow, parameters: URLSearchParams, view: View): Markup {
  const shown = members.slice(0, maximumNames);
  const items = shown.map(
    ({ target: { identity, record } }) =>
      markup`<li><a href="${pbxLink(identity.name, parameters)}">${isolated(identity.name)}</a> <small>${identity.family}${forHowLong(record.upSinceWall, view)}</small></li>`,
  );
  const all = linkTo(parameters, { q: causes.join(' '), fold: 'no', page: undefined }, 'pbxs');
  const rest =
    members.length > shown.length && markup`<li><a href="${all}">All ${formatCount(members.length)} of them</a></li>`;
  return markup`<details${parameters.has('q') && markup` open`}><summary>${countOf(members.length, 'PBX', 'PBXs')}</summary>
<ul class="members">${items}${rest}</ul></details>`;
}

/** Renders the common problems of a group, and how long logins are suspended. */
export function groupProblems({ members, causes = [] }: FleetRow, view: View): Markup {
  const left = members.map(({ target }) => suspensionLeft(target, view)).filter((time) => time > 0);
  const where = left.length === members.length ? 'any' : formatCount(left.length);
  const waits =
    left.length > 0 &&
    markup`<p>Logins are suspended at ${where} of them, for another ${formatTimeLeft(Math.max(...left))} at most.</p>`;
  return markup`${causes.map((cause) => markup`<p>${isolated(cause)}</p>`)}${waits}`;
}

function causesOf({ health }: Member): readonly string[] {
  return health.problems.map(({ cause }) => cause).filter((cause) => cause !== '');
}

/** Renders the choice between groups and one row per PBX; empty if there are no groups. */
export function groupingChoice(members: readonly Member[], parameters: URLSearchParams): Markup {
  if (parameters.get('fold') === 'no')
    return markup`<p class="choice"><a href="${linkTo(parameters, { fold: undefined, page: undefined }, 'pbxs')}">Group PBXs with the same problem</a></p>`;
  if (grouped(members).length === members.length) return nothing;
  return markup`<p class="choice"><a href="${linkTo(parameters, { fold: 'no', page: undefined }, 'pbxs')}">Show each PBX in its own row</a></p>`;
}

function forHowLong(wall: number | undefined, view: View): string {
  return wall === undefined ? '' : `, for ${formatDuration(view.wall - wall)}`;
}
