import type { Histogram } from '../snapshot/call-quality.ts';
import { Block } from './gzip/block.ts';
import { escapeLabelValue } from './escape.ts';
import { targetMetrics, type TargetMetricName } from './metric-table.ts';

/** Index of each metric of a target in the table. */
const places: ReadonlyMap<string, number> = new Map(targetMetrics.map((metric, index) => [metric.name, index]));

/** One or more labels as text: `name="value"`, separated by commas. */
export type LabelText = string;

/** Returns one label as text. */
export function label(name: string, value: string): LabelText {
  return `${name}="${escapeLabelValue(value)}"`;
}

/**
 * Collects the sample lines of one target, metric by metric. Sample lines are the same in both formats: counters end in
 * `_total` in both, and no timestamps are written.
 */
export class TargetLines {
  readonly #texts: string[] = Array.from(targetMetrics, () => '');
  /** The label `pbx`, which is the first one of every line. */
  readonly #pbx: LabelText;

  constructor(pbx: string) {
    this.#pbx = label('pbx', pbx);
  }

  /** Adds a line. Values that were not read (undefined) or are not finite are omitted. */
  add(name: TargetMetricName, labels: LabelText, value: number | boolean | undefined): void {
    const number = Number(value ?? Number.NaN);
    if (!Number.isFinite(number)) return;
    const place = places.get(name) ?? -1;
    const separator = labels === '' ? '' : ',';
    this.#texts[place] = `${this.#texts[place] ?? ''}${name}{${this.#pbx}${separator}${labels}} ${number}\n`;
  }

  /** Adds the lines of a histogram; `bounds` are the upper bounds of its buckets. */
  addHistogram(name: TargetMetricName, labels: LabelText, bounds: readonly number[], { counts, sum }: Histogram): void {
    const place = places.get(name) ?? -1;
    const own = labels === '' ? this.#pbx : `${this.#pbx},${labels}`;
    let count = 0;
    const buckets = [...bounds.map(String), '+Inf'].map((bound, index) => {
      count += counts[index] ?? 0;
      return `${name}_bucket{${own},le="${bound}"} ${count}\n`;
    });
    const ends = `${name}_sum{${own}} ${sum}\n${name}_count{${own}} ${count}\n`;
    this.#texts[place] = `${this.#texts[place] ?? ''}${buckets.join('')}${ends}`;
  }

  /**
   * Returns the block of each metric; undefined if a metric has no lines. Most metrics of a healthy PBX do not change from
   * round to round; then the `previous` block is reused, together with its compressed form.
   */
  blocks(previous: readonly (Block | undefined)[] = []): readonly (Block | undefined)[] {
    return this.#texts.map((text, index) => (text === '' ? undefined : Block.replacing(previous[index], text)));
  }
}
