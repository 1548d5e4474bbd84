import { Lexer } from 'yaml';

/** A part of the text as offsets: from, up to but not including. */
export type Range = readonly [start: number, end: number];

/** What of a YAML text is neither key nor value. */
export interface Comments {
  readonly comments: readonly Range[];
  /** Names after `&` and `*`; a password that nobody quoted may look like one. */
  readonly references: readonly Range[];
}

/** The lexer says so before it gives the text of a scalar. */
const scalarMark = '\u001F';
/** Tokens that do not stand for text of the file: start of a document, a broken flow collection, a scalar. */
const lexerMarks = new Set(['\u0002', '\u0018', scalarMark]);

/** Finds comments and references. Never throws. */
export function commentsIn(text: string): Comments {
  const comments: Range[] = [];
  const references: Range[] = [];
  let offset = 0;
  let before = '';
  for (const token of new Lexer().lex(text)) {
    const end = offset + token.length;
    if (before !== scalarMark && token.startsWith('#')) comments.push([offset, end]);
    if (before !== scalarMark && /^[&*]./s.test(token)) references.push([offset + 1, end]);
    if (!lexerMarks.has(token)) offset = end;
    before = token;
  }
  return { comments, references };
}
