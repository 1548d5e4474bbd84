import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type AbsenceRules, SeenPeers } from '../../src/polling/seen-peers.ts';
import type { Part, Peer } from '../../src/snapshot/reading.ts';

const rules: AbsenceRules = { rememberMs: 1_000, expected: [], limit: 100, isExcluded: () => false };
const there = (id: string): Peer => ({ id, state: 'reachable', registered: true });
const away = (id: string): Peer => ({ id, state: 'unregistered', registered: false, contacts: 0 });
const good = (...ids: readonly string[]): Part<readonly Peer[]> => ({ ok: true, value: ids.map(there) });

test('a peer that was seen is away, not gone, for as long as it is remembered', () => {
  const seen = new SeenPeers();
  expect(seen.complete(good('a', 'b'), 0, rules).value).toEqual([there('a'), there('b')]);
  expect(seen.complete(good('a'), 999, rules).value).toEqual([there('a'), away('b')]);
  expect(seen.complete(good('a'), 1_000, rules).value).toEqual([there('a')]);
  expect(seen.complete(good('b'), 1_001, rules).value).toEqual([there('b'), away('a')]);
});

test('an empty list says that all are away', () => {
  const seen = new SeenPeers();
  seen.complete(good('a'), 0, rules);
  expect(seen.complete(good(), 1, rules)).toEqual({ ok: true, value: [away('a')] });
});

test('who has to be there is away from the start, and for ever', () => {
  const seen = new SeenPeers();
  const wanted = { ...rules, expected: ['a', 'b'] };
  expect(seen.complete(good('b'), 0, wanted).value).toEqual([there('b'), away('a')]);
  expect(seen.complete(good(), 1_000_000, wanted).value).toEqual([away('a'), away('b')]);
});

describe('a read that is not whole', () => {
  const partial: Part<readonly Peer[]> = { ok: false, reason: 'protocol', value: [there('a')] };

  test('says of nobody that he is away, and is a sign of life of whom it brought', () => {
    const seen = new SeenPeers();
    seen.complete(good('a', 'b'), 0, rules);
    expect(seen.complete(partial, 900, { ...rules, expected: ['c'] })).toBe(partial);
    expect(seen.complete(good(), 1_500, rules).value).toEqual([away('a')]);
  });

  test('or brought nothing says nothing', () => {
    const seen = new SeenPeers([['a', 0]]);
    const failed: Part<readonly Peer[]> = { ok: false, reason: 'timeout' };
    expect(seen.complete(failed, 5_000, rules)).toBe(failed);
    expect(seen.seenAt.size).toBe(1);
  });
});

test('a row of an inventory is no sign of life', () => {
  const seen = new SeenPeers();
  seen.complete({ ok: true, value: [away('a')] }, 0, rules);
  expect(seen.complete(good(), 1, rules).value).toEqual([]);
});

test('what is left out is not away either', () => {
  const seen = new SeenPeers([['test-1', 0]]);
  const excluding = { ...rules, expected: ['test-2'], isExcluded: (id: string) => id.startsWith('test-') };
  expect(seen.complete(good('a'), 1, excluding).value).toEqual([there('a')]);
});

test('no more than the limit are remembered, those seen last', () => {
  const seen = new SeenPeers();
  seen.complete(good('a', 'b', 'c'), 0, rules);
  seen.complete(good('a'), 1, { ...rules, limit: 2 });
  expect([...seen.seenAt.keys()]).toEqual(['c', 'a']);
});

test('what others know counts where it is newer', () => {
  const seen = new SeenPeers([
    ['a', 10],
    ['b', 20],
  ]);
  seen.learn([
    ['a', 30],
    ['b', 5],
    ['c', 15],
  ]);
  expect([...seen.seenAt]).toEqual([
    ['c', 15],
    ['b', 20],
    ['a', 30],
  ]);
});

test('over any rounds: nobody is there twice, nobody seen lately is missing, nobody is invented', () => {
  const ids = fc.subarray(['a', 'b', 'c', 'd', 'e']);
  fc.assert(
    fc.property(fc.array(fc.tuple(ids, fc.integer({ min: 0, max: 600 })), { maxLength: 20 }), (rounds) => {
      const seen = new SeenPeers();
      const lastSeen = new Map<string, number>();
      let now = 0;
      for (const [present, passed] of rounds) {
        now += passed;
        for (const id of present) lastSeen.set(id, now);
        const rows = seen.complete(good(...present), now, rules).value ?? [];
        const lately = [...lastSeen].filter(([, at]) => now - at < rules.rememberMs).map(([id]) => id);
        expect(rows.map(({ id }) => id).toSorted()).toEqual(lately.toSorted());
        for (const { id, state } of rows) expect(state === 'reachable').toBe(present.includes(id));
      }
    }),
  );
});
