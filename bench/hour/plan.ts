/** Parameters of the hour. Intervals are short, so that an hour has as many rounds as half a day in operation. */
export const hourPlan = {
  pbxsPerFamily: 10,
  /** Below the ephemeral ports of the system, so that a PBX that was switched off can reuse its port. */
  firstPort: 21_000,
  peers: 50,
  trunks: 4,
  scrapeEveryMs: 1_000,
  /** The default scrape timeout of Prometheus. */
  scrapeTimeoutMs: 10_000,
  sampleEveryMs: 10_000,
  visitEveryMs: 700,
  editEveryMs: 30_000,
  /** Number of periods with faults, each followed by a calm period. */
  waves: 10,
  calmShare: 0.25,
  /** Maximum time for recovery; the longest pause between logins is five minutes. */
  settleMs: 360_000,
  /** Shorter runs are not judged, because warm-up takes too large a part of them. */
  shortestJudgedMinutes: 20,
} as const;

/** Families that need more than five seconds, because they are queried phone by phone or limit requests per address. */
const slowFamilies: ReadonlySet<string> = new Set(['mikopbx', 'portsip']);

/** Returns the times of a target for the configuration, in seconds. */
export function timesOf(family: string): {
  readonly interval: number;
  readonly timeout: number;
  readonly staleAfter: number;
} {
  return slowFamilies.has(family)
    ? { interval: 10, timeout: 8, staleAfter: 30 }
    : { interval: 5, timeout: 4, staleAfter: 15 };
}

/** A period of the hour, in milliseconds since its start. */
export interface Period {
  readonly from: number;
  readonly to: number;
  readonly hasFaults: boolean;
}

/** Returns the waves of faults, each followed by a calm period. */
export function periodsOf(totalMs: number): readonly Period[] {
  const wave = totalMs / hourPlan.waves;
  return Array.from({ length: hourPlan.waves }, (_, index) => {
    const [from, middle, to] = [index * wave, (index + 1 - hourPlan.calmShare) * wave, (index + 1) * wave];
    return [
      { from, to: middle, hasFaults: true },
      { from: middle, to, hasFaults: false },
    ];
  }).flat();
}

/** Reports whether a time is in the last third of a calm period, when the effects of faults should be over. */
export function isSettled(atMs: number, periods: readonly Period[]): boolean {
  return periods.some(({ from, to, hasFaults }) => !hasFaults && atMs >= to - (to - from) / 3 && atMs < to);
}
