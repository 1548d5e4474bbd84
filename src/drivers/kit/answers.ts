import type { FailureReason } from '../../snapshot/failure-reason.ts';
import { Failure } from '../../transport/failure.ts';
import type { ApiAnswer } from '../../transport/request.ts';
import { isRecord, type JsonRecord } from './fields.ts';

const dayMs = 24 * 60 * 60_000;

/**
 * The failure for an HTTP status that has no special meaning in the family's API; undefined for 2xx.
 * 401 is left to the family: it can be a lost session, a refused key or a missing right.
 */
export function statusFailure(answer: ApiAnswer): Failure | undefined {
  const { status } = answer;
  if (status >= 200 && status < 300) return undefined;
  const facts = { status, ...retryAfter(answer) };
  if (status >= 300 && status < 400) return new Failure('redirect', redirectMessage(answer), facts);
  if (status === 403) return new Failure('forbidden', 'the PBX forbids this request (HTTP 403)', facts);
  if (status === 429) return new Failure('rate_limited', 'the PBX reports too many requests (HTTP 429)', facts);
  if (status === 502 || status === 503 || status === 504)
    return new Failure('service_unavailable', `the API of the PBX is not available (HTTP ${status})`, facts);
  return new Failure('http_status', unexpectedMessage(answer), facts);
}

/**
 * Parses the body of an answer with {@link parseJson}; the shape of the result is not checked. Throws a `Failure`
 * (`protocol`) that distinguishes a web page, a program's error message and a truncated text, and does not quote the
 * body.
 */
export function readJson(answer: ApiAnswer, reviver?: JsonReviver): unknown {
  try {
    return parseJson(answer.body, reviver);
  } catch {
    throw new Failure('protocol', notJsonMessage(answer.body), { status: answer.status });
  }
}

/** Changes values while they are parsed, as for `JSON.parse`; `source` is the text of a number. */
export type JsonReviver = (key: string, value: unknown, context?: { readonly source?: string }) => unknown;

/**
 * Parses text as JSON as leniently as other clients of old appliances do: a leading byte order mark, trailing NUL bytes and
 * white space, and raw control characters in strings are accepted (RFC 8259 allows none of them).
 * Throws a `SyntaxError`. Its message quotes the text and must not be shown.
 */
export function parseJson(text: string, reviver?: JsonReviver): unknown {
  const bare = withoutMarkAndTail(text);
  try {
    return JSON.parse(bare, reviver) as unknown;
  } catch (thrown) {
    const escaped = escapeControlCharacters(bare);
    if (escaped === bare) throw thrown;
    return JSON.parse(escaped, reviver) as unknown;
  }
}

/**
 * Parses text as JSON like {@link parseJson}; undefined if it is not JSON. For answers whose status already shows that
 * they are refusals.
 */
export function tryJson(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}

/** Returns a value that must be a JSON object. Otherwise throws a `Failure` (`protocol`) whose sentence begins with `what`. */
export function requiredRecord(value: unknown, what: string): JsonRecord {
  if (isRecord(value)) return value;
  throw new Failure('protocol', `${what} is not a JSON object`);
}

/** Whether a body begins with an error message of the program behind the API, as PHP prints it, in HTML or plain text. */
export function beginsWithProgramError(body: string): boolean {
  const start = withoutMarkAndTail(body.slice(0, 2_000));
  return (
    /^\s*(?:<br ?\/?>\s*)*(?:<b>)?(?:PHP )?(?:(?:recoverable |catchable )?fatal error|parse error|warning|notice|deprecated|strict standards)(?:<\/b>)?:/i.test(
      start,
    ) || /^\s*(?:<br ?\/?>\s*)*<font[^>]*>\s*<table[^>]*xdebug-/i.test(start)
  );
}

/** The failure for an answer that begins with a program's error message, regardless of its status; undefined for all other answers. */
export function programError({ body, status }: ApiAnswer): Failure | undefined {
  return beginsWithProgramError(body) ? new Failure('protocol', programErrorMessage, { status }) : undefined;
}

const programErrorMessage =
  'the PBX wrote an error message of its own program before the JSON, or instead of it: this is a fault of the PBX';

function withoutMarkAndTail(text: string): string {
  let end = text.length;
  while (end > 0 && isTail(text.charCodeAt(end - 1))) end -= 1;
  return text.slice(text.charCodeAt(0) === 0xfeff ? 1 : 0, end);
}

function isTail(code: number): boolean {
  return code === 0 || code === 0x20 || (code >= 0x09 && code <= 0x0d) || code === 0x1a;
}

const quote = 0x22;
const backslash = 0x5c;

/**
 * The text with raw control characters inside its strings as `\uXXXX`. A single pass, because a regular expression would
 * need memory for every character.
 */
