import { beginsWithProgramError, readJson, tryJson as tryText } from '../kit/answers.ts';
import { Failure } from '../../transport/failure.ts';
import type { ApiAnswer } from '../../transport/request.ts';

/** A JSON object whose fields nobody has looked at yet. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Whether a JSON value is an object (no list, no null). */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A text field; undefined when it is missing or something else. */
export function textField(object: JsonObject, name: string): string | undefined {
  const value = object[name];
  return typeof value === 'string' ? value : undefined;
}

/** A boolean field, which both a missing one and Go's null mean to be false; undefined when it is something else. */
export function flagField(object: JsonObject, name: string): boolean | undefined {
  const value = object[name] ?? false;
  return typeof value === 'boolean' ? value : undefined;
}

/** An identifier as text: both flavors send numbers as text, older versions here and there as numbers. Empty counts as missing. */
export function idField(object: JsonObject, name: string): string | undefined {
  const value = object[name];
  if (typeof value === 'string') return value.trim() === '' ? undefined : value.trim();
  return Number.isSafeInteger(value) ? String(value) : undefined;
}

/** A whole number of 0 or more, also as digits in a text; undefined for everything else. */
export function countField(object: JsonObject, name: string): number | undefined {
  const value = object[name];
  if (typeof value === 'string' && /^\d{1,15}$/.test(value)) return Number(value);
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

/**
 * The body as JSON. A wrong path prefix makes Webitel's web server send the page of its web client with status 200.
 * Throws a `Failure` (`protocol`) for anything that is not JSON.
 */
export function readApiJson(answer: ApiAnswer): unknown {
  if (beginsWithProgramError(answer.body) || !answer.body.trimStart().startsWith('<')) return readJson(answer);
  throw new Failure('protocol', webPageMessage, { status: answer.status });
}

/** The body as JSON where it is JSON; undefined otherwise. For answers whose status already says that they are refusals. */
export function tryJson(answer: ApiAnswer): unknown {
  return tryText(answer.body);
}

const webPageMessage =
  'the answer is a web page where JSON was due: the url must end in the prefix of the API, usually /engine (legacy) or /api (modern)';
