import type { Clock, Timer } from '../clock.ts';
import type { BetweenRounds, Call, HeldConversation } from '../drivers/driver.ts';
import { asFailure, Failure } from '../transport/failure.ts';
import { createDeadline, type Deadline } from './deadline.ts';
import type { Exchange } from './exchange.ts';
import { authorized } from './round-conversation.ts';
import type { SessionKeeper } from './session-keeper.ts';

/** A PBX that was not polled for this long (ms) gets no request, because its session ends by itself. */
const longestAlone = 15 * 60_000;

/** Share of a pause after which a question that failed is asked once more: the session has not ended by then. */
const afterFailure = 1 / 2;

type Counts = Record<string, Record<string, number>>;

/** What the questions between two rounds are made from. */
export interface PollsBetweenRoundsSetup {
  /** What the driver asks. Default: nothing. */
  readonly driver: BetweenRounds | undefined;
  readonly keeper: SessionKeeper;
  readonly clock: Clock;
  /** Longest time of one question, in milliseconds. */
  readonly timeoutMs: () => number;
  /** Sends requests until the deadline, and counts them there. */
  readonly exchange: (deadline: Deadline, counts: Counts) => Exchange;
}

/**
 * Polls a PBX between two rounds if they are so far apart that its session would end, or that it would queue too many
 * events. Such a request uses the existing session. It never logs in; once the session is lost, there is none until the
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

  /** Call before a round: no question begins any more, and the one that is on its way is answered first. */
  async pause(): Promise<void> {
    await this.#asking?.done;
    this.#timer?.stop();
    this.#timer = undefined;
  }

  /** Call before the session is logged out. */
  async stop(): Promise<void> {
    this.#asking?.deadline.abort(new Failure('timeout', 'the exporter is stopping'));
    await this.pause();
  }

  /** Requests since this was called last, by call and result: they belong to the next round. */
  takeCounts(): Counts {
    const counts = this.#counts;
    this.#counts = {};
    return counts;
  }

  #wait(share = 1): void {
    const { driver, clock } = this.#setup;
    const pauseMs = driver?.longestPauseMs();
    if (driver === undefined || pauseMs === undefined) return;
    // A round that is due at the same time is the question.
    this.#timer = clock.after(pauseMs * share + 1, () => this.#begin(driver));
  }

  #begin(driver: BetweenRounds): void {
    const { clock, timeoutMs } = this.#setup;
    this.#timer = undefined;
    if (clock.monotonicTime() - this.#roundEndedAt > longestAlone) return;
    const deadline = createDeadline(clock, timeoutMs(), 'the question between two rounds took too long');
    const done = this.#ask(driver, deadline).finally(() => {
      deadline.clear();
      this.#asking = undefined;
    });
    this.#asking = { done, deadline };
  }

  async #ask(driver: BetweenRounds, deadline: Deadline): Promise<void> {
    const { keeper, exchange } = this.#setup;
    const conversation = new HeldSession(keeper, exchange(deadline, this.#counts));
    await driver.ask(conversation).catch(() => {});
    if (conversation.outcome === 'lost' || deadline.signal.aborted) return;
    this.#wait(conversation.outcome === 'failed' ? afterFailure : 1);
  }
}

/** Asks with the session that is held. What becomes of one that is lost is for the next round to say. */
class HeldSession implements HeldConversation {
  readonly #keeper: SessionKeeper;
  readonly #exchange: Exchange;
  /** `lost`: there was no session, or the PBX did not know it any more. */
  outcome: 'good' | 'failed' | 'lost' = 'good';

  constructor(keeper: SessionKeeper, exchange: Exchange) {
    this.#keeper = keeper;
    this.#exchange = exchange;
  }

  remainingMs(): number {
    return this.#exchange.remainingMs();
  }

  async ask<T>(call: Call<T>): Promise<T> {
    const session = this.#keeper.held;
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
