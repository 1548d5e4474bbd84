import type { Samples } from '../exporter/samples.ts';
import { quantile } from '../statistics.ts';

/** How long rounds took and how well they kept their schedule; times in milliseconds. */
export interface WatchedRounds {
  readonly rounds: number;
  readonly roundMedianMs: number;
  readonly roundP99Ms: number;
  /** How far the start of a round was from one interval after the one before. */
  readonly skewMedianMs: number;
  readonly skewP99Ms: number;
}

/** Collects every round that scrapes have shown; there are several scrapes between two rounds. */
export class RoundWatch {
  readonly #intervalMs: number;
  readonly #durations: number[] = [];
  readonly #deviations: number[] = [];
  readonly #starts = new Map<string, number>();

  /** @param intervalMs Time from the start of a round to the start of the next one, as configured. */
  constructor(intervalMs: number) {
    this.#intervalMs = intervalMs;
  }

  /** Takes note of the rounds on a page; living PBXs only. */
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

  /** Of all rounds seen so far. */
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
