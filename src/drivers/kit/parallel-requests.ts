import type { Clock } from '../../clock.ts';
import { asFailure, type Failure } from '../../transport/failure.ts';

/** After this many failures in a row, the PBX gets no more of these requests in this round. */
const failuresInARow = 3;
/** Number of hanging requests that must fit into a round one after another. */
const hangingRequests = 5;
/**
 * The last requests are sent at least this long before the end of the round, in milliseconds or as a share of it, so
 * that they end in time.
 */
const lastStart = { ms: 2_000, part: 1 / 10 };
/** Time in milliseconds that is reserved at the end, so that a request ends before the round does. */
const reserveMs = 100;

/** Settings for many small requests within one round. */
export interface ParallelRequestsSetup {
  readonly clock: Clock;
  /** Milliseconds left of the round, at its start. */
  readonly remainingMs: number;
  /** Maximum number of requests in parallel. */
  readonly concurrency: number;
  /**
   * Waits until one more request may be sent; returns false immediately if that would be later than `until` (monotonic
   * ms). Default: always true.
   */
  readonly admit?: (until: number) => Promise<boolean>;
  /**
   * Returns the failure because of which no more requests may be sent in this round; undefined while they may. Default:
   * always undefined.
   */
  readonly ended?: () => Failure | undefined;
}

/** The results of many requests. */
export interface ParallelResults {
  /** Requests that were answered. */
  readonly answered: number;
  /** Entries without a request, because time ran out or the rest was skipped. */
  readonly left: number;
  /** The failure because of which the rest was skipped. Absent if nothing was skipped for a failure. */
  readonly stopped?: Failure;
  /** The first failure, even if all other requests were sent. */
  readonly failure?: Failure;
}

/**
 * Sends one small request for each of many entries within one round. If time runs out, the last entries are left for a
 * later round; this is not a failure of the PBX.
 */
export class ParallelRequests {
  readonly #setup: ParallelRequestsSetup;
  /** Monotonic time (ms) at which the round ends. */
  readonly #endsAt: number;
  /** Monotonic time (ms) after which no request is started. */
  readonly #lastStart: number;
  /** Time that one request may take, in milliseconds. */
  readonly #eachMs: number;

  /** Create it at the start of a round. */
  constructor(setup: ParallelRequestsSetup) {
    const { clock, remainingMs } = setup;
    this.#setup = setup;
    this.#endsAt = clock.monotonicTime() + remainingMs;
    this.#lastStart = this.#endsAt - Math.min(lastStart.ms, remainingMs * lastStart.part);
    this.#eachMs = remainingMs / hangingRequests;
  }

  /**
   * Sends one request per entry, in order. `send` receives the time in milliseconds that its request may take, and throws
   * a `Failure`. A failure affects only its entry; after three failures in a row, or once `ended` returns a failure, the
   * rest are skipped.
   */
  async sendAll<Entry>(
    entries: readonly Entry[],
    send: (entry: Entry, timeoutMs: number) => Promise<void>,
  ): Promise<ParallelResults> {
    const series = new Series(() => this.#setup.ended?.() !== undefined);
    const queue = entries.values();
    const work = async (): Promise<void> => {
      for (const entry of queue) {
        await series.run(() => this.sendInTime((timeoutMs) => send(entry, timeoutMs)));
        if (series.isOver) return;
      }
    };
    await Promise.all(Array.from({ length: this.#setup.concurrency }, work));
    return series.result(entries.length);
  }

  /** Sends one request; returns `'later'` if this round has no time for it. Throws a `Failure`. */
  async sendInTime<T>(send: (timeoutMs: number) => Promise<T>): Promise<T | 'later'> {
    const { clock, admit, ended } = this.#setup;
    const end = ended?.();
    if (end !== undefined) throw end;
    if (clock.monotonicTime() > this.#lastStart || (await admit?.(this.#lastStart)) === false) return 'later';
    const leftMs = Math.max(0, this.#endsAt - clock.monotonicTime() - reserveMs);
    const timeoutMs = Math.min(this.#eachMs, leftMs);
    try {
      return await send(timeoutMs);
    } catch (thrown) {
      const failure = asFailure(thrown);
      if (failure.reason === 'timeout' && this.isCutShort(timeoutMs)) return 'later';
      throw failure;
    }
  }

  /** Whether a request has less time (ms) than usual because the round ends. */
  isCutShort(timeoutMs: number): boolean {
    return timeoutMs < this.#eachMs;
  }
}

/** Counts the results of one series of requests and decides when the series is over. */
class Series {
  readonly #hasEnded: () => boolean;
  #answered = 0;
  #failed = 0;
  #inARow = 0;
  #isOutOfTime = false;
  #failure: Failure | undefined;
  #stopped: Failure | undefined;

  constructor(hasEnded: () => boolean) {
    this.#hasEnded = hasEnded;
  }

  get isOver(): boolean {
    return this.#isOutOfTime || this.#stopped !== undefined;
  }

  async run(send: () => Promise<void | 'later'>): Promise<void> {
    try {
      if ((await send()) === 'later') this.#isOutOfTime = true;
      else this.#succeed();
    } catch (thrown) {
      this.#fail(asFailure(thrown));
    }
  }

  result(entries: number): ParallelResults {
    return {
      answered: this.#answered,
      left: entries - this.#answered - this.#failed,
      ...(this.#stopped === undefined ? {} : { stopped: this.#stopped }),
      ...(this.#failure === undefined ? {} : { failure: this.#failure }),
    };
  }

  #succeed(): void {
    this.#answered += 1;
    this.#inARow = 0;
  }

  #fail(failure: Failure): void {
    this.#failed += 1;
    this.#inARow += 1;
    this.#failure ??= failure;
    if (this.#hasEnded() || this.#inARow >= failuresInARow) this.#stopped ??= failure;
  }
}
