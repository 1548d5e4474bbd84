import type { Call, Conversation, Session } from '../drivers/driver.ts';
import type { MissingCall } from '../snapshot/outcome.ts';
import type { Collector } from '../snapshot/reading.ts';
import { asFailure, Failure } from '../transport/failure.ts';
import type { ApiAnswer, ApiRequest } from '../transport/request.ts';
import type { Exchange } from './exchange.ts';
import type { RefusedCalls } from './refused-calls.ts';
import type { SessionKeeper } from './session-keeper.ts';

/** What a conversation is made from. */
export interface ConversationSetup {
  readonly exchange: Exchange;
  readonly keeper: SessionKeeper;
  readonly refused: RefusedCalls;
  readonly collectors: ReadonlySet<Collector>;
  /** Names of the family's calls that are auxiliary. */
  readonly auxiliary: ReadonlySet<string>;
  /** Time one call may take when it does not say so itself, in milliseconds: one that hangs must leave time for the others. */
  readonly callTimeoutMs: number;
  readonly onLogin: (result: 'success' | 'failure') => void;
}

/** Auxiliary calls may fail for so long in all, as a share of the round's time; then no more are sent in it. */
const auxiliaryShare = 1 / 4;

/** The conversation of one round: adds the session to each call and replaces a lost session once. */
export class RoundConversation implements Conversation {
  readonly collectors: ReadonlySet<Collector>;
  readonly #setup: ConversationSetup;
  readonly #auxiliaryUntilMs: number;
  readonly #auxiliaryAnswered = new Map<string, Failure | undefined>();
  #auxiliaryLostMs = 0;
  #replacement: Promise<Session> | undefined;
  /** A session that was refused before it served a call; by the end of the round it is known whether that was the call's fault. */
  #doubtful: Session | undefined;

  constructor(setup: ConversationSetup) {
    this.#setup = setup;
    this.collectors = setup.collectors;
    this.#auxiliaryUntilMs = setup.exchange.remainingMs() * auxiliaryShare;
  }

  remainingMs(): number {
    return this.#setup.exchange.remainingMs();
  }

  /** Auxiliary calls of this round by name: why none of their questions was answered, undefined where one was. */
  get auxiliaryCalls(): ReadonlyMap<string, Omit<MissingCall, 'call'> | undefined> {
    return new Map(
      [...this.#auxiliaryAnswered].map(([call, failure]) => [
        call,
        failure && { reason: failure.reason, detail: failure.message },
      ]),
    );
  }

  /** Logs in where needed, before anything is asked: without a session there is no round. Throws a `Failure`. */
  async open(): Promise<void> {
    await this.#session();
  }

  /**
   * Call at the end of the round: a session that was refused twice and served no call at all is given up. Refused once, it
   * stays until other calls have tried it: the one that was refused may be at fault.
   */
  close(): void {
    const { keeper, refused } = this.#setup;
    if (this.#doubtful !== undefined && refused.refusals(this.#doubtful) > 1) keeper.dropUnproven(this.#doubtful);
  }

  async ask<T>(call: Call<T>): Promise<T> {
    if (call.auxiliary ?? this.#setup.auxiliary.has(call.request.call)) return this.#askAuxiliary(call);
    const held = this.#setup.refused.heldBack(call.request);
    if (held !== undefined) throw held;
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

  /** Once more with a new session, unless the session cannot be at fault, or is one that was only just made. */
  async #askAgain<T>(call: Call<T>, lost: Session, failure: Failure): Promise<T> {
    const { keeper, exchange, refused, onLogin } = this.#setup;
    const itself = refused.sessionRefused(call.request, lost);
    if (itself !== undefined) throw itself;
    if (keeper.isUnproven(lost)) {
      this.#doubtful = lost;
      throw new Failure('session_lost', `the PBX refused a new session: ${failure.message}`);
    }
    if ((await this.#replacement) === lost)
      throw new Failure('session_lost', 'the session was lost twice in one round');
    this.#replacement ??= keeper.replace(lost, exchange, onLogin);
    const session = await this.#replacement;
    try {
      return await this.#askWith(call, session);
    } catch (thrown) {
      const again = asFailure(thrown);
      if (again.reason !== 'session_lost') throw again;
      const notTheSession = refused.sessionRefused(call.request, session);
      if (keeper.isUnproven(session)) this.#doubtful = session;
      throw notTheSession ?? again;
    }
  }

  async #askWith<T>(call: Call<T>, session: Session): Promise<T> {
    const { keeper, exchange, refused, callTimeoutMs } = this.#setup;
    try {
      const read = (answer: ApiAnswer): T => call.read(answer, session);
      const value = await exchange.ask(authorized(call.request, session), read, { shareMs: callTimeoutMs });
      keeper.prove(session);
      refused.served(session, call.request);
      return value;
    } catch (thrown) {
      const failure = asFailure(thrown);
      if (failure.reason === 'forbidden') keeper.prove(session);
      throw failure;
    }
  }

  /** An auxiliary call costs what it brings and nothing else: no session, no login, no time that others need. */
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
    const { exchange, keeper, refused } = this.#setup;
    const session = await this.#session();
    const held = refused.auxiliaryHeldBack(call.request, session);
    if (held !== undefined) throw held;
    if (this.#auxiliaryLostMs >= this.#auxiliaryUntilMs)
      throw new Failure('timeout', 'left out of this round, because calls like this one took too long');
    const before = exchange.remainingMs();
    try {
      const read = (answer: ApiAnswer): T => call.read(answer, session);
      const limits = { shareMs: this.#setup.callTimeoutMs, restShare: auxiliaryShare };
      const value = await exchange.ask(authorized(call.request, session), read, limits);
      keeper.prove(session);
      refused.served(session, call.request);
      return value;
    } catch (thrown) {
      const failure = asFailure(thrown);
      if (failure.reason === 'timeout') this.#auxiliaryLostMs += before - exchange.remainingMs();
      refused.auxiliaryFailed(call.request, session, failure);
      throw failure;
    }
  }
}

function authorized(request: ApiRequest, session: Session): ApiRequest {
  return {
    ...request,
    ...(session.headers === undefined ? {} : { headers: { ...request.headers, ...session.headers } }),
    ...(session.query === undefined ? {} : { query: { ...request.query, ...session.query } }),
  };
}
