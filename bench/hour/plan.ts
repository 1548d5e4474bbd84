/** What the hour is made of: short intervals, so that an hour holds as many rounds as half a day does. */
export const hourPlan = {
  pbxsPerFamily: 10,
  /** Below the ports that the system gives away: a PBX that was off must find its own port free again. */
  firstPort: 21_000,
  peers: 50,
  trunks: 4,
  scrapeEveryMs: 1_000,
  /** Prometheus gives a scrape ten seconds unless it is told otherwise. */
  scrapeTimeoutMs: 10_000,
  sampleEveryMs: 10_000,
  visitEveryMs: 700,
  editEveryMs: 30_000,
  /** Times in which troubles come and go, each with a calm after it. */
  waves: 10,
  calmShare: 0.25,
  /** Longest time in which everything must be well again: the longest pause between logins is five minutes. */
  settleMs: 360_000,
  /** Shorter hours warm up for too large a part of their time. */
  shortestJudgedMinutes: 20,
} as const;

/** Families that need more than five seconds: they are asked phone by phone, or limit the requests of an address. */
const slowFamilies: ReadonlySet<string> = new Set(['mikopbx', 'portsip']);

/** Times of a target as they stand in the configuration; seconds. */
export function timesOf(family: string): {
  readonly interval: number;
  readonly timeout: number;
  readonly staleAfter: number;
} {
  return slowFamilies.has(family)
    ? { interval: 10, timeout: 8, staleAfter: 30 }
    : { interval: 5, timeout: 4, staleAfter: 15 };
}

/** A stretch of the hour; milliseconds since its start. */
export interface Period {
  readonly from: number;
  readonly to: number;
  readonly troubled: boolean;
}

/** Waves of trouble, each followed by a calm. */
export function periodsOf(totalMs: number): readonly Period[] {
  const wave = totalMs / hourPlan.waves;
  return Array.from({ length: hourPlan.waves }, (_, index) => {
    const [from, middle, to] = [index * wave, (index + 1 - hourPlan.calmShare) * wave, (index + 1) * wave];
    return [
      { from, to: middle, troubled: true },
      { from: middle, to, troubled: false },
    ];
  }).flat();
}

/** Whether the time lies in the last third of a calm, when what the troubles left behind has had time to go. */
export function isSettled(atMs: number, periods: readonly Period[]): boolean {
  return periods.some(({ from, to, troubled }) => !troubled && atMs >= to - (to - from) / 3 && atMs < to);
}
