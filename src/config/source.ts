import { hiddenText } from './secret.ts';
import {
  type CommentsAndAnchors,
  commentsAndAnchorsIn,
  hiddenInLine,
  type Range as HiddenRange,
} from './secret-parts.ts';

/** A position in the text for display, with a printable excerpt in which secrets are hidden. */
export interface Place {
  readonly line: number;
  readonly column: number;
  readonly excerpt?: string;
}

const longestExcerpt = 160;

/** Converts offsets of a text to lines and columns, and creates excerpts without secrets. */
export class SourceText {
  readonly #text: string;
  readonly #starts: readonly number[];
  readonly #commentsAndAnchors: CommentsAndAnchors;

  constructor(text: string) {
    this.#text = text;
    this.#commentsAndAnchors = commentsAndAnchorsIn(text);
    this.#starts = [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
  }

  /** The comments in the text, and the names of anchors and aliases. */
  get commentsAndAnchors(): CommentsAndAnchors {
    return this.#commentsAndAnchors;
  }

  /** Returns the line number of an offset, starting at 1. */
  lineAt(offset: number): number {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.#starts[middle] ?? Infinity) <= offset) low = middle;
      else high = middle - 1;
    }
    return low + 1;
  }

  /** Returns a function that finds places in a valid file and hides the given ranges. Its cost is logarithmic in the file size. */
  placesWith(hidden: readonly HiddenRange[]): (offset: number) => Place {
    const secret = withoutOverlap([...hidden, ...this.#commentsAndAnchors.anchors]);
    return (offset) => this.#place(offset, secret);
  }

  #place(offset: number, secret: readonly HiddenRange[]): Place {
    const { line, column, start, text } = this.#lineOf(offset);
    const end = start + text.length;
    const [comment = end] = within(this.#commentsAndAnchors.comments, start, end)[0] ?? [];
    let shown = { text, caret: column };
    for (const [from, to] of within(secret, start, end).toReversed()) {
      shown = hide(shown, [Math.max(from - start, 0), Math.min(to - start, text.length)]);
    }
    const tail = comment === end ? 0 : end - comment;
    return { line, column, ...excerptOf({ ...shown, text: shown.text.slice(0, shown.text.length - tail).trimEnd() }) };
  }

  /**
   * Returns a function that finds places in a file that is not valid YAML. Secrets are recognised line by line. A previous
   * line that is part of the fault is shown as well.
   */
  placesInBroken(
    faults: readonly { readonly offset: number; readonly above?: number }[],
    publicKeys: ReadonlySet<string>,
  ): (offset: number) => Place {
    const lines = new Map(faults.map(({ offset, above }) => [offset, above]));
    return (offset) => this.#placeInBroken(offset, publicKeys, lines.get(offset));
  }

  #placeInBroken(offset: number, publicKeys: ReadonlySet<string>, beside?: number): Place {
    const { line, column, text } = this.#lineOf(offset);
    const own = this.#excerptInBroken(offset, publicKeys);
    const above = beside === undefined ? undefined : this.#excerptInBroken(beside, publicKeys)?.split('\n')[0];
    if (own === undefined) return { line, column };
    return { line, column: Math.min(column, text.length + 1), excerpt: above === undefined ? own : `${above}\n${own}` };
  }

  #excerptInBroken(offset: number, publicKeys: ReadonlySet<string>): string | undefined {
    const { line, column, text } = this.#lineOf(offset);
    const above = this.#starts
      .slice(0, line - 1)
      .map((start, index) => this.#text.slice(start, this.#starts[index + 1]));
    const hidden = hiddenInLine(text, above, publicKeys);
    if (hidden === undefined) return undefined;
    const shown = hidden.toReversed().reduce((line, range) => hide(line, range), { text, caret: column });
    return excerptOf(shown).excerpt;
  }

  #lineOf(offset: number): { line: number; column: number; start: number; text: string } {
    const line = this.lineAt(offset);
    const start = this.#starts[line - 1] ?? 0;
    const text = this.#text.slice(start, this.#starts[line] ?? this.#text.length).replace(/\r?\n$/, '');
    return { line, column: Math.min(offset - start, text.length) + 1, start, text };
  }
}

/** Joins overlapping ranges, such as `*name` inside a value that is hidden as a whole. */
function withoutOverlap(ranges: readonly HiddenRange[]): HiddenRange[] {
  const joined: HiddenRange[] = [];
  for (const [from, to] of [...ranges].sort((a, b) => a[0] - b[0])) {
    const last = joined.at(-1);
    if (last === undefined || last[1] < from) joined.push([from, to]);
    else joined[joined.length - 1] = [last[0], Math.max(last[1], to)];
  }
  return joined;
}

/** The ranges that overlap with the part of the text between two offsets. `ranges` must be sorted and disjoint. */
function within(ranges: readonly HiddenRange[], start: number, end: number): HiddenRange[] {
  let low = 0;
  let high = ranges.length;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if ((ranges[middle]?.[1] ?? Infinity) > start) high = middle;
    else low = middle + 1;
  }
  const found: HiddenRange[] = [];
  for (let range = ranges[low]; range !== undefined && range[0] < end; range = ranges[low]) {
    found.push(range);
    low += 1;
  }
  return found;
}

interface Shown {
  readonly text: string;
  /** Column of the caret, starting at 1. */
  readonly caret: number;
}

function hide({ text, caret }: Shown, [from, to]: HiddenRange): Shown {
  const moved = hiddenText.length - (to - from);
  const within = Math.min(caret, from + 1);
  return {
    text: text.slice(0, from) + hiddenText + text.slice(to),
    caret: caret > to ? caret + moved : within,
  };
}

function excerptOf({ text, caret }: Shown): { excerpt?: string } {
  // A line that consists only of secrets is useless to the reader.
  if (['', hiddenText].includes(text.trim())) return {};
  const start = Math.max(0, caret - longestExcerpt / 2);
  const window = text.slice(start, start + longestExcerpt);
  const indent = window.slice(0, caret - 1 - start).replaceAll(/[^\t]/g, ' ');
  return { excerpt: `  ${printable(window)}\n  ${indent}^` };
}

/** Replaces control characters, because they could manipulate a terminal. */
function printable(text: string): string {
  return text.replaceAll(/[^\P{Cc}\t]/gu, '\u{FFFD}');
}
