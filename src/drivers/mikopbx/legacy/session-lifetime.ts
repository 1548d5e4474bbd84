import type { Clock } from '../../../clock.ts';

const minuteMs = 60_000;

/**
 * Learns how long sessions last on versions up to 2023.1. There, PHP deletes session files at random once they are about 24
 * minutes old, and API requests do not extend them. After the first such loss, later sessions are replaced in time, because a
 * request with an expired session counts towards a ban and a login does not.
 */
export class SessionLifetime {
  readonly #clock: Clock;
  #openedAt: number | undefined;
  #learnedMs: number | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Call after each login. Returns the monotonic time (ms) from which the session should be replaced, if that is known. */
  opened(): number | undefined {
    this.#openedAt = this.#clock.monotonicTime();
    return this.#learnedMs === undefined ? undefined : this.#openedAt + 0.8 * this.#learnedMs;
  }

  /** Call when a session of these versions turns out to have ended. Other causes than age (e.g. a restart) are ignored. */
  lost(): void {
    const age = this.#clock.monotonicTime() - (this.#openedAt ?? Infinity);
    if (age < 20 * minuteMs || age > 180 * minuteMs) return;
    this.#learnedMs = Math.min(age, this.#learnedMs ?? Infinity);
  }
}
