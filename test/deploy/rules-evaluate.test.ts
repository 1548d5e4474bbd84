import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { durationMs, evaluate, type Labels, type Point, type Series } from '../support/promql-evaluate.ts';

const top = fileURLToPath(new URL('../..', import.meta.url));
/** All scalars as text, as promtool reads them: `0x20` is no number. */
const read = (path: string): unknown => parse(readFileSync(join(top, path), 'utf8'), { schema: 'failsafe' });

const ruleFile = z.object({
  groups: z.array(
    z.object({
      rules: z.array(
        z.object({
          alert: z.string().optional(),
          record: z.string().optional(),
          expr: z.string(),
          for: z.string().default('0s'),
          keep_firing_for: z.string().default('0s'),
          labels: z.record(z.string(), z.string()).default({}),
        }),
      ),
    }),
  ),
});
const rules = ['alerts.yml', 'recording.yml'].flatMap((file) =>
  ruleFile.parse(read(`deploy/prometheus/rules/${file}`)).groups.flatMap((group) => group.rules),
);
const alerts = rules.filter(({ alert }) => alert !== undefined);
const recordings = rules.filter(({ record }) => record !== undefined);

const labels = z.record(z.string(), z.coerce.string()).default({});
const testFile = z.object({
  tests: z.array(
    z.object({
      name: z.string(),
      interval: z.string(),
      input_series: z.array(z.object({ series: z.string(), values: z.string() })),
      alert_rule_test: z
        .array(
          z.object({
            alertname: z.string(),
            eval_time: z.string(),
            exp_alerts: z.array(z.object({ exp_labels: labels })),
          }),
        )
        .default([]),
    }),
  ),
});
const cases = testFile.parse(read('deploy/prometheus/alerts.test.yml')).tests;
const stepMs = 30_000;

/** `pbx_up{pbx="hq"}` */
function readSeries(text: string): Labels {
  const [, name = '', inside = ''] = /^([\w:]+)(?:\{(.*)\})?$/.exec(text) ?? [];
  const pairs = [...inside.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, label = '', value = '']) => [label, value]);
  return { ...Object.fromEntries(pairs), __name__: name };
}

/** `1x4 0+30x30 _x20`, as promtool writes values: each is followed by so many more. */
function readValues(text: string, intervalMs: number): readonly Point[] {
  const found: (number | undefined)[] = [];
  for (const part of text.trim().split(/\s+/)) {
    const [, first = '', step = '0', times = '0'] = /^(_|-?[\d.]+)([+-][\d.]+)?(?:x(\d+))?$/.exec(part) ?? [];
    const count = first === '_' ? Math.max(1, Number(times)) : Number(times) + 1;
    for (let index = 0; index < count; index += 1)
      found.push(first === '_' ? undefined : Number(first) + index * Number(step));
  }
  return found.flatMap((value, index) => (value === undefined ? [] : [{ at: index * intervalMs, value }]));
}

/** The series of a case, and those that the recording rules make of them where `expression` uses any. */
function seriesOf(one: (typeof cases)[number], expression: string, untilMs: number): readonly Series[] {
  const given = one.input_series.map(({ series, values }) => ({
    labels: readSeries(series),
    points: readValues(values, durationMs(one.interval)),
  }));
  const wanted = recordings.filter(({ record = '' }) => expression.includes(record));
  return [...given, ...wanted.flatMap((rule) => recorded(rule, given, untilMs))];
}

function recorded(
  { record = '', expr }: { readonly record?: string | undefined; readonly expr: string },
  given: readonly Series[],
  untilMs: number,
): readonly Series[] {
  const made = new Map<string, { labels: Labels; points: Point[] }>();
  for (let at = 0; at <= untilMs; at += stepMs) {
    const value = evaluate(expr, given, at);
    for (const sample of typeof value === 'number' ? [] : value) {
      const { __name__: _name, ...own } = sample.labels;
      const key = JSON.stringify(own);
      const series = made.get(key) ?? {
        labels: { ...own, __name__: record },
        points: [],
      };
      series.points.push({ at, value: sample.value });
      made.set(key, series);
    }
  }
  return [...made.values()];
}

