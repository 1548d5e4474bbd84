import type { Call, Conversation, Session } from '../drivers/driver.ts';
import type { MissingCall } from '../snapshot/round-outcome.ts';
import type { Collector } from '../snapshot/reading.ts';
import { asFailure, Failure } from '../transport/failure.ts';
import type { ApiAnswer, ApiRequest } from '../transport/request.ts';
import type { Exchange } from './exchange.ts';
import type { RefusedCalls } from './refused-calls.ts';
import type { SessionKeeper } from './session-keeper.ts';

/** Dependencies of a conversation. */
export interface ConversationSetup {
  readonly exchange: Exchange;
  readonly keeper: SessionKeeper;
  readonly refused: RefusedCalls;
  readonly collectors: ReadonlySet<Collector>;
  /** Names of the family's auxiliary calls. */
  readonly auxiliary: ReadonlySet<string>;
  /** Timeout in milliseconds of a call that sets none: a call that hangs must leave time for the others. */
  readonly callTimeoutMs: number;
  readonly onLogin: (result: 'success' | 'failure') => void;
}

/**
 * Share of the round that auxiliary calls may lose to timeouts in total; beyond it, no more of them are sent in this
 * round. Also the limit of a single auxiliary call, as a share of the remaining time.
 */
const auxiliaryShare = 1 / 4;
/**
 * Share of the round that all questions of one essential call may lose to timeouts, e.g. one question per row. The first
 * question alone may take half of the round.
 */
const callShare = 5 / 8;
/** Share of the round that each further question of a call may take after one of them timed out. */
const laterShare = 1 / 8;
/** Share of the round that no request may use, limited by `longestReserveMs`: the round must end in time to keep what it has read. */
const reserveShare = 1 / 20;
const longestReserveMs = 500;

/** The conversation of one round: adds the session to each call and replaces a lost session once. */
export class RoundConversation implements Conversation {
  readonly collectors: ReadonlySet<Collector>;
  readonly #setup: ConversationSetup;
  readonly #roundMs: number;
  readonly #reserveMs: number;
  /** Milliseconds lost to timeouts, by call. */
  readonly #lostMs = new Map<string, number>();
  readonly #auxiliaryAnswered = new Map<string, Failure | undefined>();
  #auxiliaryLostMs = 0;
  #replacement: Promise<Session> | undefined;
  /** A new session that was refused before it served any call. `close` decides whether it is dropped. */
  #refusedSession: Session | undefined;

  constructor(setup: ConversationSetup) {
    this.#setup = setup;
    this.collectors = setup.collectors;
    this.#roundMs = setup.exchange.remainingMs();
    this.#reserveMs = Math.min(longestReserveMs, this.#roundMs * reserveShare);
  }

  remainingMs(): number {
    return this.#setup.exchange.remainingMs();
  }

