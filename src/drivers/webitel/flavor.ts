import { statusFailure } from '../answers.ts';
import type { Sender } from '../driver.ts';
import { Failure } from '../../transport/failure.ts';
import type { ApiAnswer } from '../../transport/request.ts';
import { isObject, readApiJson, textField, tryJson } from './json.ts';
import type { Flavor } from './settings.ts';

/**
 * Finds out which of the two products answers, with one or two requests that carry no credentials.
 * The legacy engine signs every answer with `X-Powered-By: Webitel`; a proxy may strip that, so its words for a missing
 * token count as well. The modern API refuses `/userinfo` with a JSON error.
 * Throws a `Failure`: a proxy's or engine's trouble as what it is, `config` when neither is there.
 */
export async function detectFlavor(sender: Sender): Promise<Flavor> {
  if (await sender.ask({ call: 'whoami', path: '/api/v2/whoami' }, looksLegacy)) return 'legacy';
  return sender.ask({ call: 'user_info', path: '/userinfo' }, readModernRefusal);
}

function looksLegacy(answer: ApiAnswer): boolean {
  throwIfUnavailable(answer);
  const body = tryJson(answer);
  if (!isObject(body)) return false;
  if (answer.headers['x-powered-by']?.toLowerCase() === 'webitel') return true;
  return answer.status === 401 && /^invalid token( or key)?$/i.test(textField(body, 'info') ?? '');
}

function readModernRefusal(answer: ApiAnswer): 'modern' {
  throwIfUnavailable(answer);
  if (answer.status === 401 && isObject(tryJson(answer))) return 'modern';
  if (answer.status >= 200 && answer.status < 300) readApiJson(answer);
  const failure = statusFailure(answer);
  if (failure !== undefined && answer.status >= 500) throw failure;
  throw new Failure(
    'config',
    'no Webitel API answers at this url: it must end in the prefix of the API, usually /engine (legacy) or /api (modern)',
    { status: answer.status },
  );
}

/** Redirects, too many requests and a server behind the proxy that is down say nothing about the product. */
function throwIfUnavailable(answer: ApiAnswer): void {
  const failure = statusFailure(answer);
  if (failure !== undefined && failure.reason !== 'http_status' && failure.reason !== 'forbidden') throw failure;
}
