import type { Conversation, Session } from '../../driver.ts';
import type { FailureReason } from '../../../snapshot/failure-reason.ts';
import { asFailure, type Failure } from '../../../transport/failure.ts';
import type { ApiAnswer, ApiRequest } from '../../../transport/request.ts';
import { type Envelope, readEnvelope } from './answers.ts';
import { noteAnswer, noteFailure } from './backoff.ts';
import type { PbxMemory } from '../memory.ts';
import { isAuxiliary } from '../requests.ts';
import { refusalOf, SessionCheck } from './session-check.ts';

/** Failures after which every other request of this round would fail too, or could do harm. */
const endsRound: readonly FailureReason[] = [
  'dns',
  'connect',
  'tls',
  'redirect',
  'bad_credentials',
  'locked_out',
  'rate_limited',
  'suspended',
];

/**
 * Sends the requests of one round strictly one at a time. When a session ends, every request in progress with it is
 * refused, and MikoPBX up to 2024 bans an address for twelve hours after three refused requests within 30 minutes.
 */
export class Round {
  readonly #conversation: Conversation;
  readonly #memory: PbxMemory;
  readonly #check: SessionCheck;
  #answered = false;
  #endedBy: Failure | undefined;

  constructor(conversation: Conversation, memory: PbxMemory) {
    this.#conversation = conversation;
    this.#memory = memory;
    this.#check = new SessionCheck(memory);
    this.#endedBy = memory.badGateway.endedBy;
  }

  /** Whether any request of this round was answered successfully. */
  get answered(): boolean {
    return this.#answered;
  }

  /** Why nothing more is sent in this round; undefined while requests may be sent. */
  get endedBy(): Failure | undefined {
    return this.#endedBy;
  }

  /** Returns a share (0 to 1) of the remaining round in milliseconds, used as the timeout of one request. */
  share(part: number): number {
    return Math.max(1, Math.floor(this.#conversation.remainingMs() * part));
  }

  /** Milliseconds left of the round. */
  remainingMs(): number {
    return this.#conversation.remainingMs();
  }

  /** Sends a request and returns the result of `read` for the content of the answer. Throws a `Failure`. */
  async ask<T>(request: ApiRequest, read: (envelope: Envelope) => T): Promise<T> {
    return this.askPage(request, (answer) => read(readEnvelope(answer)));
  }

  /** Sends a request that needs the session, but whose answer is not in the API's envelope. Throws a `Failure`. */
  async askPage<T>(request: ApiRequest, read: (answer: ApiAnswer) => T): Promise<T> {
    const memory = this.#memory;
    memory.refusedCalls.check(request.call);
    await this.#checkSession(request.call);
    const value = await this.#askServed(request, (answer, session) => {
      const refusal = refusalOf(answer, session, { call: request.call, memory });
      if (refusal !== undefined) throw this.#check.judge(refusal, session, isAuxiliary(request));
      const understood = read(answer);
      memory.noteServed(session, request.call);
      memory.goodCalls.add(request.call);
      this.#check.seen(session);
      return understood;
    });
    this.#answered = true;
    return value;
  }

  /**
   * Detects, while the session is valid, whether this PBX has the page that distinguishes a valid session from an
   * expired one. Never throws.
   */
  async learnCheckPage(): Promise<void> {
    if (this.#memory.checkPage.due) await this.#askCheckPage().catch(() => {});
  }

  /** Sends a request that needs no session. Throws a `Failure`. */
  async askPlain<T>(request: ApiRequest, read: (answer: ApiAnswer, session: Session) => T): Promise<T> {
    const memory = this.#memory;
    if (this.#endedBy !== undefined) throw this.#endedBy;
    if (memory.api !== 'legacy') memory.rateLimit.enter();
    try {
      const noting = (answer: ApiAnswer, session: Session): T => {
        noteAnswer(answer, memory);
        return read(answer, session);
      };
      return await this.#conversation.ask({ request, read: noting });
    } catch (thrown) {
      const failure = asFailure(thrown);
      noteFailure(failure, memory);
      if (failure.reason === 'forbidden' && !this.#check.isUndecided(failure)) this.#noteRefused(request, failure);
      if (this.#ends(failure) || memory.badGateway.endedBy !== undefined) this.#endedBy = failure;
      throw failure;
    }
  }

  /** Sends a request. If the session may be the reason for a refusal, this is determined before the next request. */
  async #askServed<T>(request: ApiRequest, read: (answer: ApiAnswer, session: Session) => T): Promise<T> {
    const check = this.#check;
    try {
      return await this.askPlain(request, read);
    } catch (thrown) {
      const failure = asFailure(thrown);
      if (!check.isUndecided(failure)) throw failure;
      await this.#askCheckPage();
      if (!check.wasLost) throw this.#noteRefused(request, check.callRefused(failure));
      return this.askPlain(request, read);
    }
  }

  /**
   * Reports whether a failure ends the round. Up to 2024, a lost session does, because each further request with it
   * counts towards a ban.
   */
  #ends(failure: Failure): boolean {
    if (failure.reason === 'session_lost') return this.#memory.api === 'legacy' && !this.#check.isUndecided(failure);
    return endsRound.includes(failure.reason);
  }

  #noteRefused({ call }: ApiRequest, failure: Failure): Failure {
    this.#memory.refusedCalls.note(call, failure);
    return failure;
  }

  async #askCheckPage(): Promise<void> {
    const check = this.#check;
    await this.askPlain(check.request, (answer, session) => check.read(answer, session));
  }

  /** Checks the session first if one more request with an expired session could cause a ban. Throws a `Failure`. */
  async #checkSession(call: string): Promise<void> {
    const check = this.#check;
    if (this.#endedBy !== undefined) throw this.#endedBy;
    if (!check.isNeeded) return;
    check.checkCall(call);
    if (check.isUsable) await this.#askCheckPage();
    if (!check.isUsable) this.#memory.budget.check();
  }
}
