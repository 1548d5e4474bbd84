import { type JsonReviver, readJson, statusFailure, tryJson } from '../kit/answers.ts';
import { Failure } from '../../transport/failure.ts';
import type { ApiAnswer } from '../../transport/request.ts';
import { asRecord, textOf } from '../kit/fields.ts';

/** The first entry of an answer's `errors` list. */
interface ApiError {
  /** Capitals with underscores, e.g. `UNAUTHORIZED`; `UNKNOWN` if it has another form. */
  readonly code: string;
  /** Whether the PBX reports that it has blocked our address. */
  readonly blocked: boolean;
  /** Whether the PBX reports that it does not know the tenant. */
  readonly isAboutDomain: boolean;
}

/** Returns the error in an answer, regardless of its status; undefined if it has no `errors` list. */
export function readApiError(answer: ApiAnswer): ApiError | undefined {
  const errors = parsed(answer)?.['errors'];
  if (!Array.isArray(errors)) return undefined;
  const first = asRecord(errors[0]) ?? {};
  const code = textOf(first['code']).toUpperCase();
  const message = textOf(first['message']);
  return {
    code: /^[A-Z][A-Z0-9_]{0,39}$/.test(code) ? code : 'UNKNOWN',
    blocked: code === 'DENIED' || /\bblocked\b/i.test(message),
    isAboutDomain: /domain|tenant/i.test(`${code} ${message}`),
  };
}

/** Reports whether the API of this PBX does not have the path. A 404 with an `errors` list is an answer of the API itself. */
export function isPathMissing(answer: ApiAnswer): boolean {
  return [404, 405, 501].includes(answer.status) && readApiError(answer) === undefined;
}

/** The failure while the PBX blocks the address of the exporter; undefined if the answer shows no block. */
export function blockedFailure(answer: ApiAnswer): Failure | undefined {
  if (answer.status < 300 || readApiError(answer)?.blocked !== true) return undefined;
  return new Failure(
    'locked_out',
    'the PBX has blocked the address of the exporter (DENIED): the block ends after some time',
    { status: answer.status, ...blockLeft(answer) },
  );
}

/** The end of the block in the PBX's text. It must include a time zone, because it would be ambiguous otherwise. */
const blockedUntil = /\buntil (\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?) ?(Z|UTC|GMT|[+-]\d\d:?\d\d)(?![\w:])/i;

/** Returns the remaining time of the block, calculated with the PBX's own clock. */
function blockLeft(answer: ApiAnswer): { readonly retryAfterMs?: number } {
  const [, time = '', zone = ''] = blockedUntil.exec(answer.body) ?? [];
  const until = Date.parse(`${time.replace(' ', 'T')}${/[a-z]/i.test(zone) ? 'Z' : zone}`);
  const left = until - Date.parse(answer.headers['date'] ?? '');
  return Number.isFinite(left) && left > 0 ? { retryAfterMs: left } : {};
}

/** Returns the JSON of a successful answer to a request with a session. Throws a `Failure` for every refusal. */
export function readAnswer(answer: ApiAnswer): unknown {
  const blocked = blockedFailure(answer);
  if (blocked !== undefined) throw blocked;
  const { status } = answer;
  if (status === 401) throw new Failure('session_lost', 'the PBX no longer knows the session (HTTP 401)', { status });
  if (isPathMissing(answer))
    throw new Failure('config', `the API of this PBX does not have this call (HTTP ${status}): check the url`, {
      status,
    });
  const failure = statusFailure(answer);
  if (failure?.reason === 'forbidden')
    throw new Failure('forbidden', 'the role of the account lacks the right for this (HTTP 403)', { status });
  if (failure?.reason === 'http_status') throw new Failure('http_status', refusedMessage(answer), { status });
  if (failure !== undefined) throw failure;
  return readInt64Json(answer);
}

function refusedMessage(answer: ApiAnswer): string {
  const error = readApiError(answer);
  return error === undefined
    ? `unexpected answer (HTTP ${answer.status})`
    : `the PBX refused the request (${error.code}, HTTP ${answer.status})`;
}

function parsed({ body }: ApiAnswer): Readonly<Record<string, unknown>> | undefined {
  return asRecord(tryJson(body));
}

/**
 * Returns the body as JSON, with whole numbers that a `Number` cannot represent kept as text: PortSIP's ids have 64
 * bits, and the last digits of an unquoted id would change. Throws a `Failure` (`protocol`) like `readJson`.
 */
export function readInt64Json(answer: ApiAnswer): unknown {
  return readJson(answer, /\d{16}/.test(answer.body) ? keepDigits : undefined);
}

const keepDigits: JsonReviver = (_key, value, context) => {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
  return /^-?\d+$/.test(context?.source ?? '') ? context?.source : value;
};
