import type { Clock } from '../clock.ts';
import type { RequestCounts } from '../snapshot/round-outcome.ts';
import { asFailure, Failure } from '../transport/failure.ts';
import type { ApiAnswer, ApiRequest, Transport } from '../transport/request.ts';
import { createDeadline, type Deadline, endedBy } from './deadline.ts';
import type { Limiter } from './limiter.ts';

/** Told about every request that was sent: its call, `ok` or the failure reason, and its duration in seconds. */
export type RequestObserver = (call: string, result: string, seconds: number) => void;

/** What one round needs to send requests. */
export interface ExchangeSetup {
  readonly transport: Transport;
  readonly limiter: Limiter;
  readonly clock: Clock;
  readonly deadline: Deadline;
  readonly observe: RequestObserver;
  /** Where requests are counted, by call and result; default: from 0. */
  readonly counts?: Record<string, Record<string, number>>;
}

/** How much of a round one request may take. */
export interface TimeLimits {
  /** Milliseconds, where the request does not say so itself; default: all that is left of the round. */
  readonly shareMs?: number;
  /** At most so many milliseconds, whatever the request says. */
  readonly mostMs?: number;
  /** Milliseconds of the round that have to be left afterwards. */
  readonly reserveMs?: number;
}

/** Sends the requests of one round: bounded in number and time, each one counted with how it ended. */
export class Exchange {
  readonly #setup: ExchangeSetup;
  readonly #counts: Record<string, Record<string, number>>;

  constructor(setup: ExchangeSetup) {
    this.#setup = setup;
    this.#counts = setup.counts ?? {};
  }

  /** Requests so far, by call and result. */
  get counts(): RequestCounts {
    return this.#counts;
  }

  /** Ends when the round does. */
  get signal(): AbortSignal {
    return this.#setup.deadline.signal;
  }

  /** Milliseconds left of the round. */
  remainingMs(): number {
    return this.#setup.deadline.remainingMs();
  }

  /**
   * Sends one request when its turn comes and reads the answer. It may take as long as its limits allow, or the rest of the
   * round: a refused login that is cut short would look like a connection problem. Throws a `Failure`.
   */
  async ask<T>(request: ApiRequest, read: (answer: ApiAnswer) => T, limits: TimeLimits = {}): Promise<T> {
    return this.#setup.limiter.run(() => this.#askNow(request, read, limits));
  }

  async #askNow<T>(request: ApiRequest, read: (answer: ApiAnswer) => T, limits: TimeLimits): Promise<T> {
    const { clock, deadline, transport } = this.#setup;
    const { shareMs = Infinity, mostMs = Infinity, reserveMs = 0 } = limits;
    const leftMs = deadline.remainingMs() - reserveMs;
    if (deadline.signal.aborted || leftMs <= 0) throw new Failure('timeout', 'no time was left in this round');
    const share = Math.min(request.timeoutMs ?? shareMs, mostMs, leftMs);
    const own = createDeadline(clock, share, `no complete answer within ${formatSeconds(share)}`, deadline.signal);
    const startedAt = clock.monotonicTime();
    let result = 'ok';
    try {
      return read(await endedBy(own.signal, transport.send({ ...request, timeoutMs: share }, own.signal)));
    } catch (thrown) {
      const failure = asFailure(thrown);
      result = failure.reason;
      throw failure;
    } finally {
      own.clear();
      this.#count(request.call, result, (clock.monotonicTime() - startedAt) / 1000);
    }
  }

  #count(call: string, result: string, seconds: number): void {
    const results = (this.#counts[call] ??= {});
    results[result] = (results[result] ?? 0) + 1;
    this.#setup.observe(call, result, seconds);
  }
}

function formatSeconds(milliseconds: number): string {
  return `${Math.round(milliseconds / 100) / 10} s`;
}
