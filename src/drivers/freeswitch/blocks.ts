import { Failure } from '../../transport/failure.ts';

/** The fields of one block of a list, unchanged, by tag. If a tag occurs more than once, only its first field. */
export type Block = ReadonlyMap<string, string>;

/** The format of a list: its first and last lines, and the lines around each of its blocks. */
export interface ListShape {
  /** Name for people, e.g. `registrations`. */
  readonly name: string;
  readonly begin: RegExp;
  readonly end: string;
  readonly tag: string;
  /** Number of spaces before the tag of a block; its fields are indented twice as far. */
  readonly indent: number;
}

/**
 * Reads the blocks of a list that looks like XML but is not: names are not escaped and contacts end in garbage, so a
 * single row could make an XML parser reject the whole list. The list is therefore read line by line. Values contain no
 * line feed, so they cannot imitate the start of a block. A line that is not a field, or a block without an end, affects
 * nothing else; `onBroken` is called for each block without an end. Throws a `Failure` (`protocol`) if the end of the
 * list is missing, because a list from a connection that was closed early would otherwise look complete.
 */
export function readBlocks(text: string, shape: ListShape, onBroken: () => void): readonly Block[] {
  if (!shape.begin.test(text)) throw new Failure('protocol', `the answer is not the list of ${shape.name}`);
  if (!text.endsWith(shape.end)) throw new Failure('protocol', `the list of ${shape.name} is cut off before its end`);
  const open = `${' '.repeat(shape.indent)}<${shape.tag}>`;
  const close = `${' '.repeat(shape.indent)}</${shape.tag}>`;
  const blocks: Block[] = [];
  let block: Map<string, string> | undefined;
  for (const line of text.split('\n')) {
    const begins = line === open;
    if (begins && block !== undefined) onBroken();
    if (line === close && block !== undefined) blocks.push(block);
    if (begins) block = new Map();
    else if (line === close) block = undefined;
    else if (block !== undefined) note(block, line, shape.indent * 2);
  }
  if (block !== undefined) onBroken();
  return blocks;
}

function note(block: Map<string, string>, line: string, indent: number): void {
  const [, name, value] = /^ *<([\w-]+)>(.*)<\/\1>$/.exec(line) ?? [];
  if (name === undefined || value === undefined || line.indexOf('<') !== indent || block.has(name)) return;
  block.set(name, value);
}
