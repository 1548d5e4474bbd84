/** Both clocks at one time, in milliseconds: monotonic time from an arbitrary start, wall time since 1970. */
export interface Moment {
  readonly monotonic: number;
  readonly wall: number;
}

/** A period in which the wall clock advanced more than the monotonic one: the machine slept, or its clock was set forward. */
interface Gap {
  /** Monotonic time (ms) of the last round before the gap. */
  readonly after: number;
  readonly ms: number;
}

/** The clocks at the end of a round, and earlier gaps between them. */
export interface Clocks extends Moment {
  /** Oldest first. */
  readonly gaps: readonly Gap[];
}

/** Smaller differences (ms) are ordinary corrections of the wall clock. */
const leastGapMs = 2_000;
/** Maximum number of gaps; values from before the dropped gaps are too old to be kept anyway. */
const maximumGaps = 16;

/** Returns the clocks after one more round. */
export function nextClocks(before: Clocks | undefined, now: Moment): Clocks {
  const { monotonic, wall } = now;
  const ms = gapSince(before, now);
  const gaps = before?.gaps ?? [];
  if (before === undefined || ms === 0) return { monotonic, wall, gaps };
  return { monotonic, wall, gaps: [...gaps, { after: before.monotonic, ms }].slice(-maximumGaps) };
}

/**
 * Returns the current time for computing ages. The monotonic clock stops while the machine sleeps, and the wall clock can
 * be set, so the one that advanced more since the last round is used. A clock that was set forward makes values appear too
 * old until the next round, but they never appear too young.
 */
export function ageTime(clocks: Clocks | undefined, now: Moment): number {
  return now.monotonic + gapSince(clocks, now);
}

/** Converts a past monotonic time (ms) to the time scale of {@link ageTime}, on which the last round has its monotonic time. */
export function pastAgeTime({ monotonic, gaps }: Clocks, at: number): number {
  if (at >= monotonic) return at;
  return gaps.filter(({ after }) => after >= at).reduce((time, { ms }) => time - ms, at);
}

/** Returns how much more (ms) the wall clock advanced than the monotonic one between two times; 0 for ordinary corrections. */
export function gapSince(before: Moment | undefined, now: Moment): number {
  if (before === undefined) return 0;
  const ms = now.wall - before.wall - (now.monotonic - before.monotonic);
  return ms < leastGapMs ? 0 : ms;
}
