/** A JSON object of unknown content. */
export type Fields = Readonly<Record<string, unknown>>;

/** The value as a JSON object; undefined when it is anything else. */
export function asFields(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
}

/** The value as a list; undefined when it is anything else. */
export function asList(value: unknown): readonly unknown[] | undefined {
  return Array.isArray(value) ? value : undefined;
}

/**
 * Text without spaces around it. Whole numbers become text, because firmware sends the same field now as text and now
 * as a number; everything else, and numbers too large for JSON to carry exactly, is an empty text.
 */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value.trim();
  return Number.isSafeInteger(value) ? String(value) : '';
}

/** A whole number from 0 on, sent as number or text; undefined when it is none, never 0 in its place. */
export function countOf(value: unknown): number | undefined {
  const text = textOf(value);
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

/** An object with the field where the text is not empty, without it otherwise. */
export function optionalText<Name extends string>(name: Name, text: string): Partial<Record<Name, string>> {
  const fields: Partial<Record<Name, string>> = {};
  if (text !== '') fields[name] = text;
  return fields;
}

/** The entry of a table for a word from outside; words such as `constructor`, which every object knows, are not in it. */
export function lookUp<T>(table: Readonly<Record<string, T>>, word: string): T | undefined {
  return Object.hasOwn(table, word) ? table[word] : undefined;
}
