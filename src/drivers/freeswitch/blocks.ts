import { Failure } from '../../transport/failure.ts';

/** Fields of one block of a list by tag, as they stand there, the first of each. */
export type Block = ReadonlyMap<string, string>;

/** How a list is written: its first and last lines, and the lines around each of its blocks. */
export interface ListShape {
  /** What it is, for people, e.g. `registrations`. */
  readonly name: string;
  readonly begin: RegExp;
  readonly end: string;
  readonly tag: string;
  /** Spaces in front of the tag of a block; its fields have twice as many. */
  readonly indent: number;
}

/**
 * The blocks of a list that calls itself XML. It is none: names stand there unescaped, contacts end in rubbish, and one such row
 * would cost all others. It is cut by lines, whose beginnings no value can forge because none holds a line feed. A line that
 * is no field, and a block without its end, cost nothing else; `onBroken` is told of such blocks.
 * Throws a `Failure` (`protocol`) for a list without its end: a connection that ended early looks like a whole answer.
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
