/** A JSON object whose values have still to be looked at. */
export type JsonRecord = Readonly<Record<string, unknown>>;

/** Whether a JSON value is an object (not a list, not null). */
export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The items of a JSON list; empty for everything that is none. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}

/** Text as it is, a finite number as its digits, everything else as the empty text. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value.trim();
  return typeof value === 'number' && Number.isFinite(value) ? String(value) : '';
}

/**
 * A number of 0 or more, given as a number or as plain decimal digits; undefined for everything else.
 * `N/A`, an empty text, `nan` and negative numbers mean that there is no value, never 0.
 */
export function amountOf(value: unknown): number | undefined {
  const text = textOf(value);
  if (!/^\d{1,15}(\.\d+)?$/.test(text)) return undefined;
  return Number(text);
}

/** An object with that one field, or without it where the value is missing. */
export function optional<Name extends string, Value>(name: Name, value: Value | undefined): { [K in Name]?: Value } {
  const entry: { [K in Name]?: Value } = {};
  if (value !== undefined && value !== '') entry[name] = value;
  return entry;
}
