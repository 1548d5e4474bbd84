import { type Document, visit, type YAMLError } from 'yaml';
import { type ConfigLocation, Report } from './problem.ts';
import type { SourceText } from './source.ts';

/** A syntax error in the YAML. */
export interface SyntaxFault extends ConfigLocation {
  readonly message: string;
  /** Offset of a previous line that is part of the fault. */
  readonly above?: number;
}

/** Error codes that one space too many or too few can cause, in the same line or in the previous one. */
const indentationCodes: ReadonlySet<YAMLError['code']> = new Set([
  'BAD_INDENT',
  'BLOCK_AS_IMPLICIT_KEY',
  'MISSING_CHAR',
  'MULTILINE_IMPLICIT_KEY',
  'UNEXPECTED_TOKEN',
]);

/** Converts an error of the YAML library to a fault with our own message. */
export function syntaxFault(error: YAMLError, document: Document.Parsed, text: string): SyntaxFault {
  const open = error.code === 'MISSING_CHAR' ? openQuote(document, error.pos[0]) : undefined;
  if (open !== undefined) return { offset: open, path: '', message: 'the quote that starts here is never closed' };
  const misindented = indentationCodes.has(error.code) ? misindentedLine(text) : undefined;
  const lineEnd = misindented === undefined ? -1 : `${text}\n`.indexOf('\n', misindented.offset);
  if (misindented !== undefined && misindented.above <= error.pos[0] && error.pos[0] <= lineEnd + 1)
    return { ...misindented, path: '' };
  return { offset: error.pos[0], path: '', message: syntaxMessage(error.code) };
}

/** Start of the quoted text for which the parser missed the closing quote at an offset. */
function openQuote(document: Document.Parsed, missedAt: number): number | undefined {
  let start: number | undefined;
  visit(document, {
    Scalar(_key, { type, range }) {
      const [from = 0, to = 0] = range ?? [];
      if (type?.startsWith('QUOTE_') && from < missedAt && missedAt <= to + 1) start = from;
    },
  });
  return start;
}

/** Reports only the first fault of each line, because further faults in a line are usually caused by the first. */
export function syntaxReport(faults: readonly SyntaxFault[], source: SourceText): Report {
  const report = new Report();
  const lines = new Set<number>();
  for (const { message, ...location } of faults) {
    const line = source.lineAt(location.offset);
    if (!lines.has(line)) report.error(location, message);
    lines.add(line);
  }
  return report;
}

/** Messages by error code. The messages of the YAML library are not used: they quote the file, so they could contain a password. */
const messages: Readonly<Partial<Record<YAMLError['code'], string>>> = {
  BAD_COLLECTION_TYPE: 'the tag before this value does not fit it: leave the tag out',
  BAD_DIRECTIVE: 'a line that starts with % is not understood here',
  BAD_DQ_ESCAPE:
    'a backslash in double quotes starts an escape, and this one does not exist: use single quotes instead',
  BAD_INDENT: 'the indentation does not fit the lines before it, or a bracket is not closed',
  BAD_SCALAR_START: 'a value cannot start with this character: put the value in quotes',
  BLOCK_AS_IMPLICIT_KEY:
    'there is a second ": " in this line: put the value in quotes, or start a new line for each key',
  BLOCK_IN_FLOW: 'inside { } and [ ] everything is separated by commas; "- " and indentation are not used there',
  KEY_OVER_1024_CHARS: 'this key is far too long: is a quote not closed?',
  MISSING_CHAR:
    'a character is missing here or just before: a closing quote or bracket, a comma, "- ", or the space after a colon',
  MULTILINE_IMPLICIT_KEY: 'a key must be on one line and end with ": ", with a space after the colon',
  MULTIPLE_ANCHORS: 'a value can have only one anchor (&name)',
  MULTIPLE_TAGS: 'a value can have only one tag, and here none is needed',
  TAB_AS_INDENT: 'there is a tab in the indentation: use spaces',
  TAG_RESOLVE_FAILED: 'tags (!name) are not understood: leave the tag out, or put the value in quotes',
  UNEXPECTED_TOKEN:
    'this is not expected here: check the quotes, brackets and indentation of this line and the one before',
};

/** The message for a YAML error code; it does not quote the file. */
function syntaxMessage(code: YAMLError['code']): string {
  return messages[code] ?? 'this is not valid YAML: check the quotes, brackets and indentation';
}

/** A line with an indentation that does not match the lines around it. */
interface MisindentedLine {
  /** Offset of its first non-space character. */
  readonly offset: number;
  /** Offset of the first non-space character in the previous line that it does not match. */
  readonly above: number;
  /** One sentence about both lines. */
  readonly message: string;
}

interface Line {
  /** Starts at 1. */
  readonly number: number;
  /** Offset of the first non-space character. */
  readonly offset: number;
  /** Start columns in this line, from 0: the indentation, and the content after each `-`. */
  readonly columns: readonly [number, ...number[]];
  readonly text: string;
}

/**
 * Returns the first line with a wrong indentation. It compares lines only, because the text is not valid YAML. Blocks (`|`)
 * and text inside brackets are skipped.
 */
export function misindentedLine(text: string): MisindentedLine | undefined {
  const levels: number[] = [];
  let before: Line | undefined;
  for (const line of linesOf(text)) {
    const [indent, ...further] = line.columns;
    const isDeeper = (levels.at(-1) ?? -1) < indent;
    while ((levels.at(-1) ?? -1) > indent) levels.pop();
    const isKnown = levels.at(-1) === indent;
    if (before !== undefined && !isKnown && !(isDeeper && opensLevel(before))) return misindented(line, before);
    levels.push(...(isKnown ? further : line.columns));
    before = line;
  }
  return undefined;
}

/** Reports whether a deeper level can follow: after a key or a `-` without a value. */
function opensLevel({ text }: Line): boolean {
  return /(?:^|\s)-$|:(?: +[&!]\S+)?$/.test(text);
}

function misindented(line: Line, before: Line): MisindentedLine {
  const { offset, number } = before;
  const message = `the indentation of this line (${spaces(line)}) does not fit the lines around it: line ${number} has ${spaces(before)}`;
  return { offset: line.offset, above: offset, message };
}

function spaces({ columns: [indent] }: Line): string {
  return `${indent} ${indent === 1 ? 'space' : 'spaces'}`;
}

/** Yields the lines that start a key or an entry: no comments, no empty lines, nothing inside brackets or blocks. */
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
