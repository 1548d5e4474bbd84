import fc from 'fast-check';
import { expect, test } from 'vitest';
import { belongsTo, parseShard } from '../../src/fleet/shard.ts';

const names = Array.from({ length: 2_000 }, (_, index) => `pbx-${index}`);

function shardOf(name: string, count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1).filter((index) => belongsTo({ index, count }, name));
}

test('shards are disjoint and complete, whatever the name', () => {
  fc.assert(
    fc.property(fc.string(), fc.integer({ min: 1, max: 20 }), (name, count) => {
      expect(shardOf(name, count)).toHaveLength(1);
    }),
  );
});

test('the targets are shared about evenly', () => {
  for (let index = 1; index <= 5; index += 1) {
    const own = names.filter((name) => belongsTo({ index, count: 5 }, name)).length;
    expect(own).toBeGreaterThan(320);
    expect(own).toBeLessThan(480);
  }
});

test('one exporter more moves about 1/n of the targets, all of them to the new one', () => {
  const before = new Map(names.map((name) => [name, shardOf(name, 5)[0]]));
  const moved = names.filter((name) => shardOf(name, 6)[0] !== before.get(name));
  expect(moved.every((name) => shardOf(name, 6)[0] === 6)).toBe(true);
  expect(moved.length).toBeGreaterThan(2_000 / 6 - 80);
  expect(moved.length).toBeLessThan(2_000 / 6 + 80);
});

test('the assignment never changes between versions: every replica must come to the same result', () => {
  expect(['hq', 'branch-1', 'branch-2', 'büro "süd"'].map((name) => shardOf(name, 7)[0])).toMatchInlineSnapshot(`
    [
      4,
      7,
      3,
      5,
    ]
  `);
});

test.each([
  ['2/5', { index: 2, count: 5 }],
  ['1/1', { index: 1, count: 1 }],
  ['12/34', { index: 12, count: 34 }],
  [' 2/5 ', { index: 2, count: 5 }],
  ['x2/5', undefined],
  ['2/5x', undefined],
  ['0/5', undefined],
  ['6/5', undefined],
  ['2', undefined],
  ['a/b', undefined],
  ['1/0', undefined],
])('%s', (text, shard) => {
  expect(parseShard(text)).toEqual(shard);
});
