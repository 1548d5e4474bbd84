import { tryJson } from '../answers.ts';
import type { Conversation, Session } from '../driver.ts';
import type { FailureReason } from '../../snapshot/failure-reason.ts';
import { asFailure, Failure } from '../../transport/failure.ts';
import type { ApiAnswer, ApiRequest } from '../../transport/request.ts';
import { apiOfNotFound, type Envelope, readEnvelope } from './answers.ts';
import type { PbxMemory } from './memory.ts';
import { isRecord } from './shapes.ts';

/** Refusals after which every other request of this round would be refused too, and could do harm. */
const closesLine: readonly FailureReason[] = [
  'bad_credentials',
  'locked_out',
  'session_lost',
  'rate_limited',
  'suspended',
];

/**
 * How the collectors ask within one round. Strictly one request at a time: when a session is gone, every request that
 * was under way with it is refused, and with MikoPBX up to 2024 three refused ones within 30 minutes are a ban of twelve hours.
 */
export class Line {
  readonly #conversation: Conversation;
  readonly #memory: PbxMemory;
  #answered = false;
  #closedBy: Failure | undefined;

  constructor(conversation: Conversation, memory: PbxMemory) {
    this.#conversation = conversation;
    this.#memory = memory;
  }

  /** Whether the PBX gave a good answer to anything in this round. */
  get answered(): boolean {
    return this.#answered;
  }

  /** A share (0 to 1) of what is left of the round, in milliseconds: the deadline of one request. */
  share(part: number): number {
    return Math.max(1, Math.floor(this.#conversation.remainingMs() * part));
  }

  /** Milliseconds left of the round. */
  remainingMs(): number {
    return this.#conversation.remainingMs();
  }

  /** Asks and gives what `read` makes of the answer's content. Throws a `Failure`. */
  async ask<T>(request: ApiRequest, read: (envelope: Envelope) => T): Promise<T> {
    const value = await this.askPlain(request, (answer, session) => {
      const refusal = refusalOf(answer, session, { call: request.call, memory: this.#memory });
      if (refusal !== undefined) throw refusal;
      const envelope = readEnvelope(answer);
      this.#memory.refusedCalls.delete(request.call);
      return read(envelope);
    });
    this.#answered = true;
    return value;
  }

  /** Asks for something that is not in the API's envelope. Throws a `Failure`. */
  async askPlain<T>(request: ApiRequest, read: (answer: ApiAnswer, session: Session) => T): Promise<T> {
    const { brake, budget, api } = this.#memory;
    if (this.#closedBy !== undefined) throw this.#closedBy;
    if (api === 'legacy') budget.check();
    else brake.enter();
    const readNoting = (answer: ApiAnswer, session: Session): T => {
      noteBlock(answer, this.#memory);
      return read(answer, session);
    };
    try {
      return await this.#conversation.ask({ request, read: readNoting });
    } catch (thrown) {
      const failure = asFailure(thrown);
      if (closesLine.includes(failure.reason)) this.#closedBy = failure;
      throw failure;
    }
  }
}

/** Keeps away from the PBX for as long as it blocks this address: HTTP 429 as plain text comes from the filter in front. */
export function noteBlock({ status, headers }: ApiAnswer, { brake }: PbxMemory): void {
  if (status !== 429) return;
  const seconds = /^\d{1,6}$/.test(headers['retry-after'] ?? '') ? Number(headers['retry-after']) : 0;
  brake.blocked(seconds * 1000);
}

interface RefusedCall {
  readonly call: string;
  readonly memory: PbxMemory;
}

/** The failure when an answer says that the session or a right is missing; undefined when it says neither. */
function refusalOf(answer: ApiAnswer, session: Session, { call, memory }: RefusedCall): Failure | undefined {
  const other = apiOfNotFound(answer);
  if (other !== undefined && other !== memory.api) return otherVersion(session, memory);
  return memory.api === 'legacy' ? legacyRefusal(answer, memory) : tokenRefusal(answer, session, { call, memory });
}

/**
 * Up to 2023.1 a missing session is HTTP 200 with `errors`, in 2023.2 and 2024 it is 401. Each one counts towards a ban.
 */
function legacyRefusal(answer: ApiAnswer, { budget, sessionLife, version }: PbxMemory): Failure | undefined {
  const hidden = answer.status === 200 && saysNotAuthorized(answer.body);
  if (answer.status !== 401 && !hidden) return undefined;
  budget.count('session_lost');
  version.suspectRestart();
  if (hidden) sessionLife.lost();
  return new Failure('session_lost', 'the PBX no longer knows the session', { status: answer.status });
}

/**
 * From 2025.1 on 401 means that the token is gone, but for an API key also that a right is missing: no login helps then.
 * The same is assumed for a login token when a call was refused with two tokens in a row that served other calls.
 */
function tokenRefusal({ status }: ApiAnswer, session: Session, { call, memory }: RefusedCall): Failure | undefined {
  if (status !== 401) return undefined;
  if (memory.account.kind === 'token')
    return new Failure(
      'forbidden',
      'the API key has no right to this call, or is not allowed from this address (HTTP 401)',
      { status },
    );
  const before = memory.refusedCalls.get(call);
  memory.refusedCalls.set(call, before ?? session);
  if (before !== undefined && before !== session)
    return new Failure('forbidden', 'the PBX refuses this call even after a new login (HTTP 401)', { status });
  memory.refusedSessions.add(session);
  memory.version.suspectRestart();
  return new Failure('session_lost', 'the PBX no longer knows the token', { status });
}

/** The PBX was changed to a version with the other API: a new login finds out which; a session of the new kind must not repeat that. */
function otherVersion(session: Session, memory: PbxMemory): Failure {
  const wasLegacy = session.headers?.['cookie'] !== undefined;
  const isLegacy = memory.api === 'legacy';
  memory.version.suspectRestart();
  if (memory.options.api !== 'auto' || wasLegacy !== isLegacy)
    return new Failure('config', 'this version of MikoPBX has the other API: set options.api to auto');
  memory.forgetApi();
  return new Failure('session_lost', 'the PBX now has another version, with another API');
}

function saysNotAuthorized(body: string): boolean {
  const value = tryJson(body);
  return isRecord(value) && value['result'] === undefined && /auth/i.test(JSON.stringify(value['errors'] ?? ''));
}
