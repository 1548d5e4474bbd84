/** A safe piece of HTML. Create it with {@link markup}, which escapes all texts. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** The permitted contents of a piece of HTML. Texts are escaped; `undefined` and `false` produce nothing. */
export type MarkupContent = Markup | string | number | undefined | false | readonly MarkupContent[];

/** The empty piece of HTML. */
export const nothing: Markup = new Markup('');

/** Template tag for HTML: literal parts are taken as HTML, inserted texts are escaped, inserted markup is not. */
export function markup(literals: TemplateStringsArray, ...pieces: readonly MarkupContent[]): Markup {
  const parts = pieces.map((piece, index) => `${textOf(piece)}${literals[index + 1] ?? ''}`);
  return new Markup(`${literals[0] ?? ''}${parts.join('')}`);
}

/** Escapes a text for use in HTML elements and quoted attributes. */
function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

function textOf(piece: MarkupContent): string {
  if (piece === undefined || piece === false) return '';
  if (typeof piece === 'string') return escapeHtml(piece);
  if (typeof piece === 'number') return String(piece);
  return piece instanceof Markup ? piece.text : piece.map(textOf).join('');
}
