import { expect, test } from 'vitest';
import { EventLoopYield } from '../../src/exposition/event-loop-yield.ts';

/** Work of so many milliseconds until the event loop is due to turn. */
function workUntilDue(pace: EventLoopYield, clock: { now: number }): number {
  const begin = clock.now;
  while (!pace.isDue) clock.now += 1;
  return clock.now - begin;
}

/** A turn in which the others take so long (ms). */
async function turn(pace: EventLoopYield, clock: { now: number }, othersMs: number): Promise<void> {
  setImmediate(() => (clock.now += othersMs));
  await pace.turn();
}

test('work takes a few milliseconds at rest, and as long as the others where they have more to do', async () => {
  const clock = { now: 1_000 };
  const pace = new EventLoopYield(() => clock.now);
  expect(workUntilDue(pace, clock)).toBe(5);
  await turn(pace, clock, 0);
  expect(workUntilDue(pace, clock)).toBe(5);
  await turn(pace, clock, 40);
  expect(workUntilDue(pace, clock)).toBe(40);
  await turn(pace, clock, 60_000);
  expect(workUntilDue(pace, clock)).toBe(100);
  await turn(pace, clock, 1);
  expect(workUntilDue(pace, clock)).toBe(5);
});
