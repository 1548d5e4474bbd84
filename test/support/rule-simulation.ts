import { durationMs, evaluate } from './promql-evaluate.ts';
import { type Labels, type Point, type Series, SeriesStore } from './promql-series.ts';

/** A rule as written in the rule file. */
export interface Rule {
  readonly alert?: string | undefined;
  readonly record?: string | undefined;
  readonly expr: string;
  readonly for: string;
  readonly keep_firing_for: string;
  readonly labels: Readonly<Record<string, string>>;
}

interface Active {
  readonly labels: Labels;
  readonly since: number;
  firingUntil: number;
}

/** The series and active alerts of one rule so far, by labels. */
interface Made {
  readonly series: Map<string, { readonly labels: Labels; readonly points: Point[] }>;
  readonly active: Map<string, Active>;
}

const withoutName = ({ __name__: _name, ...labels }: Labels): Labels => labels;
const keyOf = (labels: Labels): string =>
  JSON.stringify(Object.entries(labels).sort(([one], [other]) => (one < other ? -1 : 1)));

/**
 * Evaluates rules sequentially at every step, as Prometheus does: recorded series become stale when they end, and alerts honour `for` and
 * `keep_firing_for`. The result includes the series `ALERTS` of firing alerts.
 */
export class RuleSimulation {
  readonly #rules: readonly (readonly [Rule, Made])[];
  readonly #store: SeriesStore;
  readonly #stepMs: number;
  #next = 0;

  constructor(rules: readonly Rule[], given: readonly Series[], stepMs: number) {
    this.#rules = rules.map((rule) => [rule, { series: new Map(), active: new Map() }]);
    this.#store = new SeriesStore(given);
    this.#stepMs = stepMs;
  }

  /** Evaluates the rules up to a time (ms) and returns all series. Times must not decrease between calls. */
  seriesAt(time: number): SeriesStore {
    for (; this.#next <= time; this.#next += this.#stepMs)
      for (const [rule, made] of this.#rules) this.#evaluate(rule, made, this.#next);
    return this.#store;
  }

  #evaluate(rule: Rule, made: Made, at: number): void {
    const value = evaluate(rule.expr, this.#store, at);
    if (typeof value === 'number') throw new Error(`a number: ${rule.expr}`);
    const { record, alert = '' } = rule;
    if (record !== undefined) {
      const samples = value.map((sample) => ({
        labels: { ...withoutName(sample.labels), __name__: record },
        value: sample.value,
      }));
      this.#write(made, samples, at);
      return;
    }
    const found = value.map(({ labels }) => ({ ...withoutName(labels), ...rule.labels, alertname: alert }));
    const samples = firing(rule, made, found, at).map((labels) => ({
      labels: { ...labels, __name__: 'ALERTS', alertstate: 'firing' },
      value: 1,
    }));
    this.#write(made, samples, at);
  }

  #write({ series }: Made, samples: readonly { readonly labels: Labels; readonly value: number }[], at: number): void {
    const seen = new Set<string>();
    for (const { labels, value } of samples) {
      const key = keyOf(labels);
      const own = series.get(key) ?? { labels, points: [] };
      if (!series.has(key)) this.#store.add(own);
      series.set(key, own);
      own.points.push({ at, value });
      seen.add(key);
    }
    for (const [key, { points }] of series)
      if (!seen.has(key) && points.at(-1)?.stale !== true) points.push({ at, value: Number.NaN, stale: true });
  }
}

function firing(rule: Rule, { active }: Made, found: readonly Labels[], at: number): readonly Labels[] {
  const keys = new Map(found.map((labels) => [keyOf(labels), labels]));
  for (const [key, labels] of keys) {
    const one = active.get(key) ?? { labels, since: at, firingUntil: -1 };
    if (at - one.since >= durationMs(rule.for)) one.firingUntil = at + durationMs(rule.keep_firing_for);
    active.set(key, one);
  }
  for (const [key, { firingUntil }] of active) if (!keys.has(key) && firingUntil < at) active.delete(key);
  return [...active.values()].filter(({ firingUntil }) => firingUntil >= at).map(({ labels }) => labels);
}
