import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatDuration, longestDurationMs, parseDuration } from '../../src/config/duration.ts';

test.each([
  ['500ms', 500],
  ['15s', 15_000],
  ['5m', 300_000],
  ['1h', 3_600_000],
  ['90s', 90_000],
  ['0s', 0],
])('%s', (text, ms) => {
  expect(parseDuration(text)).toEqual({ ok: true, ms });
});

test.each([
  ['30 s', '30s'],
  ['30S', '30s'],
  ['30sec', '30s'],
  ['5 minutes', '5m'],
  ['1.5s', '1500ms'],
  ['1m30s', '90s'],
  ['1d', '24h'],
  ['1h 30min', '90m'],
])('%s is refused with a suggestion', (text, suggestion) => {
  expect(parseDuration(text)).toMatchObject({ ok: false, suggestion });
});

test.each(['', 's', '-5s', '5x', 'soon', '1e3s', '5constructor', '5toString'])(
  '%j is refused without a guess',
  (text) => {
    const parsed = parseDuration(text);
    expect(parsed.ok).toBe(false);
    expect(parsed).not.toHaveProperty('suggestion');
  },
);

test('a number alone is told to take a unit', () => {
  expect(parseDuration('30')).toEqual({
    ok: false,
    message: 'has no unit: write 30s for seconds (units: ms, s, m, h)',
  });
});

test('the longest is a week', () => {
  expect(parseDuration('168h')).toEqual({ ok: true, ms: longestDurationMs });
  expect(parseDuration('169h')).toEqual({ ok: false, message: 'is too long: at most 168h' });
});

test('every duration comes back as it was', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: longestDurationMs }), (ms) => {
      expect(parseDuration(formatDuration(ms))).toEqual({ ok: true, ms });
    }),
  );
});

test('reading never throws', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(parseDuration(text)).toHaveProperty('ok');
    }),
  );
});
