import { fields } from './fields.ts';
import { hiddenText } from './secret.ts';
import { suggest } from './suggest.ts';
import { commentsIn } from './comments.ts';
import type { Range as HiddenRange, Comments } from './comments.ts';
import type { ConfigNode, Entry } from './tree.ts';

/** A place in the text for people, and its line ready to print with secrets hidden. */
export interface Place {
  readonly line: number;
  readonly column: number;
  readonly excerpt?: string;
}

const secretKeys: ReadonlySet<string> = new Set(['password', 'token']);
const groupKeys: ReadonlySet<string> = new Set(['scrape', 'targets', 'tls', 'peers', 'labels', 'options']);
/** Values that may hold an account; only the rest of them is shown. */
const urlKeys: ReadonlySet<string> = new Set(['url', 'proxy_url']);
const longestExcerpt = 160;

/** Where offsets are in the text, and what of the text may be shown. */
export class SourceText {
  readonly #text: string;
  readonly #starts: readonly number[];
  readonly #remarks: Comments;

  constructor(text: string) {
    this.#text = text;
    this.#remarks = commentsIn(text);
    this.#starts = [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
  }

  /** What of the text is a comment or a reference. */
  get remarks(): Comments {
    return this.#remarks;
  }

  /** Line of an offset, from 1. */
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

  /** Tells places in a file whose tree is known: exactly the secrets are hidden. What it costs to tell one does not grow with the file. */
  placesWith(hidden: readonly HiddenRange[]): (offset: number) => Place {
    const secret = withoutOverlap([...hidden, ...this.#remarks.references]);
    return (offset) => this.#place(offset, secret);
  }

  #place(offset: number, secret: readonly HiddenRange[]): Place {
    const { line, column, start, text } = this.#lineOf(offset);
    const end = start + text.length;
    const [comment = end] = within(this.#remarks.comments, start, end)[0] ?? [];
    let shown = { text, caret: column };
    for (const [from, to] of within(secret, start, end).toReversed()) {
      shown = hide(shown, [Math.max(from - start, 0), Math.min(to - start, text.length)]);
    }
    const tail = comment === end ? 0 : end - comment;
    return { line, column, ...excerptOf({ ...shown, text: shown.text.slice(0, shown.text.length - tail).trimEnd() }) };
  }

  /** The place of an offset in a file that is not valid YAML: only lines that surely hold no secret are shown whole. */
  placeInBroken(offset: number, publicKeys: ReadonlySet<string>): Place {
    const { line, column, text } = this.#lineOf(offset);
    const [start = '', key = ''] = /^\s*(?:-\s+)?([\w-]+):/.exec(text) ?? [];
    const known = publicKeys.has(key) || groupKeys.has(key) || secretKeys.has(key);
    if (!known) return { line, column };
    const from = text[start.length] === ' ' ? start.length + 1 : start.length;
    const rest = text.slice(from);
    const harmless = publicKeys.has(key) && !urlKeys.has(key) && from > start.length && /^[\w.-]*$/.test(rest);
    const shown = { text, caret: column };
    return { line, column, ...excerptOf(harmless || rest === '' ? shown : hide(shown, [from, text.length])) };
  }

  #lineOf(offset: number): { line: number; column: number; start: number; text: string } {
    const line = this.lineAt(offset);
    const start = this.#starts[line - 1] ?? 0;
    const text = this.#text.slice(start, this.#starts[line] ?? this.#text.length).replace(/\r?\n$/, '');
    return { line, column: Math.min(offset - start, text.length) + 1, start, text };
  }
}

/** Keys whose values may be printed; `options` are those of the families. A misspelt `pasword:` is not among them. */
export function publicKeysOf(options: Iterable<string>): Set<string> {
  const plain = [...fields.map(({ key }) => key), ...options];
  return new Set(plain.filter((key) => !groupKeys.has(key) && !looksSecret(key)));
}

/** Whether a key of a family's options may hold something that nobody should see. */
export function looksSecret(key: string): boolean {
  return secretKeys.has(key) || (/pass|secret|token|key|pin$/i.test(key) && !/_(file|env)$/.test(key));
}

/** What must not be printed of a file: values of secret and of unknown keys, and credentials or a query within URLs. */
export function hiddenRanges(node: ConfigNode, publicKeys: ReadonlySet<string>, key = ''): HiddenRange[] {
  if (node.kind === 'list') return node.items.flatMap((item) => hiddenRanges(item, publicKeys, key));
  if (node.kind === 'map')
    return [...node.entries, ...node.repeated].flatMap((entry) => hiddenInEntry(entry, publicKeys, key));
  const end = node.offset + node.source.length;
  if (urlKeys.has(key)) return hiddenInUrl(node.source).map(([from, to]) => [node.offset + from, node.offset + to]);
  if (key.endsWith('_env') && !/^[A-Z_][A-Z0-9_]*$/.test(node.source)) return [[node.offset, end]];
  return node.source === '' || isPublic(key, publicKeys) ? [] : [[node.offset, end]];
}

/** `intervall: 30s` may be shown, since `interval` may; `pasword: ...` may not. */
function isPublic(key: string, publicKeys: ReadonlySet<string>): boolean {
  if (publicKeys.has(key)) return true;
  if (key === '' || looksSecret(key)) return false;
  const meant = suggest(key, [...publicKeys, ...secretKeys, ...groupKeys]);
  return meant !== undefined && !urlKeys.has(meant) && publicKeys.has(meant);
}

function hiddenInEntry(entry: Entry, publicKeys: ReadonlySet<string>, parent: string): HiddenRange[] {
  const odd = entry.key.search(/[^\w-]/);
  const start = entry.location.offset;
  if (odd !== -1) return [[start + odd, entry.end], ...hiddenRanges(entry.value, publicKeys)];
  if (parent === 'labels' && entry.value.kind === 'scalar') return [];
  return hiddenRanges(entry.value, publicKeys, entry.key);
}

function hiddenInUrl(source: string): HiddenRange[] {
  const account = source.lastIndexOf('@');
  const scheme = /^["']?[a-z]+:\/\//i.exec(source)?.[0].length ?? 0;
  if (account > scheme) return [[scheme, account], ...queryOf(source, account)];
  return queryOf(source, 0);
}

function queryOf(source: string, from: number): HiddenRange[] {
  const query = source.slice(from).search(/[?#]/);
  return query === -1 ? [] : [[from + query + 1, source.length]];
}

/** Ranges that touch the same text, joined: `*name` within a value that is hidden whole. */
function withoutOverlap(ranges: readonly HiddenRange[]): HiddenRange[] {
  const joined: HiddenRange[] = [];
  for (const [from, to] of [...ranges].sort((a, b) => a[0] - b[0])) {
    const last = joined.at(-1);
    if (last === undefined || last[1] < from) joined.push([from, to]);
    else joined[joined.length - 1] = [last[0], Math.max(last[1], to)];
  }
  return joined;
}

/** Those of disjoint ranges, in their order, that have a part between two offsets. */
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
  /** Column of the mark, from 1. */
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
  if (text.trim() === '') return {};
  const start = Math.max(0, caret - longestExcerpt / 2);
  const window = text.slice(start, start + longestExcerpt);
  const indent = window.slice(0, caret - 1 - start).replaceAll(/[^\t]/g, ' ');
  return { excerpt: `  ${printable(window)}\n  ${indent}^` };
}

/** Control characters could play tricks on a terminal. */
function printable(text: string): string {
  return text.replaceAll(/[^\P{Cc}\t]/gu, '\u{FFFD}');
}
