import { expect, test } from 'vitest';
import { FairQueue } from '../../src/server/password-check.ts';

const limits = { perParty: 3, all: 5 };

/** A task that logs its name when it runs, and ends when the test calls `end`. */
function task(name: string, log: string[]): { readonly run: () => Promise<string>; end: () => void } {
  const { promise, resolve } = Promise.withResolvers<string>();
  return {
    run: () => {
      log.push(name);
      return promise;
    },
    end: () => resolve(name),
  };
}

test('one task at a time, and those who wait are served in turn', async () => {
  const log: string[] = [];
  const queue = new FairQueue(limits);
  const tasks = ['a1', 'a2', 'a3', 'b1', 'c1', 'b2'].map((name) => ({ name, ...task(name, log) }));
  const ends = tasks.map(({ name, run }) => queue.run(name.slice(0, 1), run));
  expect(log).toEqual(['a1']);
  for (const one of tasks) one.end();
  expect(await Promise.all(ends.map(async (end) => end))).toEqual(['a1', 'a2', 'a3', 'b1', 'c1', 'b2']);
  expect(log).toEqual(['a1', 'a2', 'b1', 'c1', 'a3', 'b2']);
});

test('too many that wait are refused: of one party first, then of all', async () => {
  const queue = new FairQueue(limits);
  const running = task('first', []);
  const first = queue.run('a', running.run);
  const results = ['a', 'a', 'a', 'a', 'b', 'c', 'd'].map((party) => queue.run(party, () => Promise.resolve(party)));
  expect(results.map((result) => result !== undefined)).toEqual([true, true, true, false, true, true, false]);
  running.end();
  await Promise.all([first, ...results]);
  expect(await queue.run('d', () => Promise.resolve('d'))).toBe('d');
});

test('a task that fails is no trouble for the next', async () => {
  const queue = new FairQueue(limits);
  const failing = queue.run('a', () => Promise.reject(new Error('broken')));
  const next = queue.run('a', () => Promise.resolve('fine'));
  await expect(failing).rejects.toThrow('broken');
  expect(await next).toBe('fine');
});
