import { readJson, sentAt, tryJson } from '../../kit/answers.ts';
import { isRecord, optional, type JsonRecord } from '../../kit/fields.ts';
import type { ApiAnswer } from '../../../transport/request.ts';
import { looksLikeProgramError, messagesOf, refusedRequest, unusableAnswer } from '../errors.ts';
import { asFailure, Failure } from '../../../transport/failure.ts';

/** Content of an answer with `result: true`. */
export interface Envelope {
  readonly data: unknown;
  /** Texts that the PBX adds, see `messagesOf`. */
  readonly notices: readonly string[];
  /** When the PBX sent it, by its own clock (ms since 1970), if the answer shows it. */
  readonly sentAt?: number;
  /** Address of our side of the connection, if known. */
  readonly localAddress?: string;
}

/**
 * Returns the content of a successful answer: JSON with `result === true`, regardless of its content type. An answer
 * with HTTP status 200 and no `result` is a failure, never an empty list. Throws a `Failure`. The caller distinguishes
 * lost sessions from missing rights, see `refusalOf`.
 */
export function readEnvelope(answer: ApiAnswer): Envelope {
  if (answer.status !== 200) throw unusableAnswer(answer);
  const body = readObject(answer);
  if (body['result'] === true)
    return {
      data: body['data'],
      notices: messagesOf(body),
      ...optional('sentAt', sentAt(answer)),
      ...optional('localAddress', answer.localAddress),
    };
  if (body['result'] === false) throw refusedRequest(messagesOf(body), answer);
  throw new Failure('protocol', 'the answer is JSON, but not from this PBX: it has no result', {
    status: answer.status,
  });
}

/** Returns the answer as a JSON object. Throws a `Failure`, which distinguishes a program error of the PBX from other text. */
export function readObject(answer: ApiAnswer): JsonRecord {
  if (looksLikeProgramError(answer.body) && tryJson(answer.body) === undefined)
    throw new Failure('service_unavailable', 'the PBX answers with a program error: its services are not all running', {
      status: answer.status,
    });
  const value = readJson(answer);
  if (isRecord(value)) return value;
  throw new Failure('protocol', 'the answer is JSON, but not an object', { status: answer.status });
}

/** Result of one request: its value or its failure. */
export type Outcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: Failure };

/** Waits for an answer and returns its value or its failure, so that values read earlier are kept. */
export async function outcomeOf<T>(work: Promise<T>): Promise<Outcome<T>> {
  try {
    return { ok: true, value: await work };
  } catch (thrown) {
    return { ok: false, failure: asFailure(thrown) };
  }
}

/** The failure if Asterisk, the telephony core, is down although the API works. */
export function asteriskDown(detail: string): Failure {
  return new Failure('service_unavailable', `Asterisk, the telephony core of the PBX, seems to be down: ${detail}`);
}
