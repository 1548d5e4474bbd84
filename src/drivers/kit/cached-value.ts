import type { Clock } from '../../clock.ts';

/** A value that is read rarely. It is due again after the refresh time, and never used beyond twice that time. */
export class CachedValue<T> {
  readonly #clock: Clock;
  readonly #refreshMs: number;
  #value: { readonly value: T; readonly readAt: number } | undefined;
  #notBefore = 0;

  constructor(clock: Clock, refreshMs: number) {
    this.#clock = clock;
    this.#refreshMs = refreshMs;
  }

  /** Whether it should be read now. */
  get due(): boolean {
    const now = this.#clock.monotonicTime();
    return now >= this.#notBefore && (this.#value === undefined || now - this.#value.readAt >= this.#refreshMs);
  }

  /** The value while it is young enough; undefined otherwise. */
  get value(): T | undefined {
    const cached = this.#value;
    if (cached === undefined || this.#clock.monotonicTime() - cached.readAt >= 2 * this.#refreshMs) return undefined;
    return cached.value;
  }

  /** Stores a value that was just read. */
  set(value: T): void {
    this.#value = { value, readAt: this.#clock.monotonicTime() };
  }

  /** Forgets the value. */
  clear(): void {
    this.#value = undefined;
  }

  /** Call when reading failed for a lasting reason (no such call, no right): the value is not due for this many milliseconds. */
  postpone(forMs: number): void {
    this.#notBefore = this.#clock.monotonicTime() + forMs;
  }
}
