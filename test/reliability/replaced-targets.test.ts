import { queryObjects } from 'node:v8';
import { expect, test } from 'vitest';
import { Fleet } from '../../src/fleet/fleet.ts';
import { Target } from '../../src/polling/target.ts';
import { createHandClock } from '../simulator/hand-clock.ts';
import { fakePbxTarget } from '../support/web-bench.ts';

test('keeps nothing of those that left, however often it happens', async () => {
  const clock = createHandClock();
  const fleet = new Fleet({ concurrency: 8, clock, random: () => 0 }, []);
  const replaceOften = async (times: number): Promise<void> => {
    for (let time = 0; time < times; time += 1) await fleet.replace([fakePbxTarget(clock, 'hq').target], 8);
  };
  const kept = (): readonly number[] => [Target, Array, Promise].map((kind) => queryObjects(kind, { format: 'count' }));
  await replaceOften(10);
  const before = kept();
  await replaceOften(500);
  for (const [index, count] of kept().entries()) expect(count - (before[index] ?? 0)).toBeLessThan(100);
  // Counting traverses the whole heap, which also contains objects of all earlier tests.
}, 120_000);
