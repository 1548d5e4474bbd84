import type { Labels, Point, Sample, Value } from './promql-series.ts';

/** Returns the labels without the metric name. */
function unnamed({ __name__: _name, ...labels }: Labels): Labels {
  return labels;
}

function picked(labels: Labels, names: readonly string[]): Labels {
  return Object.fromEntries(names.flatMap((name) => (labels[name] === undefined ? [] : [[name, labels[name]]])));
}

/** Returns the grouping key of a series: the values of the given labels. A missing label counts as empty. */
function keyBy(labels: Labels, names: readonly string[]): string {
  let key = '';
  for (const name of names) key += `${labels[name] ?? ''}\n`;
  return key;
}

function quantile(share: number, values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const rank = share * (sorted.length - 1);
  const [low = Number.NaN, high = Number.NaN] = [sorted[Math.floor(rank)], sorted[Math.ceil(rank)]];
  return low + (high - low) * (rank - Math.floor(rank));
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

const aggregations: Readonly<Record<string, (values: readonly number[], parameter: number) => number>> = {
  max: (values) => Math.max(...values),
  min: (values) => Math.min(...values),
  sum,
  avg: (values) => sum(values) / values.length,
  count: (values) => values.length,
  group: () => 1,
  quantile: (values, parameter) => quantile(parameter, values),
};

/** Evaluates an aggregation such as `max by (pbx) (...)`. */
export function aggregate(
  operator: string,
  { by, parameter, vector }: { by: readonly string[]; parameter: number; vector: readonly Sample[] },
): readonly Sample[] {
  if (operator === 'topk') return topk(parameter, by, vector);
  const compute = aggregations[operator];
  if (compute === undefined) throw new Error(`not supported: ${operator}`);
  const groups = Map.groupBy(vector, ({ labels }) => keyBy(labels, by));
  return [...groups.values()].map((samples) => ({
    labels: picked(samples[0]?.labels ?? {}, by),
    value: compute(
      samples.map(({ value }) => value),
      parameter,
    ),
  }));
}

/** Returns the greatest samples of each group, with all their labels. */
function topk(count: number, by: readonly string[], vector: readonly Sample[]): readonly Sample[] {
  const groups = Map.groupBy(vector, ({ labels }) => keyBy(labels, by));
  return [...groups.values()].flatMap((samples) =>
    [...samples].sort((one, other) => other.value - one.value).slice(0, count),
  );
}

interface RangeOptions {
  readonly parameter: number;
  readonly windowMs: number;
}

const values = (points: readonly Point[]): readonly number[] => points.map(({ value }) => value);

/** Functions of a range of one series; undefined if Prometheus returns no sample. */
export const overTime: Readonly<
  Record<string, (points: readonly Point[], options: RangeOptions) => number | undefined>
> = {
  last_over_time: (points) => points.at(-1)?.value,
  avg_over_time: (points) => sum(values(points)) / points.length,
  max_over_time: (points) => Math.max(...values(points)),
  min_over_time: (points) => Math.min(...values(points)),
  sum_over_time: (points) => sum(values(points)),
  count_over_time: (points) => points.length,
  present_over_time: () => 1,
  quantile_over_time: (points, { parameter }) => quantile(parameter, values(points)),
  changes: (points) => points.filter(({ value }, index) => index > 0 && value !== points[index - 1]?.value).length,
  increase: (points, { windowMs }) => increase(points, windowMs),
  rate(points, { windowMs }) {
    const risen = increase(points, windowMs);
    return risen === undefined ? undefined : (risen * 1_000) / windowMs;
  },
};

/** Returns the increase between the first and the last point, corrected for counter resets and extrapolated to both ends of the range. */
function increase(points: readonly Point[], windowMs: number): number | undefined {
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined || points.length < 2) return undefined;
  const risen = points.slice(1).reduce((total, { value }, index) => {
    const before = points[index]?.value ?? 0;
    return total + (value < before ? value : value - before);
  }, 0);
  return (risen * windowMs) / (last.at - first.at);
}

/** Functions of one instant value. */
export const simpleFunctions: Readonly<Record<string, (value: Value) => Value>> = {
  absent: (value) => (typeof value !== 'number' && value.length === 0 ? [{ labels: {}, value: 1 }] : []),
  scalar: (value) => (typeof value !== 'number' && value.length === 1 ? (value[0]?.value ?? Number.NaN) : Number.NaN),
  vector: (value) => (typeof value === 'number' ? [{ labels: {}, value }] : value),
  abs: (value) => mapped(value, Math.abs),
  ceil: (value) => mapped(value, Math.ceil),
  floor: (value) => mapped(value, Math.floor),
};

