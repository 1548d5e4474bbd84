import type { Clock } from '../clock.ts';
import type { RequestCounts } from '../snapshot/round-outcome.ts';
import { asFailure, Failure } from '../transport/failure.ts';
import type { ApiAnswer, ApiRequest, Transport } from '../transport/request.ts';
import { createDeadline, type Deadline, endedBy } from './deadline.ts';
import type { Limiter } from './limiter.ts';

/** Called after every request with its call, its result (`ok` or the failure reason) and its duration in seconds. */
export type RequestObserver = (call: string, result: string, seconds: number) => void;

/** Dependencies of an exchange. */
export interface ExchangeSetup {
  readonly transport: Transport;
  readonly limiter: Limiter;
  readonly clock: Clock;
  readonly deadline: Deadline;
  readonly observe: RequestObserver;
  /** Counters of requests, by call and result. Default: new counters. */
  readonly counts?: Record<string, Record<string, number>>;
}

/** How much of a round one request may take. */
export interface TimeLimits {
  /** Timeout in milliseconds for a request that sets none. Default: the rest of the round. */
  readonly shareMs?: number;
  /** Upper limit of the timeout in milliseconds, even if the request sets a longer one. */
  readonly mostMs?: number;
  /** Milliseconds of the round that the request must leave unused. */
  readonly reserveMs?: number;
}

/** Sends the requests of one round within the limits of parallelism and time, and counts each by its result. */
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

  /** Aborts when the round ends. */
  get signal(): AbortSignal {
    return this.#setup.deadline.signal;
  }

  /** Milliseconds left of the round. */
  remainingMs(): number {
    return this.#setup.deadline.remainingMs();
  }

  /**
   * Sends one request as soon as the limiter allows it and reads the answer. Without limits, the request may take the
   * rest of the round: a refused login that is cut short would look like a connection problem. Throws a `Failure`.
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
