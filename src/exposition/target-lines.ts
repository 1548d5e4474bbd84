import type { Histogram } from '../snapshot/call-quality.ts';
import { Block } from './gzip/block.ts';
import { escapeLabelValue } from './escape.ts';
import { targetMetrics, type TargetMetricName } from './metric-table.ts';

/** Place of each metric of a target in the table. */
const places: ReadonlyMap<string, number> = new Map(targetMetrics.map((metric, index) => [metric.name, index]));

/** `name="value"`, or several of them. */
export type LabelText = string;

/** Writes one label. */
export function label(name: string, value: string): LabelText {
  return `${name}="${escapeLabelValue(value)}"`;
}

/**
 * Collects the sample lines of one target, metric by metric. A sample line is the same in both formats: counters carry
 * `_total` in both, and no timestamps are written.
 */
export class TargetLines {
  readonly #texts: string[] = Array.from(targetMetrics, () => '');
  /** Ready-made label `pbx`, the first one of every line. */
  readonly #pbx: LabelText;

  constructor(pbx: string) {
    this.#pbx = label('pbx', pbx);
  }

  /** Adds a line. Nothing is written for a value that was not read (undefined) or is no finite number. */
  add(name: TargetMetricName, labels: LabelText, value: number | boolean | undefined): void {
    const number = Number(value ?? Number.NaN);
    if (!Number.isFinite(number)) return;
    const place = places.get(name) ?? -1;
    const separator = labels === '' ? '' : ',';
    this.#texts[place] = `${this.#texts[place] ?? ''}${name}{${this.#pbx}${separator}${labels}} ${number}\n`;
  }

  /** Adds the lines of a histogram, whose buckets end at these bounds. */
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
   * The lines of each metric; undefined if a metric has none. Most metrics of a healthy PBX do not change from round
   * to round: their `previous` block is kept, and its compressed form with it.
   */
  blocks(previous: readonly (Block | undefined)[] = []): readonly (Block | undefined)[] {
    return this.#texts.map((text, index) => (text === '' ? undefined : Block.replacing(previous[index], text)));
  }
}
