import { expect, test } from 'vitest';
import { countDevices } from '../../src/snapshot/device-counts.ts';

const peers = (userAgents: readonly string[]) => userAgents.map((userAgent) => ({ devices: [{ userAgent }] }));

test('the most frequent are told apart, of equally frequent ones those whose names come first', () => {
  const rows = peers(['b', 'c', 'a', 'c', 'd', 'b']);
  const expected = [
    { userAgent: 'a', count: 1 },
    { userAgent: 'b', count: 2 },
    { userAgent: 'c', count: 2 },
    { userAgent: 'other', count: 1 },
  ];
  expect(countDevices(rows, 3)).toEqual(expected);
  expect(countDevices(rows.toReversed(), 3)).toEqual(expected);
});

test('a phone that calls itself "other" counts with the rest; several devices of a peer count each', () => {
  const rows = [{ devices: [{ userAgent: 'other' }, { userAgent: 'a' }, { userAgent: 'a' }] }, ...peers(['b']), {}];
  expect(countDevices(rows, 1)).toEqual([
    { userAgent: 'a', count: 2 },
    { userAgent: 'other', count: 2 },
  ]);
});

test('none are told with 0, and where no devices are told', () => {
  expect(countDevices(peers(['a']), 0)).toEqual([]);
  expect(countDevices([{}])).toEqual([]);
});
