import type { Samples } from '../exporter/samples.ts';
import { quantile } from '../statistics.ts';

/** Durations of rounds and deviations from their schedule; times in milliseconds. */
export interface WatchedRounds {
  readonly rounds: number;
  readonly roundMedianMs: number;
  readonly roundP99Ms: number;
  /** Deviation of the start of a round from one interval after the previous start. */
  readonly skewMedianMs: number;
  readonly skewP99Ms: number;
}

/** Collects all rounds visible in scrapes. There are several scrapes between two rounds, so none is missed. */
export class RoundWatch {
  readonly #intervalMs: number;
  readonly #durations: number[] = [];
  readonly #deviations: number[] = [];
  readonly #starts = new Map<string, number>();

  /** @param intervalMs Configured time from the start of a round to the start of the next one. */
  constructor(intervalMs: number) {
    this.#intervalMs = intervalMs;
  }

  /** Records the rounds of live PBXs on a page. */
  see(samples: Samples): void {
    const durations = samples.byPbx('pbx_round_duration_seconds');
    const up = samples.byPbx('pbx_up');
    for (const [pbx, endedAt] of samples.byPbx('pbx_last_round_timestamp_seconds')) {
      const durationMs = (durations.get(pbx) ?? Number.NaN) * 1000;
      if (up.get(pbx) === 1) this.#add(pbx, endedAt * 1000 - durationMs, durationMs);
    }
  }

  #add(pbx: string, startedAt: number, durationMs: number): void {
    const before = this.#starts.get(pbx);
    if (before !== undefined && startedAt - before < 10) return;
    this.#starts.set(pbx, startedAt);
    this.#durations.push(durationMs);
    if (before !== undefined) this.#deviations.push(Math.abs(startedAt - before - this.#intervalMs));
  }

  /** Returns the result for all rounds so far. */
  result(): WatchedRounds {
    return {
      rounds: this.#durations.length,
      roundMedianMs: quantile(this.#durations, 0.5),
      roundP99Ms: quantile(this.#durations, 0.99),
      skewMedianMs: quantile(this.#deviations, 0.5),
      skewP99Ms: quantile(this.#deviations, 0.99),
    };
  }
}
