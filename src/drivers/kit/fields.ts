import { type Amounts, type Resource, resources, type Usage } from '../../snapshot/reading.ts';

/*
 * How every family reads JSON of unknown shape. The rules are the same for all of them:
 * - text is trimmed, and a whole number counts as its digits, because the same field is text in some versions and a
 *   number in others;
 * - a value that is missing, null, blank or of another type is the empty string or undefined, never a guessed 0 or false;
 * - a count is a whole number of 0 or more; an amount may have a fraction; both may be plain decimal digits in a text.
 */

/** A JSON object whose fields are not checked yet. */
export type JsonRecord = Readonly<Record<string, unknown>>;

/** Whether a JSON value is an object, and neither a list nor null. */
export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value as an object; undefined when it is anything else. */
export function asRecord(value: unknown): JsonRecord | undefined {
  return isRecord(value) ? value : undefined;
}

/** The value as a list; undefined when it is anything else. */
export function asList(value: unknown): readonly unknown[] | undefined {
  return Array.isArray(value) ? value : undefined;
}

/** The items of a list; empty for any other value. Only for fields in which a missing list means an empty one. */
export function listOf(value: unknown): readonly unknown[] {
  return asList(value) ?? [];
}

/**
 * Text without surrounding spaces, or the digits of a whole number; the empty string for everything else, including
 * numbers too large for exact JSON: an id with rounded last digits would be a different id.
 */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value.trim();
  return Number.isSafeInteger(value) ? String(value) : '';
}

/**
 * Text as it was sent; the empty string for all other types. For secrets, in which every character counts, and for fields
 * where another type means that this is a different list.
 */
export function exactTextOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** A whole number of 0 or more, sent as a number or as digits; undefined for everything else. */
export function countOf(value: unknown): number | undefined {
  const text = textOf(value);
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

/**
 * A number of 0 or more, with or without a fraction, sent as a number or as plain decimal digits; undefined for everything
 * else: `N/A`, an empty text, `nan` and negative numbers mean that there is no value.
 */
export function amountOf(value: unknown): number | undefined {
  const text = typeof value === 'number' ? String(value) : textOf(value);
  return /^\d{1,15}(\.\d+)?$/.test(text) ? Number(text) : undefined;
}

/**
 * A flag in JSON that omits false (protocol buffers) or writes null (Go): false if it is missing or null, undefined if it is
 * anything other than a boolean.
 */
export function flagOf(value: unknown): boolean | undefined {
  const flag = value ?? false;
  return typeof flag === 'boolean' ? flag : undefined;
}

/** An object with only this field, or an empty object if the value is undefined or the empty string. */
export function optional<Name extends string, Value>(name: Name, value: Value | undefined): { [K in Name]?: Value } {
  const entry: { [K in Name]?: Value } = {};
  if (value !== undefined && value !== '') entry[name] = value;
  return entry;
}

/** The amounts that a PBX reported for some resources: JSON values of unknown type. */
type ReportedAmounts = Readonly<Partial<Record<Resource, unknown>>>;

/**
 * Usage and limits from an answer, each only if it is a whole number of 0 or more. Vendors use a limit of 0 for
 * "unlimited".
 */
export function readUsage(used: ReportedAmounts, limits: ReportedAmounts): Usage {
  const inUse = amounts(used, 0);
  const most = amounts(limits, 1);
  return {
    ...(Object.keys(inUse).length === 0 ? {} : { used: inUse }),
    ...(Object.keys(most).length === 0 ? {} : { limits: most }),
  };
}

function amounts(reported: ReportedAmounts, least: number): Amounts {
  const counted = resources.map((resource) => [resource, countOf(reported[resource])] as const);
  return Object.fromEntries(counted.filter(([, count]) => count !== undefined && count >= least));
}

/** Seconds since 1970 of a timestamp in RFC 3339; undefined for anything else, and for the zero time of Go (the year 1). */
export function secondsOf(moment: string): number | undefined {
  const milliseconds = /^\d{4}-\d{2}-\d{2}T/.test(moment) ? Date.parse(moment) : Number.NaN;
  return milliseconds > 0 ? Math.floor(milliseconds / 1000) : undefined;
}
