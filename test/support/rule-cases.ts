import { type Case, firingIn, type Style } from '../../deploy/rules/cases/case.ts';
import { seriesOf } from '../../deploy/rules/cases/series.ts';
import { durationMs, evaluate } from './promql-evaluate.ts';
import type { Labels, Point, Series } from './promql-series.ts';
import { type Rule, RuleSimulation } from './rule-simulation.ts';

/** Time between two scrapes and between two evaluations (ms). */
export const stepMs = 30_000;

/** The firing and the expected alerts at one time of a case, as sorted names such as `PbxDown hq`. */
export interface Moment {
  readonly time: string;
  readonly firing: readonly string[];
  readonly expected: readonly string[];
}

/** Returns the simulation of a case with the given rules, with scrapes and evaluations every 30 s. `past` are series from before the case. */
export function simulationOf(
  rules: readonly Rule[],
  one: Pick<Case, 'courses' | 'interval' | 'others'>,
  style: Style,
  past: readonly Series[] = [],
): RuleSimulation {
  const given = seriesOf(one, style).map(({ series, values }) => ({
    labels: readSeries(series),
    points: readValues(values),
  }));
  return new RuleSimulation(rules, [...past, ...given], stepMs);
}

/** Returns the time (ms) of the last scrape of a case. */
export function lastScrapeOf({ courses }: Pick<Case, 'courses'>): number {
  const scrapes = courses.map(({ stretches }) => stretches.reduce((sum, [count]) => sum + count, 0));
  return (Math.max(1, ...scrapes) - 1) * stepMs;
}

/** Plays a case with the given rules. Returns the firing alerts at each time of the case. */
export function momentsOf(rules: readonly Rule[], one: Case, style: Style): readonly Moment[] {
  const simulation = simulationOf(rules, one, style);
  const others = `ALERTS{alertname!~"${['Watchdog', ...(one.besides ?? [])].join('|')}"}`;
  return Object.entries(firingIn(one, style)).map(([time, expected]) => {
    const at = durationMs(time);
    const value = evaluate(others, simulation.seriesAt(at), at);
    const firing = (typeof value === 'number' ? [] : value).map(({ labels }) => nameOf(labels));
    return { time, firing: firing.toSorted(), expected: expected.flatMap(eachOf).toSorted() };
  });
}

/** Parses a series such as `pbx_up{pbx="hq"}`. */
export function readSeries(text: string): Labels {
  const [, name = '', inside = ''] = /^([\w:]+)(?:\{(.*)\})?$/.exec(text) ?? [];
  const pairs = [...inside.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, label = '', value = '']) => [label, value]);
  return { ...Object.fromEntries(pairs), __name__: name };
}

/** Parses values in the notation of promtool, such as `1x4 0+30x30 stale _x20`: `xN` repeats a value N more times. */
function readValues(text: string): readonly Point[] {
  const found = text.trim().split(/\s+/).flatMap(valuesOf);
  return found.flatMap((value, index) => {
    const at = index * stepMs;
    if (value === undefined) return [];
    return value === 'stale' ? [{ at, value: Number.NaN, stale: true }] : [{ at, value }];
  });
}

function valuesOf(part: string): readonly (number | 'stale' | undefined)[] {
  const [, first = '', step = '0', times = '0'] = /^(_|stale|-?[\d.]+)([+-][\d.]+)?(?:x(\d+))?$/.exec(part) ?? [];
  const count = first === '_' ? Math.max(1, Number(times)) : Number(times) + 1;
  return Array.from({ length: count }, (_, index) => {
    if (first === 'stale') return first;
    return first === '_' ? undefined : Number(first) + index * Number(step);
  });
}

function nameOf({ alertname = '', pbx }: Labels): string {
  return pbx === undefined ? alertname : `${alertname} ${pbx}`;
}

/** Expands `2 PbxTrunkNotRegistered hq` to two entries. */
function eachOf(text: string): readonly string[] {
  const [, count = '1', name = ''] = /^(?:(\d+) )?(.+)$/.exec(text) ?? [];
  return Array.from({ length: Number(count) }, () => name);
}
