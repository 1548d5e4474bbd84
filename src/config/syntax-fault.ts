import { visit } from 'yaml';
import type { Document, YAMLError } from 'yaml';
import { misfitLine } from './indentation.ts';
import type { ConfigLocation } from './problem.ts';
import { Report } from './report.ts';
import type { SourceText } from './source.ts';
import { syntaxMessage } from './syntax-message.ts';

/** Something that the YAML itself does wrong. */
export interface SyntaxFault extends ConfigLocation {
  readonly message: string;
  /** Offset of a line above that is a part of the fault. */
  readonly above?: number;
}

/** Faults that a line with a space too many or too few leads to, in this line or the one before. */
const codesOfMisfits: ReadonlySet<YAMLError['code']> = new Set([
  'BAD_INDENT',
  'BLOCK_AS_IMPLICIT_KEY',
  'MISSING_CHAR',
  'MULTILINE_IMPLICIT_KEY',
  'UNEXPECTED_TOKEN',
]);

/** What is wrong by an error of the YAML library, in words of our own. */
export function syntaxFault(error: YAMLError, document: Document.Parsed, text: string): SyntaxFault {
  const open = error.code === 'MISSING_CHAR' ? openQuote(document, error.pos[0]) : undefined;
  if (open !== undefined) return { offset: open, path: '', message: 'the quote that starts here is never closed' };
  const misfit = codesOfMisfits.has(error.code) ? misfitLine(text) : undefined;
  const lineEnd = misfit === undefined ? -1 : `${text}\n`.indexOf('\n', misfit.offset);
  if (misfit !== undefined && misfit.above <= error.pos[0] && error.pos[0] <= lineEnd + 1)
    return { ...misfit, path: '' };
  return { offset: error.pos[0], path: '', message: syntaxMessage(error.code) };
}

/** Where the quoted text starts whose end was missed at an offset. */
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

/** One fault a line: those that follow in the same line mostly come from the first. */
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
