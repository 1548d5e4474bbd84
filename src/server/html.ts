/** A piece of HTML that is safe to send: made by {@link markup} only, so that every text in it has been escaped. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** The permitted contents of a piece of HTML. Texts are escaped; `undefined` and `false` produce nothing. */
export type Piece = Markup | string | number | undefined | false | readonly Piece[];

/** Nothing at all. */
export const nothing: Markup = new Markup('');

/** Template tag: the literal parts are HTML, everything put in between is escaped unless it is HTML already. */
export function markup(literals: TemplateStringsArray, ...pieces: readonly Piece[]): Markup {
  const parts = pieces.map((piece, index) => `${textOf(piece)}${literals[index + 1] ?? ''}`);
  return new Markup(`${literals[0] ?? ''}${parts.join('')}`);
}

/** Text for use in HTML, in elements and in quoted attributes. */
function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

function textOf(piece: Piece): string {
  if (piece === undefined || piece === false) return '';
  if (typeof piece === 'string') return escapeHtml(piece);
  if (typeof piece === 'number') return String(piece);
  return piece instanceof Markup ? piece.text : piece.map(textOf).join('');
}
