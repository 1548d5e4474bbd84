import type { Session } from '../driver.ts';
import { statusFailure, tryJson } from '../kit/answers.ts';
import { isRecord, type JsonRecord, listOf, textOf } from '../kit/fields.ts';
import { Failure } from '../../transport/failure.ts';
import type { ApiAnswer } from '../../transport/request.ts';
import type { Api } from './generation.ts';
import type { PbxMemory } from './memory.ts';

/** Returns the API that produced this 404, recognized by its shape; undefined if something else answered. */
export function apiOfNotFound(answer: ApiAnswer): Api | undefined {
  if (answer.status !== 404) return undefined;
  const body = tryJson(answer.body);
  if (!isRecord(body)) return undefined;
  if ('jsonapi' in body) return 'legacy';
  return body['success'] === false ? 'v3' : undefined;
}

/** Returns the failure for a status other than 200, by its meaning in MikoPBX. */
export function unusableAnswer(answer: ApiAnswer): Failure {
  const { status } = answer;
  const messages = messagesOf(parsedObject(answer.body)).join(' ');
  if (status === 400 && /timeout|not responding/.test(messages))
    return new Failure('service_unavailable', 'the PBX gave up after 30 s: its API processes are busy or stuck', {
      status,
    });
  if (status === 403) return forbidden(answer);
  if (status === 404)
    return new Failure('config', 'this PBX does not have this call: check the url and options.api', {
      status,
      login: 'path_missing',
    });
  if (status === 405) return new Failure('config', 'this version of MikoPBX does not know this call (HTTP 405)');
  if (status === 422)
    return new Failure('http_status', 'the PBX failed on its own data while creating this list (HTTP 422)', {
      status,
    });
  if (status === 500 && reportsServerError(answer.body))
    return new Failure('service_unavailable', 'the API processes of the PBX do not answer (HTTP 500)', { status });
  return statusFailure(answer) ?? new Failure('http_status', `unexpected answer (HTTP ${status})`, { status });
}

function forbidden({ body, status }: ApiAnswer): Failure {
  const text = body.slice(0, 200).toLowerCase();
  if (text.includes('security violation'))
    return new Failure(
      'config',
      'the filter in front of the PBX takes the password for an attack: choose another password or an API key',
    );
  if (text.trim() === 'access denied')
    return new Failure('locked_out', 'the PBX has banned this address: remove the ban and add it to the allow-list', {
      status,
    });
  return new Failure('forbidden', 'the account has no right to this call (HTTP 403)', { status });
}

/** The failure for an answer with `result: false`. */
export function refusedRequest(messages: readonly string[], { status }: ApiAnswer): Failure {
  const text = messages.join(' ');
  if (text.includes('unknown action'))
    return new Failure('config', 'this version of MikoPBX does not know this call', { status });
  return new Failure('service_unavailable', 'the PBX reports an error instead of an answer', { status });
}

/** Reports whether a body is or contains an error trace of the program behind the API. */
export function looksLikeProgramError(body: string): boolean {
  return (
    /fatal error|stack trace|uncaught |exception|^#0 /im.test(body.slice(0, 4_000)) && !/^\s*<!doctype/i.test(body)
  );
}

/**
 * Returns the texts in `messages` in lower case, each with its kind in front if there is one, e.g. `info: using cached
 * data (fresh)`. `messages` is a list, a text, or an object of lists by kind.
 */
export function messagesOf(body: JsonRecord): readonly string[] {
  const messages = body['messages'] ?? body['message'];
  if (!isRecord(messages)) return textsOf(messages);
  return Object.entries(messages).flatMap(([kind, texts]) => textsOf(texts).map((text) => `${kind}: ${text}`));
}

/** Reports whether the body is the API's own JSON for an internal error, or an error trace of the program behind it. */
function reportsServerError(body: string): boolean {
  return looksLikeProgramError(body) || listOf(parsedObject(body)['errors']).length > 0;
}

function parsedObject(body: string): JsonRecord {
  const value = tryJson(body);
  return isRecord(value) ? value : {};
}

function textsOf(value: unknown): readonly string[] {
  const texts = (Array.isArray(value) ? listOf(value) : [value]).map(textOf);
  return texts.filter((text) => text !== '').map((text) => text.toLowerCase());
}

/**
 * Returns the failure if the session is missing, which counts towards a ban. Versions up to 2023.1 report this with HTTP
 * 200 and `errors`, 2023.2 and 2024 with HTTP 401.
 */
export function legacyRefusal(answer: ApiAnswer, { budget, sessionLifetime, version }: PbxMemory): Failure | undefined {
  const hidden = answer.status === 200 && reportsNotAuthorized(answer.body);
  if (answer.status !== 401 && !hidden) return undefined;
  budget.count('session_lost');
  version.suspectRestart();
  if (hidden) sessionLifetime.lost();
  return new Failure('session_lost', 'the PBX no longer knows the session', { status: answer.status });
}

function reportsNotAuthorized(body: string): boolean {
  const value = tryJson(body);
  return isRecord(value) && value['result'] === undefined && /auth/i.test(JSON.stringify(value['errors'] ?? ''));
}

/**
 * Returns the failure for HTTP 401 (2025.1 and newer). The token is no longer valid, or an API key lacks a right, in
 * which case a login does not help. A key that is refused for a call that it has already served is checked again, like a
 * lost session, because it may have been deleted.
 */
export function tokenRefusal(
  { status }: ApiAnswer,
  session: Session,
  { call, memory }: { readonly call: string; readonly memory: PbxMemory },
): Failure | undefined {
  if (status !== 401) return undefined;
  if (memory.account.kind === 'token' && memory.served.get(session)?.has(call) !== true)
    return new Failure(
      'forbidden',
      'the API key has no right to this call, or is not allowed from this address (HTTP 401)',
      { status },
    );
  memory.refusedSessions.add(session);
  memory.version.suspectRestart();
  return new Failure('session_lost', 'the PBX no longer knows the token', { status });
}
