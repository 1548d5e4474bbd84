import { describe, expect, test } from 'vitest';
import { nextRecord } from '../../src/snapshot/next-record.ts';
import type { RoundOutcome } from '../../src/snapshot/round-outcome.ts';
import type { Peer, PeerState, Queue, Reading } from '../../src/snapshot/reading.ts';
import { emptyRecord, nextExpiry, type TargetRecord, visibleParts } from '../../src/snapshot/record.ts';

const staleAfterMs = 90_000;

/** Returns the record after these readings, which are thirty seconds apart. */
function after(...readings: readonly (Reading | undefined)[]): TargetRecord {
  return readings.reduce<TargetRecord>((record, reading, index) => {
    const outcome: RoundOutcome = {
      kind: 'polled',
      collectors: ['peers'],
      endedAtWall: index * 30_000,
      endedAt: index * 30_000,
      durationMs: 1,
      requests: {},
      logins: { success: 0, failure: 0 },
      suspendedUntilWall: 0,
      ...(reading === undefined ? { reason: 'connect' } : { reading }),
    };
    return nextRecord(record, outcome, { peers: 100, staleAfterMs });
  }, emptyRecord);
}

const rows = (states: Readonly<Record<string, PeerState>>): readonly Peer[] =>
  Object.entries(states).map(([id, state]) => ({ id, state }));
const whole = (states: Readonly<Record<string, PeerState>>): Reading => ({ peers: { ok: true, value: rows(states) } });
const partial = (states: Readonly<Record<string, PeerState>>): Reading => ({
  peers: { ok: false, reason: 'protocol', value: rows(states) },
});
const shown = (record: TargetRecord, now: number): Readonly<Record<string, PeerState>> =>
  Object.fromEntries((visibleParts(record, staleAfterMs, now).peers?.value ?? []).map(({ id, state }) => [id, state]));

describe('a partial read', () => {
  const both = whole({ a: 'reachable', b: 'reachable' });

  test('replaces the rows that it brought, and keeps the others with their age', () => {
    const record = after(both, partial({ a: 'unreachable' }));
    expect(shown(record, 30_000)).toEqual({ a: 'unreachable', b: 'reachable' });
    expect(record.collectors).toEqual({ peers: { success: false, reason: 'protocol' } });
    expect(record.retained.peers?.oldestReadAt).toBe(0);
  });

  test('shows each row until it is too old, to the millisecond', () => {
    const record = after(both, partial({ a: 'unreachable' }));
    expect(nextExpiry(record, staleAfterMs, 30_000)).toBe(90_000);
    expect(shown(record, 89_999)).toEqual({ a: 'unreachable', b: 'reachable' });
    expect(shown(record, 90_000)).toEqual({ a: 'unreachable' });
    expect(nextExpiry(record, staleAfterMs, 90_000)).toBe(120_000);
    expect(shown(record, 120_000)).toEqual({});
  });

  test('time and again does not keep a row for ever, nor one that comes and goes', () => {
    const one = partial({ a: 'reachable' });
    expect(Object.keys(shown(after(both, one, one), 60_000))).toEqual(['a', 'b']);
    expect(Object.keys(shown(after(both, one, one, one), 90_000))).toEqual(['a']);
    const other = partial({ c: 'reachable' });
    expect(Object.keys(shown(after(both, one, other), 60_000)).toSorted()).toEqual(['a', 'b', 'c']);
    expect(Object.keys(shown(after(both, one, other, other), 90_000)).toSorted()).toEqual(['a', 'c']);
    expect(after(both, one, other, other, other, other).retained.peers?.value).toEqual(rows({ c: 'reachable' }));
  });

  test('without any row replaces nothing, and one with none to show keeps all', () => {
    const nothing: Reading = { peers: { ok: false, reason: 'protocol' } };
    expect(shown(after(both, nothing), 30_000)).toEqual({ a: 'reachable', b: 'reachable' });
    expect(shown(after(both, partial({})), 30_000)).toEqual({ a: 'reachable', b: 'reachable' });
    expect(shown(after(both, partial({ a: 'unknown' }), nothing), 60_000)).toEqual({ a: 'unknown', b: 'reachable' });
  });

  test('counts only the changes of rows that it brought', () => {
    const record = after(both, partial({ a: 'unreachable' }));
    expect(Object.fromEntries(record.counters.peerReachableChanges)).toEqual({ a: 1, b: 0 });
  });

  test('is forgotten with the next whole one', () => {
    const record = after(both, partial({ a: 'unreachable' }), whole({ a: 'reachable' }));
    expect(record.retained.peers).toEqual({ value: rows({ a: 'reachable' }), readAt: 60_000 });
  });

  test('after a failed round still keeps what is fresh', () => {
    expect(shown(after(both, undefined, partial({ a: 'unreachable' })), 60_000)).toEqual({
      a: 'unreachable',
      b: 'reachable',
    });
  });
});

describe('a partial read of queues', () => {
  const read = (...value: readonly Queue[]): Reading => ({ queues: { ok: true, value } });
  const readInPart = (...value: readonly Queue[]): Reading => ({ queues: { ok: false, reason: 'timeout', value } });
  const queuesAt = (record: TargetRecord, now: number): readonly Queue[] | undefined =>
    visibleParts(record, staleAfterMs, now).queues?.value;
  const both = read({ id: '600', waitingCallers: 1 }, { id: '601', waitingCallers: 2, agents: { available: 3 } });
  const old = { id: '601', waitingCallers: 2, agents: { available: 3 } };

  test('keeps those that it did not reach until they are too old, to the millisecond', () => {
    const record = after(both, readInPart({ id: '600', waitingCallers: 5 }));
    expect(queuesAt(record, 89_999)).toEqual([{ id: '600', waitingCallers: 5 }, old]);
    expect(record.retained.queues?.oldestReadAt).toBe(0);
    expect(nextExpiry(record, staleAfterMs, 30_000)).toBe(90_000);
    expect(queuesAt(record, 90_000)).toEqual([{ id: '600', waitingCallers: 5 }]);
    expect(queuesAt(record, 120_000)).toBeUndefined();
  });

  test('does not take a queue that is only known by name for one that was read', () => {
    const named = readInPart({ id: '600', waitingCallers: 0 }, { id: '601' }, { id: '602' });
    expect(queuesAt(after(both, named), 30_000)).toEqual([{ id: '600', waitingCallers: 0 }, { id: '602' }, old]);
    expect(queuesAt(after(both, named, named, named), 90_000)).toEqual([
      { id: '600', waitingCallers: 0 },
      { id: '601' },
      { id: '602' },
    ]);
  });

  test('a whole read lets the missing ones go at once, and shows one row for each queue', () => {
    expect(queuesAt(after(both, read({ id: '601', waitingCallers: 0 })), 30_000)).toEqual([
      { id: '601', waitingCallers: 0 },
    ]);
    const twice = after(read({ id: '600', waitingCallers: 1 }, { id: '600', waitingCallers: 2 }));
    expect(queuesAt(twice, 0)).toEqual([{ id: '600', waitingCallers: 1 }]);
    expect(twice.counters.rowsSkipped).toEqual({ queues: { malformed: 1 } });
  });
});
