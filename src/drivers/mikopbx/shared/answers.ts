import { readJson, statusFailure, tryJson } from '../../kit/answers.ts';
import { Failure } from '../../../transport/failure.ts';
import type { ApiAnswer } from '../../../transport/request.ts';
import { isRecord, type JsonRecord, listOf, textOf } from '../../kit/fields.ts';

/** The two faces of MikoPBX's REST API: up to 2024 (session cookie), and from 2025.1 on (tokens). */
export type Api = 'legacy' | 'v3';

/** What an answer with `result: true` holds. */
export interface Envelope {
  readonly data: unknown;
  /** Texts that the PBX adds, see `messagesOf`. */
  readonly notices: readonly string[];
}

/**
 * The content of a good answer: JSON with `result === true`, whatever its content type says.
 * An answer with HTTP status 200 and no `result` is a failure, never an empty list.
 * Throws a `Failure`; lost sessions and missing rights are the caller's to tell, see `refusalOf`.
 */
export function readEnvelope(answer: ApiAnswer): Envelope {
  if (answer.status !== 200) throw unusableAnswer(answer);
  const body = readObject(answer);
  if (body['result'] === true) return { data: body['data'], notices: messagesOf(body) };
  if (body['result'] === false) throw refusedWork(messagesOf(body), answer);
  throw new Failure('protocol', 'the answer is JSON, but not one of this PBX: it has no result', {
    status: answer.status,
  });
}

/** The answer as a JSON object. Throws a `Failure`: a program error of the PBX is told apart from other text. */
export function readObject(answer: ApiAnswer): JsonRecord {
  if (looksLikeProgramError(answer.body) && tryJson(answer.body) === undefined)
    throw new Failure('service_unavailable', 'the PBX answers with a program error: its services are not all running', {
      status: answer.status,
    });
  const value = readJson(answer);
  if (isRecord(value)) return value;
  throw new Failure('protocol', 'the answer is JSON, but not an object', { status: answer.status });
}

/**
 * Texts in `messages`, which is an empty list, a list, a text or an object of lists by kind: in lower case, with the
 * kind in front where there is one, e.g. `info: using cached data (fresh)`.
 */
export function messagesOf(body: JsonRecord): readonly string[] {
  const messages = body['messages'] ?? body['message'];
  if (!isRecord(messages)) return textsOf(messages);
  return Object.entries(messages).flatMap(([kind, texts]) => textsOf(texts).map((text) => `${kind}: ${text}`));
}

/** The API whose routing made this 404, by its shape; undefined where something else answered. */
export function apiOfNotFound(answer: ApiAnswer): Api | undefined {
  if (answer.status !== 404) return undefined;
  const body = tryJson(answer.body);
  if (!isRecord(body)) return undefined;
  if ('jsonapi' in body) return 'legacy';
  return body['success'] === false ? 'v3' : undefined;
}

/** Why an answer with a status other than 200 is of no use, by what MikoPBX means with it. */
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
    return new Failure('http_status', 'the PBX stumbled over its own data while making this list (HTTP 422)', {
      status,
    });
  if (status === 500 && saysServerError(answer.body))
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
    return new Failure('locked_out', 'the PBX has banned this address: lift the ban and add it to the allow-list', {
      status,
    });
  return new Failure('forbidden', 'the account has no right to this call (HTTP 403)', { status });
}

function refusedWork(messages: readonly string[], { status }: ApiAnswer): Failure {
  const text = messages.join(' ');
  if (text.includes('unknown action'))
    return new Failure('config', 'this version of MikoPBX does not know this call', { status });
  return new Failure('service_unavailable', 'the PBX reports an error instead of an answer', { status });
}

/** `500 (Internal Server Error)` in the API's own JSON, or a trace of the program behind it. */
function saysServerError(body: string): boolean {
  return looksLikeProgramError(body) || listOf(parsedObject(body)['errors']).length > 0;
}

function looksLikeProgramError(body: string): boolean {
  return (
    /fatal error|stack trace|uncaught |exception|^#0 /im.test(body.slice(0, 4_000)) && !/^\s*<!doctype/i.test(body)
  );
}

function parsedObject(body: string): JsonRecord {
  const value = tryJson(body);
  return isRecord(value) ? value : {};
}

function textsOf(value: unknown): readonly string[] {
  const texts = (Array.isArray(value) ? listOf(value) : [value]).map(textOf);
  return texts.filter((text) => text !== '').map((text) => text.toLowerCase());
}
