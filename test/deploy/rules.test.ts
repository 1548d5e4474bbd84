import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { firingIn, stylesOf } from '../../deploy/rules/cases/case.ts';
import { cases, longCases, weekCases } from '../../deploy/rules/cases/index.ts';
import { texts } from '../../deploy/rules/cases/texts.ts';
import { complaintsAbout, knownMetrics } from '../support/known-metrics.ts';
import { parseExpression } from '../support/promql.ts';

const top = fileURLToPath(new URL('../..', import.meta.url));
const known = await knownMetrics();
const allCases = [...cases, ...longCases, ...weekCases];

const alertSchema = z.strictObject({
  alert: z.string().regex(/^(Pbx[A-Za-z]+|Watchdog)$/),
  expr: z.string(),
  for: z.string().regex(/^\d+[smh]$/),
  keep_firing_for: z.string().optional(),
  labels: z.strictObject({ severity: z.enum(['critical', 'warning', 'info', 'none']) }),
  annotations: z.strictObject({
    summary: z.string().min(10),
    description: z.string().min(80),
    runbook_url: z.string().regex(/\/[a-z-]+\.md$/),
    dashboard_url: z.url().optional(),
  }),
});

const isAlert = (rule: object): boolean => 'alert' in rule;
const rules = [...rulesOf('alerts.yml'), ...rulesOf('recording.yml')];
const alerts = rules.filter(isAlert).map((rule) => alertSchema.parse(rule));
const recordings = rules
  .filter((rule) => !isAlert(rule))
  .map((rule) => z.strictObject({ record: z.string().regex(/^pbx:\w+:\w+$/), expr: z.string() }).parse(rule));
const fires =
  (alert: string) =>
  (names: readonly string[]): boolean =>
    names.some((name) => name.split(' ').includes(alert));
const pageOf = (url: string): string => url.slice(url.lastIndexOf('/') + 1);

describe.each(alerts)('$alert', ({ alert, expr, annotations }) => {
  test('its expression names only metrics, labels and states that exist', () => {
    expect(complaintsAbout(expr, known)).toEqual([]);
  });

  test('so do the queries in its texts', () => {
    const queries = queriesIn(`${annotations.summary} ${annotations.description}`);
    expect(queries.flatMap((query) => complaintsAbout(query, known))).toEqual([]);
  });

  test('its runbook exists and is about it', () => {
    expect(readFileSync(join(top, 'docs/runbooks', pageOf(annotations.runbook_url)), 'utf8')).toMatch(
      new RegExp(`^# ${alert}\\b`),
    );
  });

  test('is tested, firing and not firing, and with its whole text', () => {
    const moments = allCases.flatMap(({ firing }) => Object.values(firing));
    expect(moments.some(fires(alert)) || alert === 'Watchdog').toBe(true);
    expect(moments.every(fires(alert))).toBe(false);
    expect(allCases.some(({ texts: compared = {} }) => alert in compared)).toBe(true);
    expect(texts[alert]?.length).toBeGreaterThan(0);
  });

  test('fires whoever decides when a PBX is polled', () => {
    const styles = allCases.flatMap((one) =>
      stylesOf(one).filter((style) => Object.values(firingIn(one, style)).some(fires(alert))),
    );
    const expected = new Map([
      ['PbxProbeFailing', ['probe']],
      ['Watchdog', []],
    ]);
    expect([...new Set(styles)].toSorted()).toEqual(expected.get(alert) ?? ['own schedule', 'probe']);
  });
});

describe.each(recordings)('$record', ({ expr }) => {
  test('its expression names only metrics, labels and states that exist', () => {
    expect(complaintsAbout(expr, known)).toEqual([]);
  });
});

test('every runbook belongs to an alert', () => {
  const linked = alerts.map(({ annotations }) => pageOf(annotations.runbook_url));
  const files = readdirSync(join(top, 'docs/runbooks')).filter((file) => file !== 'README.md');
  // Its alert exists only if thresholds.yml sets a limit; see rules-settings.test.ts.
  expect(files.sort()).toEqual([...new Set([...linked, 'pbx-calls-near-limit.md'])].sort());
});

