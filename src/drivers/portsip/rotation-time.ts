import type { Log } from '../../log.ts';
import type { RoundTiming } from '../driver.ts';

/** No value is shown for longer than this, however long the walk over a tenant takes. */
const longestMs = 60 * 60_000;

/** What one round got done of the walk over all extensions. */
export interface RoundProgress {
  readonly all: number;
  readonly answered: number;
  /** Extensions for which there was no time. */
  readonly left: number;
}

/** Settings of the measure. Times in milliseconds. */
export interface RotationSettings {
  readonly timing: RoundTiming;
  readonly log: Log;
}

/** How long one walk over all extensions takes at the pace of the last undisturbed round. */
export class RotationTime {
  readonly #settings: RotationSettings;
  #milliseconds = 0;

  constructor(settings: RotationSettings) {
    this.#settings = settings;
  }

  /** Milliseconds; 0 when one round is enough. */
  get milliseconds(): number {
    return this.#milliseconds;
  }

  /** Call after each round that was not stopped by trouble. */
  update({ all, answered, left }: RoundProgress): void {
    if (left > 0 && answered === 0) return;
    const before = this.#milliseconds;
    const rounds = left === 0 ? 0 : Math.ceil(all / answered);
    this.#milliseconds = Math.min(longestMs, rounds * this.#settings.timing.intervalMs);
    const { log, timing } = this.#settings;
    const { staleAfterMs } = timing;
    if (this.#milliseconds > staleAfterMs && before <= staleAfterMs)
      log.warn('reading all extensions takes longer than stale_after, so their values are kept for that long', {
        extensions: all,
        rounds,
        seconds: Math.round(this.#milliseconds / 1000),
      });
  }
}
