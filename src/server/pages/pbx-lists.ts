import type { Journal, Since } from '../../journal/journal.ts';
import { type Markup, markup, nothing } from '../html.ts';
import { formatCount, formatRoundtrip, shorten } from './format.ts';
import { changeCount, isolated, shortMoment } from './parts.ts';
import type { Column } from './table.ts';
import type { StatusTarget, View } from './view.ts';

/** A list on the page of one PBX. */
export interface ListSection {
  readonly content: Markup;
  /** Whether any row matches the search. */
  readonly isHit: boolean;
}

/** The heading of a list with its counts. */
interface ListHeading {
  readonly anchor: string;
  readonly title: string;
  /** Number of rows shown on all pages; absent if the list could not be read. */
  readonly shown?: number;
  /** Number of rows in the whole list. */
  readonly all?: number;
}

/** A heading with the number of rows in the list. */
function listHeading({ anchor, title, shown, all = shown }: ListHeading): Markup {
  if (shown === undefined || all === undefined) return markup`<h2 id="${anchor}">${title}</h2>`;
  const count = shown === all ? formatCount(all) : `${formatCount(shown)} of ${formatCount(all)}`;
  return markup`<h2 id="${anchor}">${title} <small>${count}</small></h2>`;
}

/** Renders a list with its heading. */
export function listSection(heading: ListHeading, content: Markup, isHit: boolean): ListSection {
  return {
    content: markup`<section aria-labelledby="${heading.anchor}">${listHeading(heading)}${content}</section>`,
    isHit,
  };
}

/** Inputs of a list on the page of one PBX. */
export interface PbxList {
  readonly target: StatusTarget;
  readonly parameters: URLSearchParams;
  readonly view: View;
}

/** Renders a list without rows: it is empty, it could not be read, or its collector is not enabled. */
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

/** Renders the lists in display order: during a search, lists with hits come first, at the anchor `hits`. */
export function searchHitsFirst(sections: readonly ListSection[], search: string): Markup {
  if (search === '') return markup`${sections.map(({ content }) => content)}`;
  const [hits, others] = [true, false].map((wanted) => sections.filter(({ isHit }) => isHit === wanted));
  const none = hits?.length === 0 && markup`<p class="none">No trunks or peers match.</p>`;
  return markup`<div id="hits">${none}${hits?.map(({ content }) => content)}</div>${others?.map(({ content }) => content)}`;
}

/** If a list is first read within this time (ms) after the start, its initial states are taken to be older than the start. */
const firstReadMs = 600_000;

/** Returns the column with the time of the last state change, latest first; false if there is no journal. */
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

/** Returns the column with the number of state changes, most frequent first. */
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

/** The column with the roundtrip, slowest first; the tooltip shows the exact microseconds. */
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

/** Renders a text from a PBX as a cell; empty if there is none. */
export function textCell(text: string | undefined): Markup {
  return text === undefined || text === '' ? nothing : isolated(shorten(text));
}
