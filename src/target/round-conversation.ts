import type { Call, Conversation, Session } from '../drivers/driver.ts';
import type { Collector } from '../snapshot/reading.ts';
import { asFailure, Failure } from '../transport/failure.ts';
import type { ApiAnswer, ApiRequest } from '../transport/request.ts';
import type { Exchange } from './exchange.ts';
import type { SessionKeeper } from './session-keeper.ts';

/** What a conversation is made from. */
export interface ConversationSetup {
  readonly exchange: Exchange;
  readonly keeper: SessionKeeper;
  readonly collectors: ReadonlySet<Collector>;
  /** Time one call may take when it does not say so itself, in milliseconds: one that hangs must leave time for the others. */
  readonly callTimeoutMs: number;
  readonly onLogin: (result: 'success' | 'failure') => void;
}

/** The conversation of one round: adds the session to each call and replaces a lost session once. */
export class RoundConversation implements Conversation {
  readonly collectors: ReadonlySet<Collector>;
  readonly #setup: ConversationSetup;
  #replacement: Promise<Session> | undefined;

  constructor(setup: ConversationSetup) {
    this.#setup = setup;
    this.collectors = setup.collectors;
  }

  remainingMs(): number {
    return this.#setup.exchange.remainingMs();
  }

  /** Logs in where needed, before anything is asked: without a session there is no round. Throws a `Failure`. */
  async open(): Promise<void> {
    await this.#session();
  }

  async ask<T>(call: Call<T>): Promise<T> {
    const session = await this.#session();
    try {
      return await this.#askWith(call, session);
    } catch (thrown) {
      const failure = asFailure(thrown);
      if (failure.reason !== 'session_lost') throw failure;
      return this.#askAgain(call, session);
    }
  }

  async #session(): Promise<Session> {
    const { keeper, exchange, onLogin } = this.#setup;
    return this.#replacement ?? keeper.session(exchange, onLogin);
  }

  async #askAgain<T>(call: Call<T>, lost: Session): Promise<T> {
    const { keeper, exchange, onLogin } = this.#setup;
    this.#replacement ??= keeper.replace(lost, exchange, onLogin);
    const session = await this.#replacement;
    if (session === lost) {
      keeper.drop(session);
      throw new Failure('session_lost', 'the session was lost twice in one round');
    }
    return this.#askWith(call, session);
  }

  async #askWith<T>(call: Call<T>, session: Session): Promise<T> {
    const { keeper, exchange, callTimeoutMs } = this.#setup;
    try {
      const read = (answer: ApiAnswer): T => call.read(answer, session);
      const value = await exchange.ask(authorized(call.request, session), read, callTimeoutMs);
      keeper.prove(session);
      return value;
    } catch (thrown) {
      const failure = asFailure(thrown);
      if (failure.reason === 'forbidden') keeper.prove(session);
      if (failure.reason === 'session_lost' && this.#replacement !== undefined && session === (await this.#replacement))
        keeper.drop(session);
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
