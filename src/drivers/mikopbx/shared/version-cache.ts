import type { Clock } from '../../../clock.ts';

const minuteMs = 60_000;
/** Pauses after the page showed the version (`pauseMs`) or did not show it (`retryPauseMs`). */
const pauseMs = 60 * minuteMs;
const retryPauseMs = 10 * minuteMs;

/**
 * The version of the PBX, which only the login page shows. The page is requested again only after the PBX may have
 * restarted. On 2020 releases it is requested only once, because there it empties the caches of the PBX.
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

  /** Whether the login page should be requested now. */
  get due(): boolean {
    if (!this.#restartSuspected || this.#value?.startsWith('2020.') === true) return false;
    return this.#clock.monotonicTime() >= this.#notBefore;
  }

  /** Call if the PBX lost our session, could not be reached, or its telephony core was down, as during an upgrade. */
  suspectRestart(): void {
    this.#restartSuspected = true;
  }

  /** Stores the version from the page. If the page showed none, the stored version is removed, because it may be wrong. */
  read(version: string | undefined): void {
    this.#value = version;
    this.#restartSuspected = version === undefined;
    this.#notBefore = this.#clock.monotonicTime() + (version === undefined ? retryPauseMs : pauseMs);
  }
}
