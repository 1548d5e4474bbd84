import { setImmediate as nextTurn } from 'node:timers/promises';

/** Least and most time (ms) of work between two turns of the event loop. */
const limits = { least: 5, most: 100 };

/**
 * Shares the event loop: after some milliseconds of work it lets the loop turn. On a machine at rest these are few; where
 * the others have more to do, as many as their last turn took. With a fixed few the page of a large fleet on a busy machine
 * would take a thousand long turns, longer than a reader waits.
 */
export class EventLoopYield {
  readonly #time: () => number;
  #turnedAt: number;
  #share = limits.least;

  /** @param time Monotonic time in milliseconds. */
  constructor(time: () => number) {
    this.#time = time;
    this.#turnedAt = time();
  }

  /** Whether the event loop is due to turn. */
  get isDue(): boolean {
    return this.#time() - this.#turnedAt >= this.#share;
  }

  /** Lets the event loop turn. */
  async turn(): Promise<void> {
    const begin = this.#time();
    await nextTurn();
    this.#turnedAt = this.#time();
    this.#share = Math.min(limits.most, Math.max(limits.least, this.#turnedAt - begin));
  }
}
