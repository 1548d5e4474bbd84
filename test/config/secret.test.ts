import { format, inspect } from 'node:util';
import { expect, test } from 'vitest';
import { Secret } from '../../src/config/secret.ts';

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
