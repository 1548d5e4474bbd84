import { type Markup, markup, nothing } from '../html.ts';
import { formatCount } from './format.ts';

/** A list on the page of one PBX. */
export interface ListSection {
  readonly content: Markup;
  /** Whether the search leaves a row of it. */
  readonly isHit: boolean;
}

/** What the heading of a list says. */
export interface ListHeading {
  readonly anchor: string;
  readonly title: string;
  /** Rows that are shown, on all pages; absent where the list could not be read. */
  readonly shown?: number;
  /** Rows of the whole list. */
  readonly all?: number;
}

/** The heading of a list, with the number of rows below it. */
export function listHeading({ anchor, title, shown, all = shown }: ListHeading): Markup {
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

/** A list that nothing can be said of. */
export const noSection: ListSection = { content: nothing, isHit: false };

/** The lists in the order in which they are wanted: where somebody searches, those with hits come first, at the anchor `hits`. */
export function inOrderOfHits(sections: readonly ListSection[], search: string): Markup {
  if (search === '') return markup`${sections.map(({ content }) => content)}`;
  const [hits, others] = [true, false].map((wanted) => sections.filter(({ isHit }) => isHit === wanted));
  const none = hits?.length === 0 && markup`<p class="none">No trunk and no peer is like that.</p>`;
  return markup`<div id="hits">${none}${hits?.map(({ content }) => content)}</div>${others?.map(({ content }) => content)}`;
}
