import { programError, statusFailure } from '../kit/answers.ts';
import type { Sender } from '../driver.ts';
import { asFailure, Failure } from '../../transport/failure.ts';
import type { ApiAnswer } from '../../transport/request.ts';
import { isRecord, textOf } from '../kit/fields.ts';
import { readApiJson, tryJson } from './shared/answers.ts';
import { errorId } from './modern/errors.ts';
import type { Flavor } from './shared/settings.ts';

/** Timeout (ms) of a request without credentials: if it hangs, there is still time for the next one. */
const timeoutMs = 5_000;

/**
 * Detects which of the two products answers, with one to three requests without credentials. The legacy engine adds
 * `X-Powered-By: Webitel` to every answer. A proxy may remove this header, so the engine's message for a missing token
 * counts as well. The modern API refuses `/userinfo` (or any list, if that path is broken) with a JSON error. Throws a
 * `Failure`: the fault of a proxy or engine, or `config` if neither product answers.
 */
export async function detectFlavor(sender: Sender): Promise<Flavor> {
  const whoami = { call: 'whoami', path: '/api/v2/whoami', timeoutMs };
  const first = await probe(() => sender.ask(whoami, (answer) => (looksLegacy(answer) ? 'legacy' : undefined)));
  if (first.flavor !== undefined) return first.flavor;
  const userInfo = { call: 'user_info', path: '/userinfo', timeoutMs };
  const second = await probe(() => sender.ask(userInfo, readUnknown));
  if (second.flavor !== undefined) return second.flavor;
  const list = { call: 'devices', path: '/devices', query: { size: '1' }, timeoutMs };
  const third = await probe(() => sender.ask(list, readUnknown));
  if (third.flavor !== undefined) return third.flavor;
  throw second.failure ?? third.failure ?? notThere();
}

interface Probe {
  readonly flavor?: Flavor | undefined;
  readonly failure?: Failure;
}

/**
 * Sends one request. An answer without evidence leads to the next request; the search ends if the PBX cannot be reached
 * or demands a pause.
 */
async function probe(work: () => Promise<Flavor | undefined>): Promise<Probe> {
  try {
    return { flavor: await work() };
  } catch (thrown) {
    const failure = asFailure(thrown);
    if (!['http_status', 'forbidden', 'protocol', 'timeout', 'config'].includes(failure.reason)) throw failure;
    return { failure };
  }
}

function looksLegacy(answer: ApiAnswer): boolean {
  const broken = programError(answer);
  if (broken !== undefined) throw broken;
  throwIfUnavailable(answer);
  const body = tryJson(answer);
  if (!isRecord(body)) return false;
  if (answer.headers['x-powered-by']?.toLowerCase() === 'webitel') return true;
  return answer.status === 401 && /^invalid token( or key)?$/i.test(textOf(body['info']));
}

/**
 * Returns the flavor from an answer of the modern API, or from the engine's answer to a path that it does not have.
 * Throws a `Failure` if it is neither.
 */
function readUnknown(answer: ApiAnswer): Flavor {
  if (looksLegacy(answer)) return 'legacy';
  if (answer.status === 401 && isRecord(tryJson(answer))) return 'modern';
  if (errorId(answer).startsWith('app.')) return 'modern';
  if (answer.status >= 200 && answer.status < 300) readApiJson(answer);
  const failure = statusFailure(answer);
  if (failure !== undefined && answer.status >= 500) throw failure;
  throw notThere(answer.status);
}

function notThere(status?: number): Failure {
  return new Failure(
    'config',
    'no Webitel API answers at this url: it must end in the prefix of the API, usually /engine (legacy) or /api (modern)',
    { login: 'path_missing', ...(status === undefined ? {} : { status }) },
  );
}

/**
 * Throws a `Failure` for answers that show nothing about the product: redirects, too many requests and a failed server
 * behind the proxy.
 */
function throwIfUnavailable(answer: ApiAnswer): void {
  const failure = statusFailure(answer);
  if (failure !== undefined && failure.reason !== 'http_status' && failure.reason !== 'forbidden') throw failure;
}