function escapeControlCharacters(text: string): string {
  const parts: string[] = [];
  let taken = 0;
  let inString = false;
  let escaping = false;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (inString && code < 0x20) {
      // A backslash in front of a control character escapes nothing, so it is taken literally.
      parts.push(text.slice(taken, index), escaping ? '\\' : '', String.raw`\u${code.toString(16).padStart(4, '0')}`);
      taken = index + 1;
    }
    if (code === quote && !escaping) inString = !inString;
    escaping = inString && code === backslash && !escaping;
  }
  parts.push(text.slice(taken));
  return parts.join('');
}

function notJsonMessage(body: string): string {
  if (beginsWithProgramError(body)) return programErrorMessage;
  const start = withoutMarkAndTail(body.slice(0, 200)).trimStart().toLowerCase();
  if (start === '') return 'the answer is empty instead of JSON';
  if (start.startsWith('<')) return 'the answer is a web page instead of JSON: check the base URL';
  return 'the answer is not valid JSON';
}

/**
 * `Retry-After`, seconds or a date, in milliseconds. A date is compared with the server's own `Date`, because the local
 * clock may differ. At most a day, so that a nonsensical value does not silence a target for ever.
 */
function retryAfter({ headers }: ApiAnswer): { readonly retryAfterMs?: number } {
  const value = headers['retry-after']?.trim() ?? '';
  if (/^\d{1,7}$/.test(value)) return { retryAfterMs: Math.min(Number(value) * 1000, dayMs) };
  const wait = Date.parse(value) - Date.parse(headers['date'] ?? '');
  return Number.isFinite(wait) && wait > 0 ? { retryAfterMs: Math.min(wait, dayMs) } : {};
}

/** When the PBX sent the answer, by its own clock (ms since 1970): the header `Date`; undefined without one. */
export function sentAt({ headers }: Pick<ApiAnswer, 'headers'>): number | undefined {
  const at = Date.parse(headers['date'] ?? '');
  return Number.isNaN(at) ? undefined : at;
}

/**
 * Duration of the longest call, from the start times (seconds since 1970) and the clock of the PBX that sent the answer.
 * Empty if the PBX does not report start times, or there is no call.
 */
export function longestCall(
  begun: readonly (number | undefined)[],
  sent: number | undefined,
): { readonly longestSeconds?: number } {
  const reported = begun.flatMap((at) => (at === undefined || at <= 0 ? [] : [at]));
  if (sent === undefined || reported.length === 0 || reported.length < begun.length) return {};
  return { longestSeconds: Math.max(0, Math.floor(sent / 1000 - Math.min(...reported))) };
}

const longestShown = 200;

/**
 * One sentence about a redirect: its target origin (never its path or query, which can contain a token), and the correct
 * line for `url` if only the scheme differs.
 */
function redirectMessage({ status, headers, baseUrl }: ApiAnswer): string {
  const asked = baseUrl === undefined ? null : URL.parse(baseUrl);
  const location = headers['location'];
  const wanted = location === undefined ? null : URL.parse(location, asked?.href);
  if (wanted === null || !/^https?:$/.test(wanted.protocol) || wanted.host.length > longestShown)
    return `the PBX redirects to another address (HTTP ${status})`;
  if (wanted.origin === asked?.origin) return `the PBX redirects to another page of its own (HTTP ${status})`;
  const message = `the PBX redirects to ${wanted.origin} (HTTP ${status})`;
  if (asked === null || !differInSchemeOnly(asked, wanted)) return message;
  return `${message}: write url: ${wanted.origin}${asked.pathname.replace(/\/+$/, '')}`;
}

/** For example `http://pbx` and `https://pbx`; an explicit port must be the same. */
function differInSchemeOnly(asked: URL, wanted: URL): boolean {
  return asked.host === wanted.host && asked.protocol !== wanted.protocol;
}

/**
 * One sentence for a status without a specific meaning. For a 404, it also asks whether the path of the base URL is
 * right, if there is one.
 */
function unexpectedMessage({ status, baseUrl = '' }: ApiAnswer): string {
  const message = `unexpected answer (HTTP ${status})`;
  const path = URL.parse(baseUrl)?.pathname.replace(/\/+$/, '') ?? '';
  if (status !== 404 || path === '' || path.length > longestShown) return message;
  return `${message}: the url ends in ${path}, is that the address of the web page?`;
}

/** Reasons that only mean that the answer to a refused login was not recognized. */
const unspecificReasons: readonly FailureReason[] = ['http_status', 'protocol', 'session_lost'];

/**
 * Returns the failure for a login that the PBX refused. If the reason has no specific meaning, it becomes
 * `bad_credentials`, because the PBX may count the login as a wrong password. Other failures are returned unchanged.
 */
export function refusedLogin(failure: Failure): Failure {
  if (!unspecificReasons.includes(failure.reason)) return failure;
  const { status, retryAfterMs } = failure;
  return new Failure('bad_credentials', `the PBX refused the login: ${failure.message}`, {
    ...(status === undefined ? {} : { status }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}
