import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { mixin } from '../../deploy/grafana/mixin.ts';
import { importable, importableFiles } from '../../deploy/grafana/importable.ts';

const top = fileURLToPath(new URL('../..', import.meta.url));
const folder = join(top, 'deploy/grafana/import');
const names = readdirSync(folder);
const read = (name: string) => readFileSync(join(folder, name), 'utf8');

const shape = z.looseObject({
  __inputs: z.tuple([z.object({ name: z.string(), type: z.literal('datasource'), pluginId: z.literal('prometheus') })]),
  __requires: z.array(z.object({ type: z.string(), id: z.string(), name: z.string(), version: z.string() })),
  __elements: z.object({}),
  id: z.null(),
  uid: z.string(),
  description: z.string(),
  templating: z.object({ list: z.array(z.looseObject({ type: z.string() })) }),
});

test('there is one for every dashboard, as the generator writes it: "npm run dashboards" writes them anew', () => {
  expect(Object.fromEntries(names.map((name) => [name, read(name)]))).toEqual(importableFiles());
});

describe.each(names)('%s', (name) => {
  const file = shape.parse(JSON.parse(read(name)));
  const { __inputs: inputs, __requires: requires } = file;
  const plain = z
    .looseObject({ uid: z.string(), panels: z.array(z.looseObject({ type: z.string() })), templating: z.unknown() })
    .parse(JSON.parse(readFileSync(join(top, 'grafana', name), 'utf8')));

  test('asks for a Prometheus, and begins with it in its variable: nothing else in it names an input', () => {
    const wanted = `\${${inputs[0].name}}`;
    const source = file.templating.list.find(({ type }) => type === 'datasource');
    expect(source).toMatchObject({ query: 'prometheus', current: { text: wanted, value: wanted } });
    expect(read(name).split(wanted)).toHaveLength(3);
  });

  test('names the Grafana and every kind of panel that it needs, and no other', () => {
    const kinds = new Set(plain.panels.map(({ type }) => type).filter((type) => type !== 'row'));
    const required = requires.filter(({ type }) => type === 'panel').map(({ id }) => id);
    expect(required).toEqual([...kinds].toSorted());
    expect(requires[0]).toMatchObject({
      id: 'grafana',
      version: expect.stringMatching(/^\d+\.\d+\.\d+$/) as string,
    });
  });

  test('is the dashboard of grafana/ in everything else: the uid, by which they link to each other, above all', () => {
    const added = new Set(['__inputs', '__requires', '__elements', 'id', 'templating']);
    const rest = (from: object) => Object.fromEntries(Object.entries(from).filter(([key]) => !added.has(key)));
    expect(rest(file)).toEqual(rest(plain));
    expect(file.uid).toMatch(/^pbx-[a-z-]+$/);
    expect(file.description.length).toBeGreaterThan(20);
  });
});

test('the mixin is as the generator writes it, and has a line for every dashboard and every file of rules', () => {
  const text = readFileSync(join(top, 'deploy/mixin.libsonnet'), 'utf8');
  expect(text).toBe(mixin());
  const imported = [...text.matchAll(/import(?:str)? '([^']+)'/g)].map(([, path = '']) => join(top, 'deploy', path));
  const rules = readdirSync(join(top, 'deploy/prometheus/rules')).map((name) =>
    join(top, 'deploy/prometheus/rules', name),
  );
  expect(imported.toSorted()).toEqual([...rules, ...names.map((name) => join(top, 'grafana', name))].toSorted());
});

test('a kind of panel that nobody named ends the generator', () => {
  const dashboard = { uid: 'x', description: 'x', panels: [{ type: 'news' }], templating: { list: [] } };
  expect(() => importable(JSON.stringify(dashboard), '12.0.0')).toThrow('"news"');
});

test('the version of Grafana that files for import ask for is the one that the page names', () => {
  const page = readFileSync(join(top, 'docs/dashboards.md'), 'utf8');
  const [, named] = /\*\*Grafana (\d+\.\d+) or newer\*\*/.exec(page) ?? [];
  const asked = names.map((name) => {
    const { __requires: requires } = shape.parse(JSON.parse(read(name)));
    return requires.find(({ id }) => id === 'grafana')?.version;
  });
  expect(new Set(asked)).toEqual(new Set([`${named}.0`]));
});
