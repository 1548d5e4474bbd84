import { readdirSync, readFileSync } from 'node:fs';
import { Ajv, type ErrorObject } from 'ajv';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { fields } from '../../src/config/fields.ts';
import { configurationSchema, valueSchema } from '../../src/config/json-schema.ts';
import { families } from '../../src/drivers/index.ts';
import { families as madeUp } from './families.ts';

const folder = new URL('.', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, folder), 'utf8');
const names = (kind: string): readonly string[] =>
  readdirSync(new URL(kind, folder)).filter((name) => name.endsWith('.yml'));

/** Files with faults that a schema cannot detect: duplicate names, halves of characters. */
const onlyTheProgramKnows = ['duplicate-name.yml', 'half-characters.yml'];

const compiled = (schema: object) =>
  new Ajv({ allErrors: true, strictTypes: false, strictRequired: false }).compile(schema);
const ofTests = compiled(configurationSchema(madeUp));
const published = compiled(z.looseObject({}).parse(JSON.parse(read('../../docs/exporter.schema.json'))));

/** The faults found by the schema; undefined for invalid YAML, which editors detect without a schema. */
function complaints(validate: typeof ofTests, text: string): readonly string[] | undefined {
  const data = plainData(text);
  if (data === undefined) return undefined;
  return validate(data) ? [] : (validate.errors ?? []).filter(isTheReason).map(words);
}

function plainData(text: string): unknown {
  try {
    return parse(text, { merge: true, logLevel: 'error' });
  } catch {
    return undefined;
  }
}

/** Keeps the error of an "any of" as a whole, without the errors of its parts. */
const isTheReason = ({ schemaPath }: ErrorObject): boolean => !/\/(anyOf|oneOf|if)\/|\/if$/.test(schemaPath);
const words = ({ instancePath, message = '', params }: ErrorObject): string =>
  `${instancePath} ${message} ${Object.values(params).join(' ')}`.trim();

test.each(names('good'))('good/%s is taken', (name) => {
  expect(complaints(ofTests, read(`good/${name}`))).toEqual([]);
});

const wrong = names('bad').filter((name) => complaints(ofTests, read(`bad/${name}`)) !== undefined);

test('most of what is wrong is valid YAML, so that there is something for a schema to say', () => {
  expect(wrong.length).toBeGreaterThan(20);
});

test.each(wrong)('bad/%s is refused, as far as a schema can know', (name) => {
  const refused = complaints(ofTests, read(`bad/${name}`))?.length !== 0;
  expect(refused).toBe(!onlyTheProgramKnows.includes(name));
});

test('what the schema says of each of them', async () => {
  const told = wrong.map((name) => [`# ${name}`, ...(complaints(ofTests, read(`bad/${name}`)) ?? [])].join('\n'));
  await expect(`${told.join('\n\n')}\n`).toMatchFileSnapshot('json-schema.expected.txt');
});

describe('the published schema', () => {
  test.each(['exporter.yml', 'test/config/released/0.1.0.yml'])('takes %s', (file) => {
    expect(complaints(published, read(`../../${file}`))).toEqual([]);
  });

  test.each([
    'README.md',
    ...readdirSync(new URL('../../docs/families', folder)).map((name) => `docs/families/${name}`),
  ])('takes every example of %s', (file) => {
    const blocks = [...read(`../../${file}`).matchAll(/^( *)```yaml\n([\s\S]*?)^ *```$/gm)];
    const examples = blocks
      .map(([, indent = '', text = '']) => text.replaceAll(new RegExp(`^${indent}`, 'gm'), ''))
      .filter((text) => /^targets:/m.test(text));
    expect(examples.map((text) => complaints(published, text)).filter((said) => said?.length !== 0)).toEqual([]);
    expect(blocks.length).toBeGreaterThan(0);
  });

  test.each(families.map((family) => [family.name, family] as const))(
    'knows %s: its options, collectors and accounts, and no others',
    (name, { options, accounts, collectors }) => {
      const account = accounts.includes('password') ? { username: 'a', password_file: 'b' } : { token_env: 'C' };
      const target = { name: 'hq', family: name, url: 'https://pbx.example.org', ...account };
      const takes = (more: object): boolean => published({ targets: [{ ...target, ...more }] });
      expect(takes({})).toBe(true);
      expect(takes({ collect: collectors })).toBe(true);
      expect(takes({ collect: ['fax'] })).toBe(false);
      expect(takes({ options: { no_such_option: 1 } })).toBe(false);
      const wrongValues = Object.keys(options.shape).filter((key) => takes({ options: { [key]: { a: {} } } }));
      expect(wrongValues).toEqual([]);
    },
  );

  test('knows files of target_files too', () => {
    const targets = z.looseObject({}).parse(JSON.parse(read('../../docs/targets.schema.json')));
    const both = new Ajv({ strictTypes: false, strictRequired: false });
    const validate = both.addSchema(published.schema as object, 'exporter.schema.json').compile(targets);
    const target = { name: 'hq', family: 'asterisk', url: 'https://pbx.example.org', username: 'a', password_env: 'B' };
    expect(validate([target, { ...target, name: 'branch' }])).toBe(true);
    expect(validate([{ ...target, pasword: 'x' }])).toBe(false);
    expect(validate({ targets: [target] })).toBe(false);
  });

  test('explains every key, with its default', () => {
    const text = JSON.stringify(published.schema);
    for (const { about } of fields) expect(text).toContain(JSON.stringify(about.replaceAll('`', '')).slice(1, -1));
  });
});

test.each(fields.filter(({ value }) => !/keys|list of targets|^names, each/.test(value)))(
  '$group $key: the example fits its value, and something else does not',
  (field) => {
    const validate = compiled(valueSchema(field));
    expect(validate(parse(field.example))).toBe(true);
    expect(validate({ a: { b: 1 } })).toBe(false);
  },
);
