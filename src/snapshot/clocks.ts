/** The two clocks at one moment, in milliseconds: monotonic time from an arbitrary start, wall time since 1970. */
export interface Moment {
  readonly monotonic: number;
  readonly wall: number;
}

/** A stretch in which the wall clock went further than the monotonic one: the machine slept, or its clock was set forward. */
interface Gap {
  /** Monotonic time (ms) after which it began. */
  readonly after: number;
  readonly ms: number;
}

/** The clocks at the end of a round, and where they went apart before. */
export interface Clocks extends Moment {
  /** Oldest first. */
  readonly gaps: readonly Gap[];
}

/** What is less (ms) is the ordinary correction of a wall clock. */
const leastGapMs = 2_000;
/** What is older than so many gaps is older than any value that is kept. */
const mostGaps = 16;

/** The clocks one round later. */
export function noteClocks(before: Clocks | undefined, now: Moment): Clocks {
  const { monotonic, wall } = now;
  const ms = gapSince(before, now);
  const gaps = before?.gaps ?? [];
  if (before === undefined || ms === 0) return { monotonic, wall, gaps };
  return { monotonic, wall, gaps: [...gaps, { after: before.monotonic, ms }].slice(-mostGaps) };
}

/**
 * The current time for computing ages. The monotonic clock stops while the machine sleeps, and the wall clock can be
 * set, so the one that advanced further since the last round is used. A clock that was set forward makes values look
 * old until the next round; nothing makes them look young.
 */
export function ageTime(clocks: Clocks | undefined, now: Moment): number {
  return now.monotonic + gapSince(clocks, now);
}

/** A monotonic time (ms) of the past on the same line, where the end of the last round is what the monotonic clock said. */
export function pastAgeTime({ monotonic, gaps }: Clocks, at: number): number {
  if (at >= monotonic) return at;
  return gaps.filter(({ after }) => after >= at).reduce((time, { ms }) => time - ms, at);
}

/** By how much (ms) the wall clock has gone further than the monotonic one since then; 0 for ordinary corrections. */
export function gapSince(before: Moment | undefined, now: Moment): number {
  if (before === undefined) return 0;
  const ms = now.wall - before.wall - (now.monotonic - before.monotonic);
  return ms < leastGapMs ? 0 : ms;
}
