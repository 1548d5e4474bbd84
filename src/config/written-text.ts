/** One zero character in so many, and the text was two bytes per character. */
const zerosInUtf16 = 4;

/**
 * Why the text of a file, read as UTF-8, is not what its author wrote; undefined where it is. PowerShell's `>` and the
 * "Unicode" of Windows editors write UTF-16, of which every second byte of plain text is zero.
 */
export function encodingFault(text: string): string | undefined {
  const zeros = text.length - text.replaceAll('\0', '').length;
  return zeros > 0 && zeros * zerosInUtf16 >= text.length
    ? 'is UTF-16, as ">" of PowerShell writes it: save it as UTF-8'
    : undefined;
}

/** Where the text of a file has bytes that are no UTF-8, e.g. an umlaut in Latin-1; -1 where it has none. */
export function firstForeignByte(text: string): number {
  return text.indexOf('\uFFFD');
}

/** Characters that nobody sees, or that look like a space and are none, by name. */
const invisible: readonly (readonly [RegExp, string])[] = [
  [/\u00A0|\u202F/u, 'a non-breaking space'],
  [/\uFEFF/u, 'a byte order mark'],
  [/[\u200B\u2060\u180E]/u, 'a space without width'],
  [/[\u200C\u200D]/u, 'a joiner without width'],
  [/[\u200E\u200F\u202A-\u202E\u2066-\u2069\u061C]/u, 'a mark for the direction of writing'],
  [/\u00AD/u, 'a soft hyphen'],
  [/[\u1680\u2000-\u200A\u205F\u3000]/u, 'a space of another width'],
  [/[\u2028\u2029\u0085]/u, 'a line separator that is none here'],
];
const anyInvisible = new RegExp(`(?:${invisible.map(([{ source }]) => source).join('|')})+`, 'gu');

/** Something in a text that its author cannot have seen. */
export interface InvisiblePart {
  readonly offset: number;
  /** Its name and number, e.g. `a non-breaking space (U+00A0)`. */
  readonly name: string;
}

/** All invisible characters of a text, those that follow each other as one, by the first. */
export function invisibleParts(text: string): readonly InvisiblePart[] {
  return [...text.matchAll(anyInvisible)].map(({ 0: found, index }) => {
    const name = invisible.find(([form]) => form.test(found.slice(0, 1)))?.[1] ?? 'an invisible character';
    const number = (found.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
    return { offset: index, name: `${name} (U+${number})` };
  });
}

/** The typographic quotes that a text stands in, as in “text”; undefined where it does not. */
export function typographicQuotes(text: string): string | undefined {
  const [, open = '', close = ''] = /^([“”„‟«»‘’‚‛‹›]).*([“”„‟«»‘’‚‛‹›])$/su.exec(text) ?? [];
  return open === '' ? undefined : `${open} ${close}`;
}
