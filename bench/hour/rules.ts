import { lowestOfEach, type Point, quarterPeaks, riseOf, secondHalf } from './flatness.ts';
import { hourPlan, isSettled } from './plan.ts';
import type { HourResult } from './result.ts';
import type { Sample } from './watch.ts';

/** One requirement of the hour, and whether it was met. */
export interface Verdict {
  readonly rule: string;
  readonly measured: string;
  readonly limit: string;
  /** undefined if the run was too short to judge. */
  readonly kept: boolean | undefined;
}

/**
 * Maximum rise of the trend line of resident memory over the second half, as a share of the mean. In trials, memory varied between 200 and
 * 440 MB: PBXs with faults send responses of up to 32 MiB, and the amount kept by the allocator is random. Therefore, this detects only
 * large leaks (about 3 kB per round); small ones are visible in the heap, which contains everything that we keep.
 */
const largestRise = 0.25;
/** Maximum rise of the heap. The lowest heap of each minute depends on the exact time of garbage collection. */
const largestHeapRise = 0.1;
/** Tolerated increase of open handles in calm periods, as a share plus a number; a larger increase is not accidental. */
const handleSlack = { share: 0.1, number: 10 } as const;

/** Checks all requirements. */
export function judge(result: HourResult): readonly Verdict[] {
  return [...judgeWork(result), ...judgeLogins(result), ...judgeGrowth(result)];
}

function judgeWork({ scrapes, visits, edits, mistakes, ending, settled }: HourResult): readonly Verdict[] {
  return [
    counted('scrapes that failed, showed a wrong page, or took longer than 10 s', scrapes.failed, 0),
    counted('other unexpected answers', visits.unexpected, 0),
    counted('reloads with an unexpected answer', edits.unexpected, 0),
    counted('log lines about internal errors', mistakes.length, 0),
    counted('PBXs neither up nor suspended by the login guard at the end', settled.down.length, 0),
    {
      rule: 'exit code after SIGTERM',
      measured: `${ending.code ?? 'killed'} after ${(ending.afterMs / 1000).toFixed(1)} s`,
      limit: '0 within 10 s',
      kept: ending.code === 0 && ending.afterMs <= 10_000,
    },
  ];
}

function judgeLogins({ ledgers, sessionsLeft, edits, worstExcess }: HourResult): readonly Verdict[] {
  return [
    counted('times that a PBX locked the exporter out', ledgers.bans, 0),
    counted('logins refused, at most three for each password mistyped on purpose', ledgers.loginsRefused, {
      most: 3 * edits.mistyped,
    }),
    counted('logins without a reason on any PBX', worstExcess.logins, 0),
    counted('sessions on any PBX beyond one, except those lost through a fault', worstExcess.sessions, 0),
    counted('sessions left on the PBXs after the end', sessionsLeft, 0),
  ];
}

function judgeGrowth({ samples, periods, loadMs }: HourResult): readonly Verdict[] {
  const points = (value: (sample: Sample) => number): readonly Point[] =>
    samples.map((sample) => [sample.atMs, value(sample)] as const);
  const settled = (value: (sample: Sample) => number): readonly Point[] =>
    points(value).filter(([at]) => isSettled(at, periods));
  const judged = loadMs >= hourPlan.shortestJudgedMinutes * 60_000;
  const late = (all: readonly Point[]): readonly Point[] => secondHalf(all, loadMs);
  const verdicts = [
    checkGrowth('resident memory', late(points(({ residentBytes }) => residentBytes)), largestRise),
    checkGrowth(
      'lowest heap of each minute',
      lowestOfEach(late(points(({ heapBytes }) => heapBytes)), 60_000),
      largestHeapRise,
    ),
    checkGrowth(
      'lowest buffers outside the heap of each minute',
      lowestOfEach(late(points(({ externalBytes }) => externalBytes)), 60_000),
      largestRise,
    ),
    peaked(
      'open handles in calm periods',
      settled(({ handles }) => handles),
      loadMs,
    ),
    peaked(
      'timers in calm periods',
      settled(({ timers }) => timers),
      loadMs,
    ),
    peaked(
      'threads',
      points(({ threads }) => threads),
      loadMs,
    ),
  ];
  return judged ? verdicts : verdicts.map((verdict) => ({ ...verdict, kept: undefined }));
}

function counted(rule: string, measured: number, limit: 0 | { readonly most: number }): Verdict {
  const most = limit === 0 ? 0 : limit.most;
  return { rule, measured: measured.toLocaleString('en'), limit: String(most), kept: measured <= most };
}

function checkGrowth(what: string, points: readonly Point[], largest: number): Verdict {
  const rise = riseOf(points);
  return {
    rule: `${what}: rise of the fitted line over the second half`,
    measured: `${(rise * 100).toFixed(1)} %`,
    limit: `${(largest * 100).toFixed(0)} %`,
    kept: rise <= largest,
  };
}

function peaked(what: string, points: readonly Point[], totalMs: number): Verdict {
  const { second, last } = quarterPeaks(points, totalMs);
  const limit = Math.ceil(second * (1 + handleSlack.share)) + handleSlack.number;
  return {
    rule: `${what}: maximum in the last quarter (in the second quarter: ${second})`,
    measured: String(last),
    limit: String(limit),
    kept: last <= limit,
  };
}