function mapped(value: Value, change: (number: number) => number): Value {
  if (typeof value === 'number') return change(value);
  return value.map((sample) => ({
    labels: unnamed(sample.labels),
    value: change(sample.value),
  }));
}

const arithmetic: Readonly<Record<string, (left: number, right: number) => number>> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '/': (left, right) => left / right,
};
const comparisons: Readonly<Record<string, (left: number, right: number) => boolean>> = {
  '==': (left, right) => left === right,
  '!=': (left, right) => left !== right,
  '>': (left, right) => left > right,
  '<': (left, right) => left < right,
  '>=': (left, right) => left >= right,
  '<=': (left, right) => left <= right,
};

/** Both operands of a binary operator and how they are matched. */
export interface Operands {
  readonly left: Value;
  readonly right: Value;
  readonly bool: boolean;
  readonly on?: readonly string[];
  readonly ignoring?: readonly string[];
  /** Labels copied from the right side, which must have exactly one series per match. */
  readonly groupLeft?: readonly string[];
}

/** Evaluates a binary operator. Throws if the match is not unique, as Prometheus does. */
export function binary(operator: string, operands: Operands): Value {
  const { left, right } = operands;
  if (['and', 'or', 'unless'].includes(operator)) return setOperation(operator, operands);
  if (typeof left === 'number' && typeof right === 'number') return compute(operator, left, right, true) ?? Number.NaN;
  if (typeof left === 'number' || typeof right === 'number') return withNumber(operator, operands);
  return join(operator, operands, { left, right });
}

/** Returns the result for two numbers; undefined if a comparison filters the sample out. */
function compute(operator: string, left: number, right: number, bool: boolean): number | undefined {
  const calculation = arithmetic[operator];
  if (calculation !== undefined) return calculation(left, right);
  const comparison = comparisons[operator];
  if (comparison === undefined) throw new Error(`not supported: ${operator}`);
  if (bool) return Number(comparison(left, right));
  return comparison(left, right) ? left : undefined;
}

function withNumber(operator: string, { left, right, bool }: Operands): readonly Sample[] {
  const vector = typeof left === 'number' ? right : left;
  const keepsName = !bool && operator in comparisons;
  return (vector as readonly Sample[]).flatMap((sample) => {
    const [one, other] = [
      typeof left === 'number' ? left : sample.value,
      typeof right === 'number' ? right : sample.value,
    ];
    const value = compute(operator, one, other, bool);
    if (value === undefined) return [];
    const kept = operator in comparisons && !bool ? sample.value : value;
    return [
      {
        labels: keepsName ? sample.labels : unnamed(sample.labels),
        value: kept,
      },
    ];
  });
}

function signature({ on, ignoring = [] }: Operands, { labels }: Sample): string {
  if (on !== undefined) return keyBy(labels, on);
  const names = Object.keys(labels).filter((name) => name !== '__name__' && !ignoring.includes(name));
  return JSON.stringify(names.toSorted().map((name) => [name, labels[name]]));
}

function join(
  operator: string,
  operands: Operands,
  { left, right }: { left: readonly Sample[]; right: readonly Sample[] },
): readonly Sample[] {
  const { on, groupLeft, bool } = operands;
  const ones = new Map<string, Sample>();
  for (const sample of right) {
    const key = signature(operands, sample);
    if (ones.has(key)) throw new Error(`many-to-many matching: several series on the right side for ${key}`);
    ones.set(key, sample);
  }
  const used = new Set<string>();
  return left.flatMap((sample) => {
    const key = signature(operands, sample);
    const other = ones.get(key);
    if (other === undefined) return [];
    if (groupLeft === undefined && used.has(key))
      throw new Error(`many-to-one matching without group_left: several series on the left side for ${key}`);
    used.add(key);
    const value = compute(operator, sample.value, other.value, bool);
    if (value === undefined) return [];
    const own = groupLeft === undefined && on !== undefined ? picked(sample.labels, on) : unnamed(sample.labels);
    return [{ labels: { ...own, ...picked(other.labels, groupLeft ?? []) }, value }];
  });
}

function setOperation(operator: string, operands: Operands): readonly Sample[] {
  const { left, right } = operands;
  if (typeof left === 'number' || typeof right === 'number') throw new Error(`${operator} takes vectors`);
  const keys = (vector: readonly Sample[]): Set<string> => new Set(vector.map((sample) => signature(operands, sample)));
  if (operator === 'or') {
    const known = keys(left);
    return [...left, ...right.filter((sample) => !known.has(signature(operands, sample)))];
  }
  const known = keys(right);
  return left.filter((sample) => known.has(signature(operands, sample)) === (operator === 'and'));
}
