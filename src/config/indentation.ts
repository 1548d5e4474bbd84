/** A line whose indentation fits none of the lines around it. */
export interface MisfitLine {
  /** Offset of its first character that is no space. */
  readonly offset: number;
  /** Offset of the same in the line above that it does not fit. */
  readonly above: number;
  /** One sentence for people, with both lines. */
  readonly message: string;
}

interface Line {
  /** From 1. */
  readonly number: number;
  /** Offset of the first character that is no space. */
  readonly offset: number;
  /** Where something begins in this line, counted in spaces: each `-`, and what follows them. The first is its indentation. */
  readonly columns: readonly [number, ...number[]];
  readonly text: string;
}

/**
 * The first line of a text that is indented by a space too many or too few. Looks at lines only: it is asked about text
 * that is no YAML. Blocks (`|`) are left out, and so is what stands within brackets.
 */
export function misfitLine(text: string): MisfitLine | undefined {
  const levels: number[] = [];
  let before: Line | undefined;
  for (const line of linesOf(text)) {
    const [indent, ...further] = line.columns;
    const isDeeper = (levels.at(-1) ?? -1) < indent;
    while ((levels.at(-1) ?? -1) > indent) levels.pop();
    const isKnown = levels.at(-1) === indent;
    if (before !== undefined && !isKnown && !(isDeeper && opensLevel(before))) return misfit(line, before);
    levels.push(...(isKnown ? further : line.columns));
    before = line;
  }
  return undefined;
}

/** Whether deeper lines may follow: a key or a `-` without a value. */
function opensLevel({ text }: Line): boolean {
  return /(?:^|\s)-$|:(?: +[&!]\S+)?$/.test(text);
}

function misfit(line: Line, before: Line): MisfitLine {
  const { offset, number } = before;
  const message = `the indentation of this line (${spaces(line)}) does not fit the lines around it: line ${number} has ${spaces(before)}`;
  return { offset: line.offset, above: offset, message };
}

function spaces({ columns: [indent] }: Line): string {
  return `${indent} ${indent === 1 ? 'space' : 'spaces'}`;
}

/** Lines that begin something: no comments, no empty ones, nothing within brackets, quotes or blocks. */
function* linesOf(text: string): Generator<Line> {
  let start = 0;
  let open = 0;
  let block: number | undefined;
  for (const [index, written] of text.split('\n').entries()) {
    const offset = start;
    start += written.length + 1;
    const line = written.replace(/(?:^|\s)#.*$/, '').trimEnd();
    const indent = line.search(/\S/);
    if (indent === -1) continue;
    if (block !== undefined && indent > block) continue;
    block = /[:-] +[|>][+\-\d]*$/.test(line) ? indent : undefined;
    const wasOpen = open > 0;
    open = Math.max(0, open + bracketsIn(line));
    if (wasOpen) continue;
    yield { number: index + 1, offset: offset + indent, columns: columnsOf(line, indent), text: line.slice(indent) };
  }
}

function columnsOf(line: string, indent: number): readonly [number, ...number[]] {
  const dashes = /^(?:- +)+/.exec(line.slice(indent))?.[0] ?? '';
  return [indent, ...[...dashes.matchAll(/- +/g)].map(({ 0: dash, index }) => indent + index + dash.length)];
}

function bracketsIn(line: string): number {
  const plain = line.replaceAll(/"[^"]*"|'[^']*'/g, '');
  return (plain.match(/[[{]/g)?.length ?? 0) - (plain.match(/[\]}]/g)?.length ?? 0);
}