test('no alert looks at a trunk or peer state that is no trouble: disabled, unknown, unmonitored', () => {
  const exprs = rulesOf('alerts.yml').map((rule) => z.object({ expr: z.string() }).parse(rule));
  const states = exprs.flatMap(({ expr }) =>
    parseExpression(expr).selectors.flatMap(({ matchers }) =>
      matchers.filter(({ label }) => label === 'state').flatMap(({ value }) => value.split('|')),
    ),
  );
  expect(states).not.toEqual([]);
  expect(states.filter((state) => ['disabled', 'unknown', 'unmonitored'].includes(state))).toEqual([]);
});

test('no two rules record one name, in whichever file: alerts would find two series where one is needed', () => {
  const files = readdirSync(join(top, 'deploy/prometheus/rules'));
  const names = files.flatMap((file) =>
    rulesOf(file).flatMap((rule) => ('record' in rule ? [String(rule.record)] : [])),
  );
  expect(names.length).toBeGreaterThan(recordings.length);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});

test('a join that two series would fail is found', () => {
  const join = 'max by (pbx) (pbx_up) * on (pbx) group_left (family) max by (pbx, family) (pbx_target_info)';
  expect(complaintsAbout(join, known)).toEqual([`may find two series where one is needed: ${join}`]);
});

test('what is recorded to be joined has one series for its keys', () => {
  const exprs = rules.flatMap((rule) => z.object({ expr: z.string() }).parse(rule).expr);
  const joins = exprs.flatMap((expr) => [...expr.matchAll(/on \((.*?)\) group_left \(.*?\) (pbx:[\w:]+)/g)]);
  const wanted = new Map(joins.map(([, keys = '', record = '']) => [record, keys]));
  expect(wanted.size).toBe(3);
  for (const [record, keys] of wanted)
    expect(recordings.find((one) => one.record === record)?.expr).toMatch(`topk by (${keys}) (1,`);
});

test('alerts of a PBX say which family and site', () => {
  const says = /group_left \(family, site|^pbx:vanished:held\b/;
  const without = alerts.filter(({ expr }) => !says.test(expr)).map(({ alert }) => alert);
  expect(without.filter((alert) => !/^(Watchdog|PbxExporter[A-Z].*)$/.test(alert))).toEqual([
    'PbxManyDown',
    'PbxCarrierDown',
  ]);
});

function rulesOf(file: string): readonly object[] {
  const text = readFileSync(join(top, 'deploy/prometheus/rules', file), 'utf8');
  const schema = z.object({ groups: z.array(z.object({ rules: z.array(z.looseObject({})) })) });
  return schema.parse(parse(text)).groups.flatMap(({ rules }) => rules);
}

function queriesIn(template: string): string[] {
  const formats = [...template.matchAll(/printf "((?:pbx|topk)[^"]*)"/g)].map(([, format = '']) => format);
  return formats.map((format) => format.replaceAll('%q', '"x"').replace(/collector="x"/, 'collector="peers"'));
}

test('the comment above each alert says how much of an outage its "for" tolerates', () => {
  const text = readFileSync(join(top, 'deploy/prometheus/rules/alerts.yml'), 'utf8');
  const written = text
    .split('- alert: ')
    .slice(0, -1)
    .map((before) => before.slice(before.lastIndexOf('\n\n')));
  expect(written.map((above) => /("for" (?:tolerates|is 0).*?)\./.exec(above.replaceAll(/\s*# /g, ' '))?.[1])).toEqual(
    alerts.map(({ for: wait }) => {
      const seconds = Number.parseInt(wait, 10) * (wait.endsWith('h') ? 3600 : wait.endsWith('m') ? 60 : 1);
      if (seconds === 0) return '"for" is 0: it fires immediately';
      return seconds > 120 ? `"for" tolerates an outage of ${seconds / 60 - 2} min` : '"for" tolerates no outage';
    }),
  );
});
