import { durationMs, evaluate, type Labels, type Point, type Series } from './promql-evaluate.ts';

/** A rule as it stands in the file. */
export interface Rule {
  readonly alert?: string | undefined;
  readonly record?: string | undefined;
  readonly expr: string;
  readonly for: string;
  readonly keep_firing_for: string;
  readonly labels: Readonly<Record<string, string>>;
}

interface Active {
  readonly since: number;
  firingUntil: number;
}

const withoutName = ({ __name__: _name, ...labels }: Labels): Labels => labels;
const keyOf = (labels: Labels): string =>
  JSON.stringify(Object.entries(labels).sort(([one], [other]) => (one < other ? -1 : 1)));

/**
 * Evaluates rules one after the other at every step, as Prometheus does: what is recorded stays and ends, alerts wait for `for` and go
 * on for `keep_firing_for`. Gives everything there is at the end, with the series `ALERTS` of what fires.
 */
export class RuleSimulation {
  readonly #rules: readonly Rule[];
  readonly #given: readonly Series[];
  readonly #made = new Map<string, { labels: Labels; points: Point[] }>();
  readonly #active = new Map<string, Active>();
  readonly #stepMs: number;
  #next = 0;

  constructor(rules: readonly Rule[], given: readonly Series[], stepMs: number) {
    this.#rules = rules;
    this.#given = given;
    this.#stepMs = stepMs;
  }

  /** Goes on to a time (ms); times may only grow. */
  seriesAt(time: number): readonly Series[] {
    for (; this.#next <= time; this.#next += this.#stepMs)
      for (const rule of this.#rules) this.#evaluate(rule, this.#next);
    return this.#all();
  }

  #all(): readonly Series[] {
    return [...this.#given, ...this.#made.values()];
  }

  #evaluate(rule: Rule, at: number): void {
    const value = evaluate(rule.expr, this.#all(), at);
    if (typeof value === 'number') throw new Error(`a number: ${rule.expr}`);
    if (rule.record !== undefined) {
      const name = rule.record;
      this.#write(
        name,
        value.map((sample) => ({ labels: { ...withoutName(sample.labels), __name__: name }, value: sample.value })),
        at,
      );
      return;
    }
    const found = value.map((sample) => ({
      ...withoutName(sample.labels),
      ...rule.labels,
      alertname: rule.alert ?? '',
    }));
    const firing = this.#firing(rule, found, at);
    const samples = firing.map((labels) => ({
      labels: { ...labels, __name__: 'ALERTS', alertstate: 'firing' },
      value: 1,
    }));
    this.#write(`ALERTS ${rule.alert}`, samples, at);
  }

  #firing(rule: Rule, found: readonly Labels[], at: number): readonly Labels[] {
    const keys = new Map(found.map((labels) => [keyOf(labels), labels]));
    for (const key of keys.keys()) {
      const active = this.#active.get(key) ?? { since: at, firingUntil: -1 };
      if (at - active.since >= durationMs(rule.for)) active.firingUntil = at + durationMs(rule.keep_firing_for);
      this.#active.set(key, active);
    }
    for (const [key, { firingUntil }] of this.#active)
      if (JSON.parse(key).some(([label, text]: [string, string]) => label === 'alertname' && text === rule.alert))
        if (!keys.has(key) && firingUntil < at) this.#active.delete(key);
    return [...this.#active]
      .map(([key, active]) => ({ labels: Object.fromEntries(JSON.parse(key)) as Labels, active }))
      .filter(({ labels, active }) => labels['alertname'] === rule.alert && active.firingUntil >= at)
      .map(({ labels }) => labels);
  }

  #write(owner: string, samples: readonly { labels: Labels; value: number }[], at: number): void {
    const seen = new Set<string>();
    for (const { labels, value } of samples) {
      const key = `${owner} ${keyOf(labels)}`;
      const series = this.#made.get(key) ?? { labels, points: [] };
      series.points.push({ at, value });
      this.#made.set(key, series);
      seen.add(key);
    }
    for (const [key, { points }] of this.#made)
      if (key.startsWith(`${owner} `) && !seen.has(key) && points.at(-1)?.stale !== true)
        points.push({ at, value: Number.NaN, stale: true });
  }
}
