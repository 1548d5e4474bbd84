/** A measured value at a time. */
export type Point = readonly [at: number, value: number];

/**
 * Returns the rise of the values from the first to the last time, as a share of their mean: 0.05 is five percent. It fits a
 * line by least squares, so that no single value dominates. NaN for fewer than three points or a mean of 0.
 */
export function riseOf(points: readonly Point[]): number {
  if (points.length < 3) return Number.NaN;
  const [meanAt, mean] = [meanOf(points.map(([at]) => at)), meanOf(points.map(([, value]) => value))];
  const products = meanOf(points.map(([at, value]) => (at - meanAt) * (value - mean)));
  const squares = meanOf(points.map(([at]) => (at - meanAt) ** 2));
  const times = points.map(([at]) => at);
  return ((products / squares) * (Math.max(...times) - Math.min(...times))) / mean;
}

/** Returns the points in the second half of a period of `totalMs`. */
export function secondHalf(points: readonly Point[], totalMs: number): readonly Point[] {
  return points.filter(([at]) => at >= totalMs / 2 && at < totalMs);
}

/**
 * Returns the lowest value of each period of `everyMs`, in order. A heap grows until garbage collection, so only the size
 * after a collection shows how much is really in use.
 */
export function lowestOfEach(points: readonly Point[], everyMs: number): readonly Point[] {
  const lowest = new Map<number, Point>();
  for (const point of points) {
    const stretch = Math.floor(point[0] / everyMs);
    const known = lowest.get(stretch);
    if (known === undefined || point[1] < known[1]) lowest.set(stretch, point);
  }
  return [...lowest.values()];
}

/** Returns the maximum values in the second and the last quarter of a period of `totalMs`; NaN if there are none. */
export function quarterPeaks(
  points: readonly Point[],
  totalMs: number,
): { readonly second: number; readonly last: number } {
  const peak = (quarter: number): number => {
    const values = points.filter(([at]) => Math.floor((at / totalMs) * 4) === quarter).map(([, value]) => value);
    return values.length === 0 ? Number.NaN : Math.max(...values);
  };
  return { second: peak(1), last: peak(3) };
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