/** The label sets with which an alert is active at a time. */
function activeAt(rule: (typeof alerts)[number], series: readonly Series[], at: number): readonly string[] {
  const value = evaluate(rule.expr, series, at);
  if (typeof value === 'number') throw new Error(`${rule.alert} gives a number`);
  return value.map((sample) => {
    const { __name__: _name, ...own } = sample.labels;
    return sorted({ ...own, ...rule.labels });
  });
}

function sorted(one: Labels): string {
  return JSON.stringify(Object.entries(one).sort(([first], [second]) => (first < second ? -1 : 1)));
}

/** The label sets with which an alert fires: active at each evaluation for as long as `for` says, or so not long ago. */
function firingAt(rule: (typeof alerts)[number], series: readonly Series[], at: number): readonly string[] {
  const [waitMs, keepMs] = [durationMs(rule.for), durationMs(rule.keep_firing_for)];
  const active = new Map<number, readonly string[]>();
  for (let time = Math.max(0, at - waitMs - keepMs); time <= at; time += stepMs)
    active.set(time, activeAt(rule, series, time));
  const ends = [...active.keys()].filter((end) => end >= waitMs && end >= at - keepMs);
  const firing = ends.flatMap((end) => {
    const times = [...active].filter(([time]) => time >= end - waitMs && time <= end);
    return (active.get(end) ?? []).filter((found) => times.every(([, labelSets]) => labelSets.includes(found)));
  });
  return [...new Set(firing)];
}

const checks = cases.flatMap((one) => one.alert_rule_test.map((check) => ({ one, check })));

describe('the cases of promtool hold by an evaluation of our own', () => {
  test.each(
    checks.map(({ one, check }) => [`${one.name}: ${check.alertname} at ${check.eval_time}`, one, check] as const),
  )('%s', (_name, one, check) => {
    const rule = alerts.find(({ alert }) => alert === check.alertname);
    if (rule === undefined) throw new Error(`no such alert: ${check.alertname}`);
    const at = durationMs(check.eval_time);
    const expected = check.exp_alerts.map(({ exp_labels: wanted }) => sorted(wanted));
    expect([...firingAt(rule, seriesOf(one, rule.expr, at), at)].sort()).toEqual(expected.sort());
  });
});

/** Two exporters that show the same PBXs, one of which has got another site a minute ago. */
function pageOfTwoExporters(): readonly Series[] {
  const page = readFileSync(join(top, 'test/exposition/golden/rich.text.prom'), 'utf8');
  const lines = page.split('\n').filter((line) => line.startsWith('pbx_'));
  const points = (value: number): readonly Point[] =>
    Array.from({ length: 60 }, (_, index) => ({ at: index * stepMs, value }));
  const series = ['one', 'two'].flatMap((instance) =>
    lines.map((line): Series => {
      const space = line.lastIndexOf(' ');
      const own = {
        ...readSeries(line.slice(0, space)),
        job: 'pbx-exporter',
        instance,
      };
      return { labels: own, points: points(Number(line.slice(space + 1))) };
    }),
  );
  const before = series
    .filter((one) => one.labels['__name__'] === 'pbx_target_info')
    .map((one) => ({
      labels: { ...one.labels, site: 'before' },
      points: one.points.slice(0, 58),
    }));
  return [...series, ...before];
}

test.each(rules.map((rule) => [rule.alert ?? rule.record ?? '', rule.expr]))(
  '%s can be evaluated where two exporters show one PBX and its labels have just changed',
  (_name, expr) => {
    const given = pageOfTwoExporters();
    const at = 59 * stepMs;
    const made = recordings
      .filter(({ record = '' }) => expr.includes(record))
      .flatMap((rule) => recorded(rule, given, at));
    expect(() => evaluate(expr, [...given, ...made], at)).not.toThrow();
  },
);
