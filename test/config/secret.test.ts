import { spawnSync } from 'node:child_process';
import { format, inspect } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { checkConfigText } from '../../src/commands/read-config.ts';
import { Secret, takeVariables } from '../../src/config/secret.ts';

const secret = new Secret('hunter2');
const holder = { account: { username: 'api', password: secret } };

const shown: readonly (readonly [way: string, text: string])[] = [
  ['String()', String(secret)],
  ['template', `${secret.toString()} ${String(holder.account.password)}`],
  ['concatenation', ['', secret].join('')],
  ['JSON', JSON.stringify({ secret, holder })],
  ['inspect', inspect(secret)],
  ['inspect, everything', inspect(holder, { showHidden: true, depth: 9, getters: true, customInspect: false })],
  ['inspect, nested', inspect(holder, { depth: 9 })],
  ['console %s', format('%s', secret)],
  ['console %o', format('%o', holder)],
  ['console %O', format('%O', holder)],
  ['console %j', format('%j', holder)],
  ['spread', JSON.stringify(Object.assign({}, secret))],
  ['entries', JSON.stringify(Object.entries(Object.getOwnPropertyDescriptors(secret)))],
  ['symbols', Reflect.ownKeys(secret).map(String).join(' ')],
  ['clone', inspect(structuredClone(Object.assign({}, secret)))],
  ['error', String(new Error(`refused ${String(secret)}`, { cause: secret }).cause)],
];

test.each(shown)('%s does not show a secret', (_way, text) => {
  expect(text).not.toContain('hunter2');
});

test('a secret shows as <secret>', () => {
  expect(String(secret)).toBe('<secret>');
  expect(inspect(secret)).toBe('<secret>');
  expect(JSON.stringify({ secret })).toBe('{"secret":"<secret>"}');
});

test('reveal gives the text, equals compares it', () => {
  expect(secret.reveal()).toBe('hunter2');
  expect(secret.equals(new Secret('hunter2'))).toBe(true);
  expect(secret.equals(new Secret('hunter3'))).toBe(false);
});

const planted = 'planted-secret-of-the-environment';
const name = 'VARIABLES_TEST_PASSWORD';

test('a variable that was read is gone from the environment and can be read again', () => {
  const environment: Record<string, string | undefined> = { HQ_PASSWORD: planted, OTHER: 'stays' };
  const read = takeVariables(environment);
  expect(read('HQ_PASSWORD')).toBe(planted);
  expect(environment).toEqual({ OTHER: 'stays' });
  expect(read('HQ_PASSWORD')).toBe(planted);
});

test('a variable that is not set stays undefined, also one with the name of an inherited property', () => {
  const read = takeVariables({ EMPTY: '' });
  expect(['NOT_SET', 'constructor', '__proto__'].map(read)).toEqual([undefined, undefined, undefined]);
  expect(read('EMPTY')).toBe('');
});

test('no report of Node.js, no child process and no dump of the environment has a secret once the configuration was read', () => {
  process.env[name] = planted;
  onTestFinished(() => void delete process.env[name]);
  const text = `targets:\n  - { name: hq, family: asterisk, url: 'https://192.0.2.1', username: exporter, password_env: ${name} }\n`;
  const places = (): readonly string[] => [
    inspect(process.env, { maxStringLength: null }),
    JSON.stringify(process.report.getReport()),
    spawnSync(process.execPath, ['-p', 'JSON.stringify(process.env)'], { encoding: 'utf8' }).stdout,
  ];
  const holders = (): number => places().filter((place) => place.includes(planted)).length;
  expect(holders()).toBe(3);
  expect(checkConfigText(text, 'exporter.yml')).toHaveProperty('ok', true);
  expect(holders()).toBe(0);
  const again = checkConfigText(text, 'exporter.yml');
  expect(again.ok && again.config.targets.map(({ account }) => account)).toEqual([
    expect.objectContaining({ kind: 'password', username: 'exporter' }),
  ]);
});
