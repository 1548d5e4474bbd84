import { expect, test } from 'vitest';
import {
  countOf,
  formatDuration,
  formatMoment,
  formatRoundtrip,
  formatTimeLeft,
  formatRoundDuration,
  sentence,
  shorten,
} from '../../../src/server/pages/format.ts';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

test.each([
  [-5, '0 s'],
  [0, '0 s'],
  [499, '0 s'],
  [119 * second, '119 s'],
  [2 * minute, '2 min'],
  [59 * minute + 59 * second, '59 min'],
  [hour, '1 h'],
  [3 * hour + 5 * minute, '3 h 5 min'],
  [24 * hour, '1 d'],
  [12 * 24 * hour + 4 * hour, '12 d 4 h'],
  [2000 * 24 * hour, '2,000 d'],
])('%d ms is %s', (milliseconds, text) => expect(formatDuration(milliseconds)).toBe(text));

test.each([
  [1, '1 s'],
  [59_001, '1 min'],
  [4 * minute + 9_500, '4 min 10 s'],
  [14 * minute + 20 * second, '14 min'],
])('%d ms left is %s, never too short', (milliseconds, text) => expect(formatTimeLeft(milliseconds)).toBe(text));

test.each([
  [0, '0 µs'],
  [850, '850 µs'],
  [7312, '7.31 ms'],
  [55_000, '55.0 ms'],
  [1_200_000, '1.20 s'],
])('%d µs is %s', (microseconds, text) => expect(formatRoundtrip(microseconds)).toBe(text));

test('the rest', () => {
  expect([formatRoundDuration(153.8), formatRoundDuration(4210)]).toEqual(['154 ms', '4.21 s']);
  expect([countOf(1, 'trunk'), countOf(0, 'trunk'), countOf(1200, 'trunk')]).toEqual([
    '1 trunk',
    '0 trunks',
    '1,200 trunks',
  ]);
  expect(formatMoment(Date.UTC(2026, 2, 14, 3, 7, 9))).toBe('2026-03-14 03:07:09 UTC');
  expect(formatMoment(Number.NaN)).toBe('at an unknown time');
  expect([sentence('it is so'), sentence('Is it?'), sentence('')]).toEqual(['It is so.', 'Is it?', '']);
  expect(shorten('a'.repeat(200))).toHaveLength(161);
  expect(shorten('\ud83d\ude00', 1)).toBe('\ufffd…');
});
