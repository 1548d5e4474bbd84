import { Failure } from '../transport/failure.ts';
import type { ApiAnswer } from '../transport/request.ts';

const dayMs = 24 * 60 * 60_000;

/**
 * The failure that an HTTP status means where a family's API gives it no meaning of its own; undefined for 2xx.
 * 401 is left to the family: it can be a lost session, a refused key or a missing right.
 */
export function statusFailure(answer: ApiAnswer): Failure | undefined {
  const { status } = answer;
  const facts = { status, ...retryAfter(answer) };
  if (status >= 200 && status < 300) return undefined;
  if (status >= 300 && status < 400)
    return new Failure('redirect', `the PBX redirects to another address (HTTP ${status})`, facts);
  if (status === 403) return new Failure('forbidden', 'the PBX forbids this request (HTTP 403)', facts);
  if (status === 429)
    return new Failure('rate_limited', 'the PBX says that there are too many requests (HTTP 429)', facts);
  if (status === 502 || status === 503 || status === 504)
    return new Failure('service_unavailable', `the API of the PBX is not available (HTTP ${status})`, facts);
  return new Failure('http_status', `unexpected answer (HTTP ${status})`, facts);
}

/**
 * The body of an answer as JSON, shape unknown.
 * Throws a `Failure` (`protocol`) that tells a login page or other HTML from text that is cut off.
 */
export function readJson(answer: ApiAnswer): unknown {
  try {
    return JSON.parse(answer.body) as unknown;
  } catch {
    throw new Failure('protocol', notJsonMessage(answer.body), { status: answer.status });
  }
}

function notJsonMessage(body: string): string {
  const start = body.trimStart().slice(0, 200).toLowerCase();
  if (start === '') return 'the answer is empty where JSON was due';
  if (start.startsWith('<')) return 'the answer is a web page where JSON was due: check the base URL';
  return 'the answer is not valid JSON';
}

/**
 * Seconds or a date in `Retry-After`, as milliseconds from the server's own `Date` (the local clock may differ); a day at
 * most, so that a nonsensical one does not silence a target for ever.
 */
function retryAfter({ headers }: ApiAnswer): { readonly retryAfterMs?: number } {
  const value = headers['retry-after']?.trim() ?? '';
  if (/^\d{1,7}$/.test(value)) return { retryAfterMs: Math.min(Number(value) * 1000, dayMs) };
  const wait = Date.parse(value) - Date.parse(headers['date'] ?? '');
  return Number.isFinite(wait) && wait > 0 ? { retryAfterMs: Math.min(wait, dayMs) } : {};
}
