/** Labels of a series; the name is `__name__`. */
export type Labels = Readonly<Record<string, string>>;
/** One value of an instant vector. */
export interface Sample {
  readonly labels: Labels;
  readonly value: number;
}
/** What an expression gives: a number, or a vector. */
export type Value = number | readonly Sample[];
/** One value in time; times in milliseconds. */
export interface Point {
  readonly at: number;
  readonly value: number;
  /** Whether the series ended here: a scrape or a rule brought it no more. */
  readonly stale?: boolean;
}
/** A series, points in order of time. */
export interface Series {
  readonly labels: Labels;
  readonly points: readonly Point[];
}
/** All series, found by their names. */
export class SeriesStore {
  readonly #byName = new Map<string, Series[]>();

  constructor(series: readonly Series[] = []) {
    for (const one of series) this.add(one);
  }

  /** Adds a series; its points may grow later. */
  add(series: Series): void {
    const name = series.labels['__name__'] ?? '';
    const known = this.#byName.get(name);
    if (known === undefined) this.#byName.set(name, [series]);
    else known.push(series);
  }

  /** Those of one name. */
  named(name: string): readonly Series[] {
    return this.#byName.get(name) ?? [];
  }
}

/** So long (ms) Prometheus takes the last value of a series for the present one. */
const lookbackMs = 300_000;

/** How many points there are until a time (ms), itself included. */
function countUntil(points: readonly Point[], time: number): number {
  let [low, high] = [0, points.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((points[middle]?.at ?? 0) <= time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The present value of each series, where there is one. */
export function samplesOf(all: readonly Series[], at: number): readonly Sample[] {
  const samples: Sample[] = [];
  for (const { labels, points } of all) {
    const point = points[countUntil(points, at) - 1];
    if (point !== undefined && point.stale !== true && at - point.at < lookbackMs)
      samples.push({ labels, value: point.value });
  }
  return samples;
}

/** The points between two times (ms), the second one included. */
export function inside(points: readonly Point[], after: number, until: number): readonly Point[] {
  const found = points.slice(countUntil(points, after), countUntil(points, until));
  return found.some(({ stale }) => stale === true) ? found.filter(({ stale }) => stale !== true) : found;
}

/** When the present value of a series is from (ms). */
export function timeOf({ points }: Series, at: number): number {
  return points[countUntil(points, at) - 1]?.at ?? at;
}
