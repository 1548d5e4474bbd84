import { spawnSync } from 'node:child_process';
import { inspect } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { checkConfigText } from '../../src/commands/read-config.ts';
import { takeVariables } from '../../src/config/variables.ts';

const secret = 'planted-secret-of-the-environment';
const name = 'VARIABLES_TEST_PASSWORD';

test('a variable that was read is gone from the environment and can be read again', () => {
  const environment: Record<string, string | undefined> = { HQ_PASSWORD: secret, OTHER: 'stays' };
  const read = takeVariables(environment);
  expect(read('HQ_PASSWORD')).toBe(secret);
  expect(environment).toEqual({ OTHER: 'stays' });
  expect(read('HQ_PASSWORD')).toBe(secret);
});

test('a variable that is not set stays undefined, also one with the name of an inherited property', () => {
  const read = takeVariables({ EMPTY: '' });
  expect(['NOT_SET', 'constructor', '__proto__'].map(read)).toEqual([undefined, undefined, undefined]);
  expect(read('EMPTY')).toBe('');
});

test('no report of Node.js, no child process and no dump of the environment has a secret once the configuration was read', () => {
  process.env[name] = secret;
  onTestFinished(() => void delete process.env[name]);
  const text = `targets:\n  - { name: hq, family: asterisk, url: 'https://192.0.2.1', username: exporter, password_env: ${name} }\n`;
  const places = (): readonly string[] => [
    inspect(process.env, { maxStringLength: null }),
    JSON.stringify(process.report.getReport()),
    spawnSync(process.execPath, ['-p', 'JSON.stringify(process.env)'], { encoding: 'utf8' }).stdout,
  ];
  const holders = (): number => places().filter((place) => place.includes(secret)).length;
  expect(holders()).toBe(3);
  expect(checkConfigText(text, 'exporter.yml')).toHaveProperty('ok', true);
  expect(holders()).toBe(0);
  const again = checkConfigText(text, 'exporter.yml');
  expect(again.ok && again.config.targets.map(({ account }) => account)).toEqual([
    expect.objectContaining({ kind: 'password', username: 'exporter' }),
  ]);
});
