import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { stylesOf } from '../../deploy/rules/cases/case.ts';
import { cases } from '../../deploy/rules/cases/index.ts';
import { durationMs, evaluate } from '../support/promql-evaluate.ts';
import type { Point, Series } from '../support/promql-series.ts';
import { momentsOf, readSeries } from '../support/rule-cases.ts';
import { ruleFileSchema } from '../support/rule-file.ts';
import { RuleSimulation } from '../support/rule-simulation.ts';

const top = fileURLToPath(new URL('../..', import.meta.url));
/** Reads YAML with all scalars as text, as promtool does: `0x20` is not a number. */
const read = (path: string): unknown => parse(readFileSync(join(top, path), 'utf8'), { schema: 'failsafe' });

const rules = ['alerts.yml', 'recording.yml'].map((file) =>
  ruleFileSchema.parse(read(`deploy/prometheus/rules/${file}`)).groups.flatMap((group) => group.rules),
);
const [alertRules = [], recordings = []] = rules;
/** All rules in file order: recording rules before the alerts that use them. */
const allRules = [...recordings, ...alertRules];

const stepMs = 30_000;

/** Cases with at most two PBXs and 45 minutes, each in one style. promtool checks all cases in both styles. */
const short = cases.filter(
  ({ courses, interval, firing }) =>
    interval === undefined && courses.length <= 2 && Object.keys(firing).every((time) => durationMs(time) <= 2_700_000),
);

describe('what promtool says of the cases holds by an evaluation of our own', () => {
  test.each(short.map((one, index) => [one.name, one, index] as const))('%s', (_name, one, index) => {
    const styles = stylesOf(one);
    for (const { time, firing, expected } of momentsOf(allRules, one, styles[index % styles.length] ?? 'probe'))
      expect([time, ...firing]).toEqual([time, ...expected]);
  });
});

/** Series of two exporters with the same PBXs, one of which got a different site a minute ago. */
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

const ofTwoExporters = new RuleSimulation(allRules, pageOfTwoExporters(), stepMs).seriesAt(59 * stepMs);

test.each(allRules.map((rule) => [rule.alert ?? rule.record ?? '', rule.expr]))(
  '%s can be evaluated where two exporters show one PBX and its labels have just changed',
  (_name, expr) => {
    const at = 59 * stepMs;
    expect(() => evaluate(expr, ofTwoExporters, at)).not.toThrow();
  },
);
