import type { Clock } from '../../../clock.ts';

/** A value that is read rarely: it is due again after a while, and never used beyond twice that time. */
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
    const held = this.#value;
    if (held === undefined || this.#clock.monotonicTime() - held.readAt >= 2 * this.#refreshMs) return undefined;
    return held.value;
  }

  /** Keeps what was just read. */
  set(value: T): void {
    this.#value = { value, readAt: this.#clock.monotonicTime() };
  }

  /** Forgets the value. */
  clear(): void {
    this.#value = undefined;
  }

  /** Says that reading failed in a way that will not change soon (no such call, no right): not due for so many milliseconds. */
  postpone(forMs: number): void {
    this.#notBefore = this.#clock.monotonicTime() + forMs;
  }
}

const minuteMs = 60_000;
/** Pause after the page told the version, and after it did not. */
const pauseMs = 60 * minuteMs;
const retryPauseMs = 10 * minuteMs;

/**
 * The version of the PBX, which only its login page tells. The page is not asked for in every round (and on 2020 releases
 * just once, because there it empties the caches of the PBX), but again after the PBX may have been restarted.
 */
export class VersionCache {
  readonly #clock: Clock;
  #value: string | undefined;
  #notBefore = -Infinity;
  #restartSuspected = true;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The version as last read, e.g. `2026.1.223`. */
  get value(): string | undefined {
    return this.#value;
  }

  /** Whether the login page should be asked for now. */
  get due(): boolean {
    if (!this.#restartSuspected || this.#value?.startsWith('2020.') === true) return false;
    return this.#clock.monotonicTime() >= this.#notBefore;
  }

  /** Call when the PBX lost our session, could not be reached, or its telephony core was away: an upgrade looks like that. */
  suspectRestart(): void {
    this.#restartSuspected = true;
  }

  /** Keeps what the page said; undefined when it told no version: what was known before may then be wrong. */
  read(version: string | undefined): void {
    this.#value = version;
    this.#restartSuspected = version === undefined;
    this.#notBefore = this.#clock.monotonicTime() + (version === undefined ? retryPauseMs : pauseMs);
  }
}
