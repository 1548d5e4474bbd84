import type { Report } from './problem.ts';
import type { Comments } from './secret-parts.ts';
import type { ConfigNode, ScalarNode } from './tree.ts';

/** One zero character in so many, and the text was two bytes per character. */
const zerosInUtf16 = 4;

/**
 * Why the text of a file, read as UTF-8, is not what its author wrote; undefined if it is. PowerShell's `>` and the
 * "Unicode" of Windows editors write UTF-16, of which every second byte of plain text is zero.
 */
export function encodingFault(text: string): string | undefined {
  const zeros = text.length - text.replaceAll('\0', '').length;
  return zeros > 0 && zeros * zerosInUtf16 >= text.length
    ? 'is UTF-16, as ">" of PowerShell writes it: save it as UTF-8'
    : undefined;
}

/** The position in the text of a file of bytes that are not UTF-8, e.g. an umlaut in Latin-1; -1 if there are none. */
export function firstForeignByte(text: string): number {
  return text.indexOf('\uFFFD');
}

/** Characters that nobody sees, or that look like a space and are none, by name. */
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

/** Something in a text that its author cannot have seen. */
interface InvisiblePart {
  readonly offset: number;
  /** Its name and number, e.g. `a non-breaking space (U+00A0)`. */
  readonly name: string;
}

/** All invisible characters of a text, those that follow each other as one, by the first. */
export function invisibleParts(text: string): readonly InvisiblePart[] {
  return [...text.matchAll(anyInvisible)].map(({ 0: found, index }) => {
    const name = invisible.find(([form]) => form.test(found.slice(0, 1)))?.[1] ?? 'an invisible character';
    const number = (found.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
    return { offset: index, name: `${name} (U+${number})` };
  });
}

/** The typographic quotes that a text stands in, as in “text”; undefined if it does not. */
export function typographicQuotes(text: string): string | undefined {
  const [, open = '', close = ''] = /^([“”„‟«»‘’‚‛‹›]).*([“”„‟«»‘’‚‛‹›])$/su.exec(text) ?? [];
  return open === '' ? undefined : `${open} ${close}`;
}

/** Values that are used letter by letter: what YAML cuts off of them is missed. */
const usedAsWritten: ReadonlySet<string> = new Set(['username', 'password', 'token']);

/** The text of a file, and what was found in it; `root` is absent if it is no YAML. */
interface WrittenFile {
  readonly text: string;
  readonly remarks: Comments;
  readonly root?: ConfigNode | undefined;
}

/** Warns about places where a file means something other than its author sees. Comments are not checked. */
export function warnOfDoubtful(report: Report, { text, remarks, root }: WrittenFile): void {
  warnOfInvisible(report, text, remarks);
  if (root !== undefined) warnOfMisread(report, text, root);
}

/** Invisible characters, and bytes in another encoding. */
function warnOfInvisible(report: Report, text: string, { comments }: Comments): void {
  const isComment = (offset: number): boolean => comments.some(([from, to]) => from <= offset && offset < to);
  for (const { offset, name } of invisibleParts(text))
    if (!isComment(offset)) report.warn({ offset, path: '' }, `there is ${name} here: rewrite the text without it`);
  const foreign = firstForeignByte(text);
  if (foreign >= 0 && !isComment(foreign))
    report.warn({ offset: foreign, path: '' }, 'this character is no UTF-8: save the file as UTF-8');
}

/** Quotes that are none, and text that YAML takes for a comment. */
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
