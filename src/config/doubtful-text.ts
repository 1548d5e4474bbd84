import type { Comments } from './comments.ts';
import type { Report } from './report.ts';
import type { ConfigNode, Entry } from './tree.ts';
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
function warnOfMisread(report: Report, text: string, root: ConfigNode): void {
  for (const { key, value } of scalarsOf(root)) {
    if (value.kind !== 'scalar') continue;
    const quotes = typeof value.value === 'string' ? typographicQuotes(value.value) : undefined;
    if (quotes !== undefined)
      report.warn(value, `the typographic quotes (${quotes}) are part of the value: write " or ' around it`);
    const isPlain = value.source !== '' && !value.block && !/^["']/.test(value.source);
    if (isPlain && usedAsWritten.has(key) && /^[ \t]+#/.test(text.slice(value.offset + value.source.length)))
      report.warn(value, `${key} ends before the #, where a comment begins: put the value in quotes if it goes on`);
  }
}

/** All single values with the key that leads to each; those of a list have the key of the list. */
function scalarsOf(node: ConfigNode, key = ''): readonly Pick<Entry, 'key' | 'value'>[] {
  if (node.kind === 'map') return node.entries.flatMap((entry) => scalarsOf(entry.value, entry.key));
  if (node.kind === 'list') return node.items.flatMap((item) => scalarsOf(item, key));
  return [{ key, value: node }];
}
