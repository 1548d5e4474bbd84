import type { Clock } from '../../../clock.ts';

/** After a start of Asterisk, the plain list reports every phone as down until its first check, up to a minute. */
export const firstQualifyMs = 65_000;

/** Detects whether Asterisk may have started so recently that it has not checked every phone yet. */
export class RecentStart {
  readonly #clock: Clock;
  #anyWorking = true;
  #pendingUntil = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Records whether the plain list contains a working phone. A list without one, after a list with some, indicates a start. */
  follow(anyWorking: boolean): void {
    if (this.#anyWorking && !anyWorking) this.#pendingUntil = this.#clock.monotonicTime() + firstQualifyMs;
    this.#anyWorking = anyWorking;
  }

  /** Whether "down" in the plain list may mean "not checked yet". */
  get pending(): boolean {
    return this.#clock.monotonicTime() < this.#pendingUntil;
  }
}
