import { expect, test } from 'vitest';
import { runMonth } from './month.ts';

test('a simulated day of 30 PBXs with random faults: no lock-out, no overlap, nothing left over', async () => {
  const result = await runMonth({ pbxs: 30, days: 1, seed: 7 });
  expect(result.breaches).toEqual([]);
  expect(result.faults).toBeGreaterThan(50);
  expect(result.refused).toBeGreaterThan(5);
  expect(result.rounds).toBeGreaterThan(60_000);
  expect(result.sessionsLeft).toBe(0);
  expect(result.timersLeft).toBe(0);
  // One timer per schedule, and up to two deadlines for a running round.
  expect(Math.max(...result.timers)).toBeLessThanOrEqual(30 * 4);
}, 120_000);
