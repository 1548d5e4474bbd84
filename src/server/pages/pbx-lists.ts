import type { Journal, Since } from '../../journal/journal.ts';
import { type Markup, markup, nothing } from '../html.ts';
import { formatCount, formatRoundtrip, shorten } from './format.ts';
import { changeCount, foreign, shortMoment } from './parts.ts';
import type { Column } from './table.ts';
import type { StatusTarget, View } from './view.ts';

/** A list on the page of one PBX. */
export interface ListSection {
  readonly content: Markup;
  /** Whether the search leaves a row of it. */
  readonly isHit: boolean;
}

/** What the heading of a list says. */
interface ListHeading {
  readonly anchor: string;
  readonly title: string;
  /** Rows that are shown, on all pages; absent if the list could not be read. */
  readonly shown?: number;
  /** Rows of the whole list. */
  readonly all?: number;
}

/** The heading of a list, with the number of rows below it. */
function listHeading({ anchor, title, shown, all = shown }: ListHeading): Markup {
  if (shown === undefined || all === undefined) return markup`<h2 id="${anchor}">${title}</h2>`;
  const count = shown === all ? formatCount(all) : `${formatCount(shown)} of ${formatCount(all)}`;
  return markup`<h2 id="${anchor}">${title} <small>${count}</small></h2>`;
}

/** A list under its heading. */
export function listSection(heading: ListHeading, content: Markup, isHit: boolean): ListSection {
  return {
    content: markup`<section aria-labelledby="${heading.anchor}">${listHeading(heading)}${content}</section>`,
    isHit,
  };
}

/** What a list on the page of one PBX is made from. */
export interface PbxList {
  readonly target: StatusTarget;
  readonly parameters: URLSearchParams;
  readonly view: View;
}

/** A list without rows: the PBX does not have it, it could not be read, or nothing is known about it. */
export function sectionWithoutRows(
  heading: Pick<ListHeading, 'title'> & { readonly anchor: 'peers' | 'trunks' },
  rows: readonly unknown[] | undefined,
  { target }: PbxList,
): ListSection {
  const { anchor } = heading;
  const unread = `The list of ${anchor} could not be read. This does not mean that there are no ${anchor}.`;
  if (rows !== undefined)
    return listSection({ ...heading, shown: 0 }, markup`<p class="none">The PBX has no ${anchor}.</p>`, false);
  if (target.record.collectors[anchor] === undefined) return { content: nothing, isHit: false };
  return listSection(heading, markup`<p class="none">${unread}</p>`, false);
}

/** The lists in display order: during a search, those with hits come first, at the anchor `hits`. */
export function inOrderOfHits(sections: readonly ListSection[], search: string): Markup {
  if (search === '') return markup`${sections.map(({ content }) => content)}`;
  const [hits, others] = [true, false].map((wanted) => sections.filter(({ isHit }) => isHit === wanted));
  const none = hits?.length === 0 && markup`<p class="none">No trunks or peers match.</p>`;
  return markup`<div id="hits">${none}${hits?.map(({ content }) => content)}</div>${others?.map(({ content }) => content)}`;
}

/** A list that is first read so soon (ms) after the start was as it is before the start, as far as anybody can tell. */
const firstReadMs = 600_000;

/** Since when a peer or trunk is in its state, the latest change first; left out if there is no journal. */
export function sinceColumn<Row extends { readonly id: string }>(
  kind: 'peer' | 'trunk',
  { identity }: StatusTarget,
  view: View,
): Column<Row> | false {
  const { journal } = view;
  if (journal === undefined) return false;
  const since = (id: string): Since | undefined => journal.since(identity.name, kind, id);
  return {
    key: 'since',
    title: 'In this state',
    first: 'desc',
    value: ({ id }) => since(id)?.atWall,
    cell: ({ id }) => sinceCell(since(id), journal, view),
  };
}

function sinceCell(since: Since | undefined, journal: Journal, { wall }: View): Markup {
  if (since === undefined) return nothing;
  const { atWall, notBeforeWall, firstReadWall } = since;
  if (atWall === undefined)
    return firstReadWall - journal.startedAtWall <= firstReadMs
      ? markup`since before the start`
      : markup`since before ${shortMoment(firstReadWall, wall)}`;
  if (notBeforeWall === undefined) return markup`since ${shortMoment(atWall, wall)}`;
  return markup`changed between ${shortMoment(notBeforeWall, wall)} and ${shortMoment(atWall, wall)}`;
}

/** How often the state of a peer or trunk has changed, most restless first. */
export function changesColumn<Row extends { readonly id: string }>(changes: ReadonlyMap<string, number>): Column<Row> {
  return {
    key: 'changes',
    title: 'Changes since start',
    kind: 'number',
    first: 'desc',
    value: ({ id }) => changes.get(id),
    cell: ({ id }) => changeCount(changes.get(id) ?? 0),
  };
}

/** The roundtrip, slowest first; the exact microseconds show under the pointer. */
export const roundtripColumn: Column<{ readonly roundtripMicroseconds?: number }> = {
  key: 'roundtrip',
  title: 'Roundtrip',
  kind: 'number',
  first: 'desc',
  value: ({ roundtripMicroseconds }) => roundtripMicroseconds,
  cell: ({ roundtripMicroseconds: roundtrip }) =>
    roundtrip === undefined
      ? nothing
      : markup`<span title="${formatCount(roundtrip)} µs">${formatRoundtrip(roundtrip)}</span>`,
};

/** A text of the PBX as a cell; an empty cell if there is none. */
export function textCell(text: string | undefined): Markup {
  return text === undefined || text === '' ? nothing : foreign(shorten(text));
}
