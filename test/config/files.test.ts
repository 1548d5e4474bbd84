import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { redactedConfig } from '../../src/config/redacted.ts';
import { formatProblems } from '../../src/config/problem.ts';
import { findings, loadText } from './load-text.ts';

const folder = new URL('.', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, folder), 'utf8');
const names = (kind: string) => readdirSync(new URL(kind, folder)).filter((name) => name.endsWith('.yml'));

test.each(names('bad'))('bad/%s is refused with exactly these words', async (name) => {
  const result = loadText(read(`bad/${name}`));
  expect(result.ok).toBe(false);
  const messages = formatProblems(findings(result), name);
  await expect(messages).toMatchFileSnapshot(`bad/${name.replace('.yml', '.expected.txt')}`);
  expect(messages).not.toContain('hunter2');
});

test.each(names('good'))('good/%s is taken, with exactly these values and warnings', async (name) => {
  const result = loadText(read(`good/${name}`));
  expect(result.ok ? [] : result.problems).toEqual([]);
  const config = result.ok ? JSON.stringify(redactedConfig(result.config), null, 2) : '';
  const text = `${formatProblems(findings(result), name)}${config}\n`;
  await expect(text).toMatchFileSnapshot(`good/${name.replace('.yml', '.expected.txt')}`);
  expect(text).not.toContain('hunter2');
});
