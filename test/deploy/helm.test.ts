import { lstatSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';

const top = fileURLToPath(new URL('../..', import.meta.url));
const chart = join(top, 'deploy/helm/pbx-exporter');
const text = (file: string): string => readFileSync(join(chart, file), 'utf8');
const values = z.record(z.string(), z.unknown()).parse(parse(text('values.yaml')));
const validate = new Ajv({ allErrors: true }).compile(z.looseObject({}).parse(JSON.parse(text('values.schema.json'))));
const templates = readdirSync(join(chart, 'templates')).map((name) => text(`templates/${name}`));

const target = { name: 'hq', family: 'asterisk', url: 'https://pbx.example.org' };

describe('values.schema.json', () => {
  test('the default values fit', () => {
    expect(validate(values) ? [] : validate.errors).toEqual([]);
  });

  test.each([
    ['a key that does not exist', { replicas: 2 }],
    ['a key that does not exist, further in', { image: { repo: 'x' } }],
    ['no pod at all', { shards: 0 }],
    ['a level that is none', { logLevel: 'verbose' }],
    ['an interval without a unit', { serviceMonitor: { interval: '30' } }],
    ['a digest that is none', { image: { digest: 'latest' } }],
    ['a password where everybody reads it', { config: { content: { targets: [{ ...target, password: 'x' }] } } }],
    ['a token where everybody reads it', { config: { content: { credentials: { a: { token: 'x' } } } } }],
    ['an alert that is not ours', { prometheusRule: { without: ['KubePodCrashLooping'] } }],
  ])('%s is refused', (_, wrong) => expect(validate(wrong)).toBe(false));

  test.each([
    [
      'a file with a password',
      { config: { content: { targets: [{ ...target, password_file: '/run/secrets/a/b' }] } } },
    ],
    ['values of a chart above this one', { global: { imageRegistry: 'registry.example.org' } }],
  ])('%s is taken', (_, right) => expect(validate(right)).toBe(true));

  test('every key of it has a default in values.yaml, and the other way round', () => {
    const schema = z
      .object({ properties: z.record(z.string(), z.unknown()) })
      .parse(JSON.parse(text('values.schema.json')));
    expect(Object.keys(schema.properties).filter((key) => key !== 'global')).toEqual(Object.keys(values));
  });
});

test('every value that a template asks for exists, and every value is asked for', () => {
  const asked = new Set(
    templates.flatMap((one) => [...one.matchAll(/\.Values((?:\.\w+)+)/g)].map(([, path = '']) => path.slice(1))),
  );
  expect([...asked].filter((path) => at(path.split('.'), values) === undefined)).toEqual([]);
  const heads = new Set([...asked].map((path) => path.split('.')[0]));
  expect(Object.keys(values).filter((key) => !heads.has(key))).toEqual([]);
});

test.each([
  ['files/rules', 'deploy/prometheus/rules', 'alerts.yml'],
  ['files/dashboards', 'grafana', 'fleet.json'],
])('%s is the folder %s itself: there is no copy that could grow old', (link, folder, file) => {
  expect(lstatSync(join(chart, link)).isSymbolicLink()).toBe(true);
  expect(realpathSync(join(chart, link))).toBe(realpathSync(join(top, folder)));
  expect(readdirSync(join(chart, link))).toContain(file);
});

function at(path: readonly string[], value: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  const branch = z.record(z.string(), z.unknown()).safeParse(value);
  return branch.success ? at(rest, branch.data[step]) : undefined;
}
