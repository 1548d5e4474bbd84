import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ageTime, type Clocks, nextClocks, pastAgeTime } from '../../src/snapshot/clocks.ts';

const hour = 3_600_000;
const ageOf = (clocks: Clocks, readAt: number, now: { monotonic: number; wall: number }): number =>
  ageTime(clocks, now) - pastAgeTime(clocks, readAt);

test('an age counts the time for which the machine slept, also over later rounds', () => {
  const first = nextClocks(undefined, { monotonic: 1_000, wall: 50_000 });
  expect(ageOf(first, 1_000, { monotonic: 31_000, wall: 80_000 })).toBe(30_000);
  const awake = { monotonic: 31_000, wall: 80_000 + 8 * hour };
  expect(ageOf(first, 1_000, awake)).toBe(8 * hour + 30_000);
  const second = nextClocks(first, awake);
  expect(ageOf(second, 1_000, awake)).toBe(8 * hour + 30_000);
  expect(ageOf(second, 31_000, { monotonic: 61_000, wall: awake.wall + 30_000 })).toBe(30_000);
  const third = nextClocks(second, { monotonic: 61_000, wall: awake.wall + 30_000 + hour });
  expect(ageOf(third, 1_000, third)).toBe(9 * hour + 60_000);
  expect(ageOf(third, 31_000, third)).toBe(hour + 30_000);
  expect(ageOf(third, 61_000, third)).toBe(0);
});

test('a wall clock that is set back, or corrected as usual, makes nothing young or old', () => {
  const first = nextClocks(undefined, { monotonic: 0, wall: 10 * hour });
  expect(ageOf(first, 0, { monotonic: 30_000, wall: 2 * hour })).toBe(30_000);
  expect(ageOf(first, 0, { monotonic: 30_000, wall: 10 * hour + 31_500 })).toBe(30_000);
  const second = nextClocks(first, { monotonic: 30_000, wall: 2 * hour });
  expect(ageOf(second, 0, { monotonic: 60_000, wall: 2 * hour + 30_000 })).toBe(60_000);
});

test('no age is below what the monotonic clock says, and what was read last is always young again', () => {
  const steps = fc.array(fc.tuple(fc.nat(100_000), fc.integer({ min: -hour, max: 9 * hour })), {
    minLength: 1,
    maxLength: 40,
  });
  fc.assert(
    fc.property(steps, (rounds) => {
      let moment = { monotonic: 1, wall: 0 };
      let clocks = nextClocks(undefined, moment);
      for (const [passed, shift] of rounds) {
        moment = { monotonic: moment.monotonic + passed, wall: moment.wall + passed + shift };
        clocks = nextClocks(clocks, moment);
        expect(ageOf(clocks, 0, moment)).toBeGreaterThanOrEqual(moment.monotonic);
      }
      const later = { monotonic: moment.monotonic + 5, wall: moment.wall + 5 };
      expect(ageOf(clocks, moment.monotonic, later)).toBe(5);
      expect(clocks.gaps.length).toBeLessThanOrEqual(16);
    }),
  );
});
