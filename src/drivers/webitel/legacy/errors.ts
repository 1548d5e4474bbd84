import { statusFailure } from '../../kit/answers.ts';
import { Failure } from '../../../transport/failure.ts';
import type { ApiAnswer } from '../../../transport/request.ts';
import { isRecord, type JsonRecord, textOf } from '../../kit/fields.ts';
import { readApiJson, tryJson } from '../shared/answers.ts';

/** Returns the text of an answer of the legacy engine: `info`, or `message` in older errors. Trimmed; empty if there is none. */
export function answerText(answer: ApiAnswer): string {
  const body = tryJson(answer);
  if (!isRecord(body)) return '';
  return textOf(body['info']) || textOf(body['message']);
}

/**
 * Reports whether the engine reports an outage of its console or FreeSWITCH, which it does with any status, including
 * 401. `-ERR:` with the colon is the engine's own mark; the console's refusals begin with `-ERR `
 * (webitel/engine-nodejs, `src/lib`).
 */
export function isOutage(text: string): boolean {
  return /^-ERR:|^bad response console server|^no esl connect|^connect server error/i.test(text);
}

/**
 * Reports whether a text comes from the console instead of the requested data: a refusal, or a table that belongs to
 * another request. The engine forwards such a text with any status, including 401 (webitel/engine-nodejs,
 * `src/services/auth.js`).
 */
export function isConsoleText(text: string): boolean {
  return /^-(?:ERR|USAGE)/i.test(text) || /[\n\t|]/.test(text);
}

/** The failure for a user without a role, or with a deleted one, which the engine reports with 401. */
function roleFailure(text: string, facts: { readonly status: number }): Failure | undefined {
  if (!/^role name is required/i.test(text)) return undefined;
  return new Failure('forbidden', 'the account has no role, or one that does not exist: give it a role', facts);
}

/**
 * Returns the body of a successful answer to a request with a session; its shape is not checked. Throws a `Failure`:
 * `session_lost` for a token that the engine no longer accepts (400 "Token Expired" up to 3.6), `service_unavailable`
 * for a fault of the engine or behind it, `forbidden` with `missingRight` for a role that lacks the right.
 */
export function readBody(answer: ApiAnswer, missingRight: string): JsonRecord {
  const good = answer.status >= 200 && answer.status < 300;
  if (!good) throw refusal(answer, missingRight);
  const body = readApiJson(answer);
  if (!isRecord(body)) throw new Failure('protocol', 'the answer is not a JSON object');
  // Early engines send some refusals with status 200.
  if (body['status'] === 'error') throw refusal(answer, missingRight);
  return body;
}

/** Returns the payload of a successful answer: `data` in the documentation, `info` in the engine's code. Throws like {@link readBody}. */
export function readPayload(answer: ApiAnswer, missingRight: string): unknown {
  const body = readBody(answer, missingRight);
  return body['data'] ?? body['info'];
}

function refusal(answer: ApiAnswer, missingRight: string): Failure {
  const text = answerText(answer);
  const isJson = isRecord(tryJson(answer));
  const facts = { status: answer.status };
  if (isOutage(text)) return outage(answer);
  const withoutRole = roleFailure(text, facts);
  if (withoutRole !== undefined) return withoutRole;
  if (answer.status === 401 && isConsoleText(text)) return mismatchedReply(facts);
  if (isSessionLoss(answer.status, text, isJson))
    return new Failure('session_lost', 'the engine no longer accepts the token', facts);
  if ((answer.status === 403 && isJson) || /^permission denied/i.test(text))
    return new Failure('forbidden', missingRight, facts);
  if (/domain is require/i.test(text))
    return new Failure('config', 'this account sees all domains: set options.domain to the one to read', facts);
  if (answer.status === 404) return notFound(text, facts);
  if (answer.status >= 500 && isJson) return engineError(facts);
  const unknown = 'the engine refused the request for an unknown reason';
  return statusFailure(answer) ?? new Failure('protocol', unknown, facts);
}

function isSessionLoss(status: number, text: string, isJson: boolean): boolean {
  if (status === 400) return /^token expired$/i.test(text);
  return status === 401 && isJson;
}

function notFound(text: string, facts: { readonly status: number }): Failure {
  if (text.startsWith('-ERR'))
    return new Failure('config', 'the PBX does not know this domain: check options.domain', facts);
  return new Failure('config', 'this engine does not have this part of the API: check its version and the url', facts);
}

/** The failure for a reply of the console that does not belong to the request. */
export function mismatchedReply(facts: { readonly status: number }): Failure {
  return new Failure(
    'service_unavailable',
    'the console of the engine refused, or its reply belongs to another question; if this persists, the engine must be restarted',
    facts,
  );
}

/** The failure for an error of the engine itself, which is JSON; a web server in front of it would send a page. */
export function engineError(facts: { readonly status: number }): Failure {
  return new Failure('service_unavailable', `the engine reports an error of its own (HTTP ${facts.status})`, facts);
}

/** The failure for an outage behind the engine. */
export function outage({ status }: ApiAnswer): Failure {
  return new Failure('service_unavailable', 'the engine cannot reach its console or FreeSWITCH', { status });
}
