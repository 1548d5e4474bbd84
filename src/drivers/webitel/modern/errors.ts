import { statusFailure } from '../../kit/answers.ts';
import { Failure } from '../../../transport/failure.ts';
import type { ApiAnswer } from '../../../transport/request.ts';
import { isRecord, type JsonRecord, textOf } from '../../kit/fields.ts';
import { readApiJson, tryJson } from '../shared/answers.ts';

/**
 * Returns the vendor's name of an error, e.g. `app.license.product.expired`; empty if there is none. Newer gateways wrap
 * the error: `{"code":16,"message":"<the error as JSON text>"}`.
 */
export function errorId(answer: ApiAnswer): string {
  const body = tryJson(answer);
  if (!isRecord(body)) return '';
  const id = textOf(body['id']);
  if (id !== '') return id;
  const inner = tryJson({ ...answer, body: textOf(body['message']) });
  return isRecord(inner) ? textOf(inner['id']) : '';
}

/** Reports whether an error means that no licence is left or valid for this session. */
export function isLicenceError(id: string): boolean {
  return id.startsWith('app.license.') || id === 'app.context.auth.license.err';
}

/** How long to wait for a licence, in milliseconds: another user may log out soon. */
const licenceWaitMs = 5 * 60_000;

/** The failure for a missing licence. */
export function licenceFailure({ status }: ApiAnswer): Failure {
  return new Failure(
    'forbidden',
    'Webitel has no valid licence left for this session: a user access token does not need one',
    { status, login: 'accepted', retryAfterMs: licenceWaitMs },
  );
}

/**
 * Returns the body of a successful answer to a request with a session. The HTTP status decides, because `code` in the
 * body is a gRPC number in some answers. Throws a `Failure`: `session_lost` for a token that is no longer accepted,
 * `forbidden` with `missingRight` for a missing right.
 */
export function readBody(answer: ApiAnswer, missingRight: string): JsonRecord {
  const { status } = answer;
  const good = status >= 200 && status < 300;
  if (!good && isLicenceError(errorId(answer))) throw licenceFailure(answer);
  const isRefusal = !good && isRecord(tryJson(answer));
  if (status === 401 && isRefusal) throw new Failure('session_lost', 'Webitel no longer accepts the token', { status });
  if (status === 403 && isRefusal) throw new Failure('forbidden', missingRight, { status });
  if (status === 404)
    throw new Failure('config', 'this Webitel does not have this part of the API: check its version and the url', {
      status,
    });
  if (status >= 500 && isRefusal)
    throw new Failure('service_unavailable', `Webitel reports an error of its own (HTTP ${status})`, { status });
  const failure = commonFailure(answer);
  if (failure !== undefined) throw failure;
  const body = readApiJson(answer);
  if (!isRecord(body)) throw new Failure('protocol', 'the answer is not a JSON object');
  return body;
}

/** The failure for a status without a special meaning here; 420 also means "too many requests". */
export function commonFailure(answer: ApiAnswer): Failure | undefined {
  return statusFailure(answer.status === 420 ? { ...answer, status: 429 } : answer);
}
