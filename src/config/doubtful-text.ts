import type { Comments } from './comments.ts';
import type { Report } from './report.ts';
import type { ConfigNode, ScalarNode } from './tree.ts';
import { firstForeignByte, invisibleParts, typographicQuotes } from './written-text.ts';

/** Values that are used letter by letter: what YAML cuts off of them is missed. */
const usedAsWritten: ReadonlySet<string> = new Set(['username', 'password', 'token']);

/** The text of a file, and what was found in it; `root` is absent where it is no YAML. */
export interface WrittenFile {
  readonly text: string;
  readonly remarks: Comments;
  readonly root?: ConfigNode | undefined;
}

/** Tells where a file does not say what its author sees. Comments are left alone. */
export function warnOfDoubtful(report: Report, { text, remarks, root }: WrittenFile): void {
  warnOfInvisible(report, text, remarks);
  if (root !== undefined) warnOfMisread(report, text, root);
}

/** Invisible characters, and bytes in another encoding. */
function warnOfInvisible(report: Report, text: string, { comments }: Comments): void {
  const isComment = (offset: number): boolean => comments.some(([from, to]) => from <= offset && offset < to);
  for (const { offset, name } of invisibleParts(text))
    if (!isComment(offset)) report.warn({ offset, path: '' }, `there is ${name} here: write the text anew without it`);
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
