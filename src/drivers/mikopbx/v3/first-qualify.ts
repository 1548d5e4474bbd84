import type { Clock } from '../../../clock.ts';

/** After a start of Asterisk the plain list calls every phone down until its first check, up to a minute. */
export const firstQualifyMs = 65_000;

/** Tells whether Asterisk may have started so recently that it has not checked every phone yet. */
export class FirstQualify {
  readonly #clock: Clock;
  #someoneWell = true;
  #pendingUntil = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Takes whether the plain list has any phone that works: one without any, after one with some, is what a start looks like. */
  follow(someoneWell: boolean): void {
    if (this.#someoneWell && !someoneWell) this.#pendingUntil = this.#clock.monotonicTime() + firstQualifyMs;
    this.#someoneWell = someoneWell;
  }

  /** Whether "down" in the plain list may mean "not checked yet". */
  get pending(): boolean {
    return this.#clock.monotonicTime() < this.#pendingUntil;
  }
}
