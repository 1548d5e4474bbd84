import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nextRecord } from '../../src/snapshot/next-record.ts';
import { reuseEqualRows } from '../../src/snapshot/merge-reading.ts';
import type { Peer } from '../../src/snapshot/reading.ts';
import { emptyRecord, type TargetRecord } from '../../src/snapshot/record.ts';

const longName = 'Reception, ground floor \u{1F4DE}';
const first: Peer = { id: '100', name: longName, state: 'reachable', roundtripMicroseconds: 900 };
const second: Peer = { id: '101', state: 'unregistered' };

describe('rows of the next round', () => {
  test('are the same objects where nothing changed, and so is the list', () => {
    const before = [first, second];
    expect(reuseEqualRows(before, [{ ...first }, { ...second }])).toBe(before);
    const [kept, changed] = reuseEqualRows(before, [{ ...first }, { ...second, state: 'reachable' }]);
    expect(kept).toBe(first);
    expect(changed).toEqual({ id: '101', state: 'reachable' });
  });

  test('lose and gain fields as the new list says', () => {
    expect(reuseEqualRows([first], [{ id: '100', state: 'unknown' }])).toEqual([{ id: '100', state: 'unknown' }]);
    expect(reuseEqualRows([second], [{ ...second, contacts: 0 }])).toEqual([{ ...second, contacts: 0 }]);
    expect(reuseEqualRows([first, second], [second])).toEqual([second]);
    expect(reuseEqualRows([first], [first, second])).toEqual([first, second]);
  });

  test('are always equal to the new list, whatever was before', () => {
    const text = fc.oneof(
      fc.constantFrom('', 'a', longName, '\ud800 half a pair and more text'),
      fc.string({ unit: 'binary' }),
    );
    const fields = { name: text, registered: fc.boolean(), roundtripMicroseconds: fc.constantFrom(0, -0, 1, 2.5) };
    const row = fc.record(
      { id: text, state: fc.constantFrom('reachable', 'unknown'), ...fields },
      { requiredKeys: ['id'] },
    );
    const rows = fc.array(
      row.map((made) => ({ ...made })),
      { maxLength: 5 },
    );
    fc.assert(
      fc.property(fc.option(rows, { nil: undefined }), rows, (before, after) => {
        expect(reuseEqualRows(before, after)).toStrictEqual(after);
      }),
    );
  });
});

test('a round that brings the same rows leaves the list and the change counters as they are', () => {
  const round = (record: TargetRecord, peers: readonly Peer[]): TargetRecord =>
    nextRecord(
      record,
      {
        kind: 'polled',
        collectors: ['peers'],
        reading: { peers: { ok: true, value: peers } },
        endedAtWall: 1,
        endedAt: 1,
        durationMs: 1,
        requests: {},
        logins: { success: 0, failure: 0 },
        suspendedUntilWall: 0,
      },
      { peers: 100 },
    );
  const one = round(emptyRecord, [first, second]);
  const two = round(one, [{ ...first }, { ...second }]);
  expect(two.retained.peers?.value).toBe(one.retained.peers?.value);
  expect(two.counters.peerReachableChanges).toBe(one.counters.peerReachableChanges);
  const three = round(two, [{ ...first, state: 'unreachable' }, second]);
  expect([...three.counters.peerReachableChanges]).toEqual([
    ['100', 1],
    ['101', 0],
  ]);
});
