import type { Report } from './problem.ts';
import type { CommentsAndAnchors } from './secret-parts.ts';
import type { ConfigNode, ScalarNode } from './tree.ts';

/** A text with at least one zero character in this many is taken for UTF-16. */
const zerosInUtf16 = 4;

/**
 * Returns the fault of a file in UTF-16 that was read as UTF-8; otherwise undefined. PowerShell's `>` and the "Unicode" of
 * Windows editors write UTF-16, in which every second byte of plain text is zero.
 */
export function encodingFault(text: string): string | undefined {
  const zeros = text.length - text.replaceAll('\0', '').length;
  return zeros > 0 && zeros * zerosInUtf16 >= text.length
    ? 'is UTF-16, as ">" of PowerShell writes it: save it as UTF-8'
    : undefined;
}

/** Returns the offset of the first bytes that are not UTF-8, e.g. an umlaut in Latin-1; -1 if there are none. */
export function firstInvalidUtf8(text: string): number {
  return text.indexOf('\uFFFD');
}

/** Characters that are invisible or only look like a space, with their names. */
const invisible: readonly (readonly [RegExp, string])[] = [
  [/\u00A0|\u202F/u, 'a non-breaking space'],
  [/\uFEFF/u, 'a byte order mark'],
  [/[\u200B\u2060\u180E]/u, 'a zero-width space'],
  [/[\u200C\u200D]/u, 'a zero-width joiner'],
  [/[\u200E\u200F\u202A-\u202E\u2066-\u2069\u061C]/u, 'a text direction mark'],
  [/\u00AD/u, 'a soft hyphen'],
  [/[\u1680\u2000-\u200A\u205F\u3000]/u, 'a space of unusual width'],
  [/[\u2028\u2029\u0085]/u, 'a line separator that is none here'],
];
const anyInvisible = new RegExp(`(?:${invisible.map(([{ source }]) => source).join('|')})+`, 'gu');

/** An invisible part of a text. */
interface InvisiblePart {
  readonly offset: number;
  /** Name and code point, e.g. `a non-breaking space (U+00A0)`. */
  readonly name: string;
}

/** Returns the invisible parts of a text. Adjacent characters count as one part, named after the first. */
export function invisibleParts(text: string): readonly InvisiblePart[] {
  return [...text.matchAll(anyInvisible)].map(({ 0: found, index }) => {
    const name = invisible.find(([form]) => form.test(found.slice(0, 1)))?.[1] ?? 'an invisible character';
    const number = (found.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
    return { offset: index, name: `${name} (U+${number})` };
  });
}

/** Returns the typographic quotes around a text, as in “text”; undefined if there are none. */
export function typographicQuotes(text: string): string | undefined {
  const [, open = '', close = ''] = /^([“”„‟«»‘’‚‛‹›]).*([“”„‟«»‘’‚‛‹›])$/su.exec(text) ?? [];
  return open === '' ? undefined : `${open} ${close}`;
}

/** Keys with values that must be complete: a login fails if YAML takes a part of the value as a comment. */
const usedAsWritten: ReadonlySet<string> = new Set(['username', 'password', 'token']);

/** The text of a file and its parsed parts; `root` is absent if the text is not valid YAML. */
interface WrittenFile {
  readonly text: string;
  readonly commentsAndAnchors: CommentsAndAnchors;
  readonly root?: ConfigNode | undefined;
}

/** Warns about text with a meaning that its author probably does not expect. Comments are not checked. */
export function warnOfLikelyMistakes(report: Report, { text, commentsAndAnchors, root }: WrittenFile): void {
  warnOfInvisible(report, text, commentsAndAnchors);
  if (root !== undefined) warnOfMisread(report, text, root);
}

/** Warns about invisible characters and about bytes in another encoding. */
function warnOfInvisible(report: Report, text: string, { comments }: CommentsAndAnchors): void {
  const isComment = (offset: number): boolean => comments.some(([from, to]) => from <= offset && offset < to);
  for (const { offset, name } of invisibleParts(text))
    if (!isComment(offset)) report.warn({ offset, path: '' }, `there is ${name} here: rewrite the text without it`);
  const invalid = firstInvalidUtf8(text);
  if (invalid >= 0 && !isComment(invalid))
    report.warn({ offset: invalid, path: '' }, 'this character is not UTF-8: save the file as UTF-8');
}

/** Warns about typographic quotes, and about text that YAML takes as a comment. */
function warnOfMisread(report: Report, text: string, node: ConfigNode, key = ''): void {
  if (node.kind === 'map') for (const entry of node.entries) warnOfMisread(report, text, entry.value, entry.key);
  else if (node.kind === 'list') for (const item of node.items) warnOfMisread(report, text, item, key);
  else warnOfValue(report, text, node, key);
}

function warnOfValue(report: Report, text: string, node: ScalarNode, key: string): void {
  const { value, source, offset, block } = node;
  const quotes = typeof value === 'string' ? typographicQuotes(value) : undefined;
  if (quotes !== undefined)
    report.warn(node, `the typographic quotes (${quotes}) are part of the value: write " or ' around it`);
  if (!usedAsWritten.has(key) || source === '' || block || /^["']/.test(source)) return;
  const end = offset + source.length;
  const lineEnd = text.indexOf('\n', end);
  if (/^[ \t]+#/.test(text.slice(end, lineEnd === -1 ? text.length : lineEnd)))
    report.warn(node, `${key} ends before the #, where a comment begins: put the value in quotes if it goes on`);
}
