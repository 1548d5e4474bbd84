/** Labels of a series; the name is `__name__`. */
export type Labels = Readonly<Record<string, string>>;
/** One value of an instant vector. */
export interface Sample {
  readonly labels: Labels;
  readonly value: number;
}
/** The result of an expression: a number or a vector. */
export type Value = number | readonly Sample[];
/** One value in time; times in milliseconds. */
export interface Point {
  readonly at: number;
  readonly value: number;
  /** Whether this is a staleness marker: the next scrape or evaluation no longer had the series. */
  readonly stale?: boolean;
}
/** A series with its points in chronological order. */
export interface Series {
  readonly labels: Labels;
  readonly points: readonly Point[];
}
/** All series, indexed by name. */
export class SeriesStore {
  readonly #byName = new Map<string, Series[]>();

  constructor(series: readonly Series[] = []) {
    for (const one of series) this.add(one);
  }

  /** Adds a series; points may be appended to it later. */
  add(series: Series): void {
    const name = series.labels['__name__'] ?? '';
    const known = this.#byName.get(name);
    if (known === undefined) this.#byName.set(name, [series]);
    else known.push(series);
  }

  /** Returns the series with that name. */
  named(name: string): readonly Series[] {
    return this.#byName.get(name) ?? [];
  }
}

/** How long (ms) Prometheus uses the last value of a series as its current value. */
const lookbackMs = 300_000;

/** Returns the number of points up to and including a time (ms). */
function countUntil(points: readonly Point[], time: number): number {
  let [low, high] = [0, points.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((points[middle]?.at ?? 0) <= time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Returns the current sample of each series that has one. */
export function samplesOf(all: readonly Series[], at: number): readonly Sample[] {
  const samples: Sample[] = [];
  for (const { labels, points } of all) {
    const point = points[countUntil(points, at) - 1];
    if (point !== undefined && point.stale !== true && at - point.at < lookbackMs)
      samples.push({ labels, value: point.value });
  }
  return samples;
}

/** Returns the points after the first and up to and including the second time (ms). */
export function inside(points: readonly Point[], after: number, until: number): readonly Point[] {
  const found = points.slice(countUntil(points, after), countUntil(points, until));
  return found.some(({ stale }) => stale === true) ? found.filter(({ stale }) => stale !== true) : found;
}

/** Returns the time (ms) of the current value of a series. */
export function timeOf({ points }: Series, at: number): number {
  return points[countUntil(points, at) - 1]?.at ?? at;
}
