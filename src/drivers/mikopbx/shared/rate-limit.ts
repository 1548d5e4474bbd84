import type { Clock } from '../../../clock.ts';
import { Failure } from '../../../transport/failure.ts';

const minuteMs = 60_000;
/** First block of the PBX's request limit; each further one within a day is twice as long, up to an hour. */
const firstBlockMs = 5 * minuteMs;
const longestBlockMs = 60 * minuteMs;
const blockMemoryMs = 24 * 60 * minuteMs;
/** The clocks of the PBX and ours need not agree to the second. */
const marginMs = 10_000;
/** The PBX refuses request 201 of any minute (180, and 20 more at once); others behind our address share that number. */
const ownRequestsPerMinute = 150;

/**
 * Keeps away from the request limit of MikoPBX 2025.1 and newer: 200 requests a minute for each address, then HTTP 429
 * on every path for five minutes, twice as long each time. A block is waited out to its end without a single request.
 */
export class RateLimit {
  readonly #clock: Clock;
  #blocks: readonly number[] = [];
  #blockedUntil = 0;
  #recent: readonly number[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Call before each request. Throws a `Failure` (`rate_limited`) where it must not be sent. */
  enter(): void {
    this.check();
    const now = this.#clock.monotonicTime();
    this.#recent = this.#recent.filter((at) => now - at < minuteMs);
    if (this.#recent.length >= ownRequestsPerMinute)
      throw new Failure(
        'rate_limited',
        'held back: more requests in this minute would make the PBX block this address',
      );
    this.#recent = [...this.#recent, now];
  }

  /** Throws a `Failure` (`rate_limited`) while the PBX blocks this address. */
  check(): void {
    const left = this.#blockedUntil - this.#clock.monotonicTime();
    if (left <= 0) return;
    throw new Failure(
      'rate_limited',
      `the PBX blocks this address for too many requests: waiting ${Math.ceil(left / minuteMs)} min to the end of the block`,
      { status: 429, retryAfterMs: left },
    );
  }

  /** Call when the PBX answered 429 to a request that was not a login of its own counting. `retryAfterMs` as told, if told. */
  blocked(retryAfterMs = 0): void {
    const now = this.#clock.monotonicTime();
    if (now < this.#blockedUntil) return;
    this.#blocks = [...this.#blocks.filter((at) => now - at < blockMemoryMs), now];
    const block = Math.min(longestBlockMs, firstBlockMs * 2 ** (this.#blocks.length - 1));
    this.#blockedUntil = now + Math.max(block, retryAfterMs) + marginMs;
  }
}
