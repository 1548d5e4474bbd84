import { expect, test } from 'vitest';
import { longestCall, sentAt } from '../../../src/drivers/kit/answers.ts';

test.each([
  ['Sat, 28 Nov 2026 11:45:00 GMT', Date.UTC(2026, 10, 28, 11, 45)],
  ['soon', undefined],
  [undefined, undefined],
])('a PBX says with %j when it sent the answer', (date, at) => {
  expect(sentAt({ headers: date === undefined ? {} : { date } })).toBe(at);
});

test.each([
  [[1_000, 940, 990], 1_000_500, { longestSeconds: 60 }],
  [[1_000], 990_000, { longestSeconds: 0 }],
  [[], 1_000_000, {}],
  [[1_000], undefined, {}],
  // One call of which that is not told may be the longest.
  [[1_000, undefined], 1_000_000, {}],
  [[0], 1_000_000, {}],
])('calls begun at %j, seen at %j', (begun, sent, expected) => {
  expect(longestCall(begun, sent)).toEqual(expected);
});
