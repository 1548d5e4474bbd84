import { type Markup, markup, nothing } from '../html.ts';
import type { Member } from './fleet-summary.ts';
import { countOf, formatCount, formatDuration, formatTimeLeft } from './format.ts';
import { compareTexts, linkTo } from './list-query.ts';
import { foreign, pbxLink } from './parts.ts';
import { suspensionLeft, type View } from './view.ts';

/** A row of the list of PBXs: one of them, or several that have the same trouble. */
export interface FleetRow {
  /** In the order of their names where there are several. */
  readonly members: readonly [Member, ...Member[]];
  /** What is wrong with each of them, where the row stands for several. */
  readonly causes?: readonly string[];
}

/** So many PBXs with the same trouble share a row: one cause, not many. */
const fewestInFold = 3;
/** Names in a folded row; the others are one link away. */
const mostNames = 200;

/** One row for each PBX. */
export function unfolded(members: readonly Member[]): readonly FleetRow[] {
  return members.map((member) => ({ members: [member] }));
}

/** The rows of the list, where PBXs of one level with the same trouble share one. */
export function folded(members: readonly Member[]): readonly FleetRow[] {
  const byCause = new Map<string, [Member, ...Member[]]>();
  for (const member of members) {
    const key = `${member.health.level} ${causesOf(member).join(' ')}`;
    const others = byCause.get(key);
    if (others === undefined) byCause.set(key, [member]);
    else others.push(member);
  }
  return [...byCause.values()].flatMap((same): readonly FleetRow[] => {
    const causes = causesOf(same[0]);
    if (same.length < fewestInFold || causes.length === 0) return unfolded(same);
    same.sort((one, other) => compareTexts(one.target.identity.name, other.target.identity.name));
    return [{ members: same, causes }];
  });
}

/** The name of a folded row with the list of its PBXs, open if a search matches one of them. */
export function foldCell({ members, causes = [] }: FleetRow, parameters: URLSearchParams, view: View): Markup {
  const shown = members.slice(0, mostNames);
  const items = shown.map(
    ({ target: { identity, record } }) =>
      markup`<li><a href="${pbxLink(identity.name, parameters)}">${foreign(identity.name)}</a> <small>${identity.family}${forHowLong(record.upSinceWall, view)}</small></li>`,
  );
  const all = linkTo(parameters, { q: causes.join(' '), fold: 'no', page: undefined }, 'pbxs');
  const rest =
    members.length > shown.length && markup`<li><a href="${all}">All ${formatCount(members.length)} of them</a></li>`;
  return markup`<details${parameters.has('q') && markup` open`}><summary>${countOf(members.length, 'PBX', 'PBXs')}</summary>
<ul class="members">${items}${rest}</ul></details>`;
}

/** What is wrong with each PBX of a row, and for how long no login is tried. */
export function foldTroubles({ members, causes = [] }: FleetRow, view: View): Markup {
  const left = members.map(({ target }) => suspensionLeft(target, view)).filter((time) => time > 0);
  const where = left.length === members.length ? 'any' : formatCount(left.length);
  const waits =
    left.length > 0 &&
    markup`<p>Logins are suspended at ${where} of them, for another ${formatTimeLeft(Math.max(...left))} at most.</p>`;
  return markup`${causes.map((cause) => markup`<p>${foreign(cause)}</p>`)}${waits}`;
}

function causesOf({ health }: Member): readonly string[] {
  return health.troubles.map(({ cause }) => cause).filter((cause) => cause !== '');
}

/** The choice between folded rows and one for each PBX; nothing if it makes no difference. */
export function foldChoice(members: readonly Member[], parameters: URLSearchParams): Markup {
  if (parameters.get('fold') === 'no')
    return markup`<p class="choice"><a href="${linkTo(parameters, { fold: undefined, page: undefined }, 'pbxs')}">Group PBXs with the same problem</a></p>`;
  if (folded(members).length === members.length) return nothing;
  return markup`<p class="choice"><a href="${linkTo(parameters, { fold: 'no', page: undefined }, 'pbxs')}">Show each PBX in its own row</a></p>`;
}

function forHowLong(wall: number | undefined, view: View): string {
  return wall === undefined ? '' : `, for ${formatDuration(view.wall - wall)}`;
}
