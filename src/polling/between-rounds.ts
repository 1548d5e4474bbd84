import type { Clock, Timer } from '../clock.ts';
import type { BetweenRounds, Call, SessionConversation } from '../drivers/driver.ts';
import { asFailure, Failure } from '../transport/failure.ts';
import { createDeadline, type Deadline } from './deadline.ts';
import type { Exchange } from './exchange.ts';
import { authorized } from './round-conversation.ts';
import type { SessionKeeper } from './session-keeper.ts';

/** Time (ms) since the last round after which no more requests are sent; the session then expires. */
const longestAlone = 15 * 60_000;

/** Share of the pause after which a failed request is retried: the session still exists by then. */
const afterFailure = 1 / 2;

type Counts = Record<string, Record<string, number>>;

/** Dependencies of {@link PollsBetweenRounds}. */
export interface PollsBetweenRoundsSetup {
  /** The driver's requests between rounds. Undefined if it has none. */
  readonly driver: BetweenRounds | undefined;
  readonly keeper: SessionKeeper;
  readonly clock: Clock;
  /** Time limit of one poll, in milliseconds. */
  readonly timeoutMs: () => number;
  /** Creates the exchange that sends requests until the deadline and adds them to `counts`. */
  readonly exchange: (deadline: Deadline, counts: Counts) => Exchange;
}

/**
 * Polls a PBX between two rounds if the interval is long enough for its session to expire, or for too many events to
 * queue up on the PBX. Uses the existing session and never logs in: if the session is lost, nothing is sent until the
 * next round.
 */
export class PollsBetweenRounds {
  readonly #setup: PollsBetweenRoundsSetup;
  #timer: Timer | undefined;
  #asking: { readonly done: Promise<void>; readonly deadline: Deadline } | undefined;
  #counts: Counts = {};
  /** Monotonic time (ms) at which the last round ended. */
  #roundEndedAt = -Infinity;

  constructor(setup: PollsBetweenRoundsSetup) {
    this.#setup = setup;
  }

  /** Call when a round has ended. */
  begin(): void {
    this.#roundEndedAt = this.#setup.clock.monotonicTime();
    this.#wait();
  }

  /** Call before a round. Waits for a running poll and cancels the next one. */
  async pause(): Promise<void> {
    await this.#asking?.done;
    this.#timer?.stop();
    this.#timer = undefined;
  }

  /** Call before the logout. Aborts a running poll and cancels the next one. */
  async stop(): Promise<void> {
    this.#asking?.deadline.abort(new Failure('timeout', 'the exporter is stopping'));
    await this.pause();
  }

  /** Returns the requests since the previous call of this method, by call and result. They are counted in the next round. */
  takeCounts(): Counts {
    const counts = this.#counts;
    this.#counts = {};
    return counts;
  }

  #wait(share = 1): void {
    const { driver, clock } = this.#setup;
    const pauseMs = driver?.longestPauseMs();
    if (driver === undefined || pauseMs === undefined) return;
    // One millisecond later, so that a round that is due at the same time makes the poll unnecessary.
    this.#timer = clock.after(pauseMs * share + 1, () => this.#begin(driver));
  }

  #begin(driver: BetweenRounds): void {
    const { clock, timeoutMs } = this.#setup;
    this.#timer = undefined;
    if (clock.monotonicTime() - this.#roundEndedAt > longestAlone) return;
    const deadline = createDeadline(clock, timeoutMs(), 'the request between two rounds took too long');
    const done = this.#ask(driver, deadline).finally(() => {
      deadline.clear();
      this.#asking = undefined;
    });
    this.#asking = { done, deadline };
  }

  async #ask(driver: BetweenRounds, deadline: Deadline): Promise<void> {
    const { keeper, exchange } = this.#setup;
    const conversation = new CurrentSessionConversation(keeper, exchange(deadline, this.#counts));
    await driver.ask(conversation).catch(() => {});
    if (conversation.outcome === 'lost' || deadline.signal.aborted) return;
    this.#wait(conversation.outcome === 'failed' ? afterFailure : 1);
  }
}

/** Sends requests with the current session. Does not replace a lost session; the next round does that. */
class CurrentSessionConversation implements SessionConversation {
  readonly #keeper: SessionKeeper;
  readonly #exchange: Exchange;
  /** `lost`: there was no session, or the PBX no longer accepted it. */
  outcome: 'good' | 'failed' | 'lost' = 'good';

  constructor(keeper: SessionKeeper, exchange: Exchange) {
    this.#keeper = keeper;
    this.#exchange = exchange;
  }

  remainingMs(): number {
    return this.#exchange.remainingMs();
  }

  async ask<T>(call: Call<T>): Promise<T> {
    const session = this.#keeper.currentSession;
    if (session === undefined) {
      this.outcome = 'lost';
      throw new Failure('session_lost', 'there is no session');
    }
    try {
      return await this.#exchange.ask(authorized(call.request, session), (answer) => call.read(answer, session));
    } catch (thrown) {
      const failure = asFailure(thrown);
      this.outcome = failure.reason === 'session_lost' ? 'lost' : 'failed';
      throw failure;
    }
  }
}
