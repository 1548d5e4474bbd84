import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { complaintsAbout, knownMetrics } from '../support/known-metrics.ts';
import { parseExpression } from '../support/promql.ts';

const top = fileURLToPath(new URL('../..', import.meta.url));
const known = await knownMetrics();

const alertSchema = z.strictObject({
  alert: z.string().regex(/^Pbx[A-Za-z]+$/),
  expr: z.string(),
  for: z.string().regex(/^\d+[smh]$/),
  keep_firing_for: z.string().optional(),
  labels: z.strictObject({ severity: z.enum(['critical', 'warning']) }),
  annotations: z.strictObject({
    summary: z.string().min(10),
    description: z.string().min(80),
    runbook_url: z.string().regex(/^docs\/runbooks\/[a-z-]+\.md$/),
  }),
});

const alerts = rulesOf('alerts.yml').map((rule) => alertSchema.parse(rule));
const recordings = rulesOf('recording.yml').map((rule) =>
  z.strictObject({ record: z.string().regex(/^pbx:\w+:\w+$/), expr: z.string() }).parse(rule),
);

describe.each(alerts)('$alert', ({ alert, expr, annotations }) => {
  test('its expression names only metrics, labels and states that exist', () => {
    expect(complaintsAbout(expr, known)).toEqual([]);
  });

  test('so do the queries in its texts', () => {
    const queries = queriesIn(`${annotations.summary} ${annotations.description}`);
    expect(queries.flatMap((query) => complaintsAbout(query, known))).toEqual([]);
  });

  test('its runbook exists and is about it', () => {
    expect(readFileSync(join(top, annotations.runbook_url), 'utf8')).toMatch(new RegExp(`^# ${alert}\\b`));
  });

  test('is tested with promtool, firing and not firing', () => {
    const cases = promtoolCases().filter(({ alertname }) => alertname === alert);
    expect(cases.some(({ exp_alerts: expected }) => expected.length > 0)).toBe(true);
    const silent = cases.some(({ exp_alerts: expected }) => expected.length === 0);
    // A case with several PBXs, of which only some fire, shows both.
    expect(silent || alert === 'PbxLoginRefused').toBe(true);
  });
});

describe.each(recordings)('$record', ({ expr }) => {
  test('its expression names only metrics, labels and states that exist', () => {
    expect(complaintsAbout(expr, known)).toEqual([]);
  });

  test('has one series for each PBX', () => {
    const outermost = parseExpression(expr).labelLists.find(({ use }) => use === 'aggregation');
    expect(outermost?.labels).toEqual(['pbx']);
  });
});

test('every runbook belongs to an alert', () => {
  const linked = alerts.map(({ annotations }) => annotations.runbook_url.replace('docs/runbooks/', ''));
  const files = readdirSync(join(top, 'docs/runbooks')).filter((file) => file !== 'README.md');
  expect(files.sort()).toEqual([...new Set(linked)].sort());
});

test('no alert looks at a trunk or peer state that is no trouble: disabled, unknown, unmonitored', () => {
  const states = alerts.flatMap(({ expr }) =>
    parseExpression(expr).selectors.flatMap(({ matchers }) =>
      matchers.filter(({ label }) => label === 'state').flatMap(({ value }) => value.split('|')),
    ),
  );
  expect(states).not.toEqual([]);
  expect(states.filter((state) => ['disabled', 'unknown', 'unmonitored'].includes(state))).toEqual([]);
});

test('a join that two series would fail is found', () => {
  const join = 'max by (pbx) (pbx_up) * on (pbx) group_left (family) max by (pbx, family) (pbx_target_info)';
  expect(complaintsAbout(join, known)).toEqual([`may find two series where one is needed: ${join}`]);
});

test('alerts of a PBX say which family and site', () => {
  const without = alerts.filter(({ expr }) => !expr.includes('group_left (family, site)')).map(({ alert }) => alert);
  expect(without).toEqual(['PbxManyDown', 'PbxExporterMissing', 'PbxExporterDown', 'PbxExporterReloadFailed']);
});

function rulesOf(file: string): readonly unknown[] {
  const text = readFileSync(join(top, 'deploy/prometheus/rules', file), 'utf8');
  const schema = z.object({ groups: z.array(z.object({ rules: z.array(z.unknown()) })) });
  return schema.parse(parse(text)).groups.flatMap(({ rules }) => rules);
}

function queriesIn(template: string): string[] {
  const formats = [...template.matchAll(/printf "((?:pbx|topk)[^"]*)"/g)].map(([, format = '']) => format);
  return formats.map((format) => format.replaceAll('%q', '"x"').replace(/collector="x"/, 'collector="peers"'));
}

function promtoolCases(): readonly { readonly alertname: string; readonly exp_alerts: readonly unknown[] }[] {
  const schema = z.object({
    tests: z.array(
      z.object({
        alert_rule_test: z.array(z.object({ alertname: z.string(), exp_alerts: z.array(z.unknown()) })).default([]),
      }),
    ),
  });
  const text = readFileSync(join(top, 'deploy/prometheus/alerts.test.yml'), 'utf8');
  return schema.parse(parse(text)).tests.flatMap(({ alert_rule_test: cases }) => cases);
}
