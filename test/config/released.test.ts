import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { checkConfigText } from '../../src/commands/read-config.ts';

const folder = new URL('released/', import.meta.url);

test.each(readdirSync(folder))('a configuration of %s still loads', (name) => {
  const text = readFileSync(new URL(name, folder), 'utf8');
  const file = checkConfigText(text, name);
  expect(file.ok ? '' : file.problems).toBe('');
  const names = [...text.matchAll(/\bname: ([\w-]+)/g)].map(([, target]) => target);
  expect(file.ok && file.config.targets.map((target) => target.name)).toEqual(names);
});
