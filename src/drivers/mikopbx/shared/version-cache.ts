import type { Clock } from '../../../clock.ts';

const minuteMs = 60_000;
/** Pause after the page showed the version, and after it did not. */
const pauseMs = 60 * minuteMs;
const retryPauseMs = 10 * minuteMs;

/**
 * The version of the PBX, which only its login page shows. The page is not requested in every round (on 2020 releases
 * only once, because there it empties the caches of the PBX), but again after the PBX may have restarted.
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

  /**
   * Stores the version from the page; undefined if the page showed none, because the previous version may then be
   * wrong.
   */
  read(version: string | undefined): void {
    this.#value = version;
    this.#restartSuspected = version === undefined;
    this.#notBefore = this.#clock.monotonicTime() + (version === undefined ? retryPauseMs : pauseMs);
  }
}