  /**
   * The auxiliary calls of this round by name. The value is the reason why none of a call's questions was answered;
   * undefined if one was.
   */
  get auxiliaryCalls(): ReadonlyMap<string, Omit<MissingCall, 'call'> | undefined> {
    return new Map(
      [...this.#auxiliaryAnswered].map(([call, failure]) => [
        call,
        failure && { reason: failure.reason, detail: failure.message },
      ]),
    );
  }

  /** Logs in if there is no session; the round cannot start without one. Throws a `Failure`. */
  async open(): Promise<void> {
    await this.#session();
  }

  /**
   * Call at the end of the round. Drops a session that has served no call and was refused for several calls or in
   * several rounds. A session that was refused for one call only is kept, because that call may be at fault.
   */
  close(): void {
    const { keeper, refused } = this.#setup;
    const isRefusedAgain = refused.isRefusedAgain(this.#refusedSession);
    if (this.#refusedSession !== undefined && isRefusedAgain) keeper.dropUnproven(this.#refusedSession);
  }

  async ask<T>(call: Call<T>): Promise<T> {
    if (call.auxiliary ?? this.#setup.auxiliary.has(call.request.call)) return this.#askAuxiliary(call);
    const paused = this.#setup.refused.callPause(call.request);
    if (paused !== undefined) throw paused;
    const session = await this.#session();
    try {
      return await this.#askWith(call, session);
    } catch (thrown) {
      const failure = asFailure(thrown);
      if (failure.reason !== 'session_lost') throw failure;
      return this.#askAgain(call, session, failure);
    }
  }

  async #session(): Promise<Session> {
    const { keeper, exchange, onLogin } = this.#setup;
    return this.#replacement ?? keeper.session(exchange, onLogin);
  }

  /** Repeats the call with a new session, unless the lost session cannot be at fault or was itself new. */
  async #askAgain<T>(call: Call<T>, lost: Session, failure: Failure): Promise<T> {
    const { keeper, refused } = this.#setup;
    const replacement = await this.#replacement;
    if (replacement === undefined || replacement === lost) {
      const itself = refused.sessionRefused(call.request, lost);
      if (itself !== undefined) throw itself;
      if (keeper.isUnproven(lost)) throw this.#newSessionRefused(lost, failure);
      if (replacement === lost) throw new Failure('session_lost', 'the session was lost twice in one round');
      this.#replacement ??= this.#replace(lost);
    }
    const session = await this.#session();
    try {
      return await this.#askWith(call, session);
    } catch (thrown) {
      const again = asFailure(thrown);
      if (again.reason !== 'session_lost') throw again;
      const notTheSession = refused.sessionRefused(call.request, session);
      throw notTheSession ?? (keeper.isUnproven(session) ? this.#newSessionRefused(session, again) : again);
    }
  }

  #newSessionRefused(session: Session, failure: Failure): Failure {
    this.#refusedSession = session;
    return new Failure('session_lost', `the PBX refused a new session: ${failure.message}`);
  }

  async #replace(lost: Session): Promise<Session> {
    const { keeper, exchange, refused, onLogin } = this.#setup;
    refused.sessionLost(lost);
    return keeper.replace(lost, exchange, onLogin);
  }

  async #askWith<T>(call: Call<T>, session: Session): Promise<T> {
    const { keeper } = this.#setup;
    const name = call.request.call;
    const before = this.#lostMs.get(name) ?? 0;
    if (before >= this.#roundMs * callShare) throw tookTooLong();
    const startedAt = this.remainingMs();
    try {
      return await this.#send(call, session, before === 0 ? Infinity : this.#roundMs * laterShare);
    } catch (thrown) {
      const failure = asFailure(thrown);
      if (failure.reason === 'timeout')
        this.#lostMs.set(name, (this.#lostMs.get(name) ?? 0) + startedAt - this.remainingMs());
      if (failure.reason === 'forbidden') keeper.prove(session);
      throw failure;
    }
  }

  async #send<T>(call: Call<T>, session: Session, mostMs: number): Promise<T> {
    const { keeper, exchange, refused, callTimeoutMs } = this.#setup;
    const read = (answer: ApiAnswer): T => call.read(answer, session);
    const limits = { shareMs: callTimeoutMs, mostMs, reserveMs: this.#reserveMs };
    const value = await exchange.ask(authorized(call.request, session), read, limits);
    keeper.prove(session);
    refused.served(session, call.request);
    return value;
  }

  /** Sends an auxiliary call. Its failure costs no session, no login and no time that other calls need. */
  async #askAuxiliary<T>(call: Call<T>): Promise<T> {
    const name = call.request.call;
    try {
      const value = await this.#tryAuxiliary(call);
      this.#auxiliaryAnswered.set(name, undefined);
      return value;
    } catch (thrown) {
      const failure = asFailure(thrown);
      if (!this.#auxiliaryAnswered.has(name)) this.#auxiliaryAnswered.set(name, failure);
      throw failure;
    }
  }

  async #tryAuxiliary<T>(call: Call<T>): Promise<T> {
    const { refused } = this.#setup;
    const session = await this.#session();
    const paused = refused.auxiliaryCallPause(call.request, session);
    if (paused !== undefined) throw paused;
    if (this.#auxiliaryLostMs >= this.#roundMs * auxiliaryShare) throw tookTooLong();
    const before = this.remainingMs();
    try {
      return await this.#send(call, session, before * auxiliaryShare);
    } catch (thrown) {
      const failure = asFailure(thrown);
      if (failure.reason === 'timeout') this.#auxiliaryLostMs += before - this.remainingMs();
      refused.auxiliaryFailed(call.request, session, failure);
      throw failure;
    }
  }
}

function tookTooLong(): Failure {
  return new Failure('timeout', 'skipped in this round, because the same call got no answer before');
}

/** Returns the request with the headers and query parameters of the session. */
export function authorized(request: ApiRequest, session: Session): ApiRequest {
  return {
    ...request,
    ...(session.headers === undefined ? {} : { headers: { ...request.headers, ...session.headers } }),
    ...(session.query === undefined ? {} : { query: { ...request.query, ...session.query } }),
  };
}
