import { describe, expect, test } from 'vitest';
import { nextRecord } from '../../src/snapshot/next-record.ts';
import type { RoundOutcome } from '../../src/snapshot/round-outcome.ts';
import type { Peer, Reading, Trunk } from '../../src/snapshot/reading.ts';
import {
  emptyRecord,
  nextExpiry,
  type TargetRecord,
  visibleCertificateExpiry,
  visibleParts,
} from '../../src/snapshot/record.ts';

const limits = { peers: 100 };

function outcome(changes: Partial<RoundOutcome> = {}): RoundOutcome {
  return {
    kind: 'polled',
    collectors: ['peers', 'trunks'],
    endedAtWall: 1_700_000_000_000,
    endedAt: 1_000,
    durationMs: 40,
    requests: {},
    logins: { success: 0, failure: 0 },
    suspendedUntilWall: 0,
    ...changes,
  };
}

function good(peers: readonly Peer[], trunks: readonly Trunk[] = []): Reading {
  return { peers: { ok: true, value: peers }, trunks: { ok: true, value: trunks } };
}

/** Returns the record after these rounds, which are thirty seconds apart. */
function after(...rounds: readonly Partial<RoundOutcome>[]): TargetRecord {
  return rounds.reduce<TargetRecord>(
    (record, changes, index) =>
      nextRecord(record, outcome({ endedAt: index * 30_000, endedAtWall: index * 30_000, ...changes }), limits),
    emptyRecord,
  );
}

const failed = { reason: 'connect', detail: 'refused' } as const;
const reachable: Peer = { id: '1', state: 'reachable' };
const unreachable: Peer = { id: '1', state: 'unreachable' };
const unknown: Peer = { id: '1', state: 'unknown' };

describe('values', () => {
  test('a failed round keeps the last good values, which go by age', () => {
    const record = after({ reading: good([reachable]) }, failed);
    expect(record.up).toBe(false);
    expect(record.lastRound).toMatchObject(failed);
    expect(visibleParts(record, 90_000, 89_999).peers?.value).toEqual([reachable]);
    expect(visibleParts(record, 90_000, 90_000)).toEqual({});
    expect(nextExpiry(record, 90_000, 30_000)).toBe(90_000);
    expect(nextExpiry(record, 90_000, 90_000)).toBe(Infinity);
  });

  test('a certificate is shown until the PBX has sent none for too long, like the values', () => {
    const record = after({ certificateExpiry: 5_000, reading: good([reachable]) }, failed);
    expect(visibleCertificateExpiry(record, 90_000, 89_999)).toBe(5_000);
    expect(visibleCertificateExpiry(record, 90_000, 90_000)).toBeUndefined();
    const refused = nextRecord(record, outcome({ ...failed, certificateExpiry: 7_000, endedAt: 60_000 }), limits);
    expect(visibleCertificateExpiry(refused, 90_000, 149_999)).toBe(7_000);
    expect(nextExpiry(refused, 90_000, 90_000)).toBe(150_000);
  });

  test('a good read replaces its part at once: what is missing in it is gone', () => {
    const record = after(
      { reading: good([reachable, { id: '2', state: 'reachable' }]) },
      { reading: good([reachable]) },
    );
    expect(record.retained.peers?.value).toEqual([reachable]);
  });

  test('a failed collector keeps its own values while the others go on', () => {
    const record = after(
      { reading: good([reachable]) },
      { reading: { peers: { ok: false, reason: 'protocol' }, trunks: { ok: true, value: [] } } },
    );
    expect(record.up).toBe(true);
    expect(record.collectors).toEqual({ peers: { success: false, reason: 'protocol' }, trunks: { success: true } });
    expect(record.retained.peers).toEqual({ value: [reachable], readAt: 0 });
    expect(record.retained.trunks?.readAt).toBe(30_000);
  });

  test('a partial read is shown, and is no success', () => {
    const record = after({
      reading: { peers: { ok: false, reason: 'forbidden', value: [reachable] }, trunks: { ok: true, value: [] } },
    });
    expect(record.collectors.peers).toEqual({ success: false, reason: 'forbidden' });
    expect(record.retained.peers?.value).toEqual([reachable]);
  });

  test('in a failed round every collector has failed, for the reason of the round', () => {
    expect(after(failed).collectors).toEqual({
      peers: { success: false, ...failed },
      trunks: { success: false, ...failed },
    });
  });

  test('a round that was left out tells why, and not that the PBX was asked', () => {
    const record = after(
      { ...failed, reason: 'bad_credentials' },
      { kind: 'skipped', reason: 'locked_out', detail: 'of another target', endedAtWall: 98, suspendedUntilWall: 99 },
    );
    expect(record.lastRound).toMatchObject({ reason: 'locked_out', detail: 'of another target' });
    expect(record.lastRound?.endedAtWall).not.toBe(98);
    expect(record.collectors).toMatchObject({ peers: { success: false, reason: 'locked_out' } });
    expect(record.suspendedUntilWall).toBe(99);
    expect(record.counters.roundFailures).toEqual({ bad_credentials: 1, suspended: 1 });
  });

  test('up carries the time since which it is so', () => {
    const record = after({ reading: good([]) }, { reading: good([]) }, failed, failed);
    expect(record).toMatchObject({ up: false, upSinceWall: 60_000, lastSuccessAtWall: 30_000 });
  });
});

describe('rows', () => {
  test('of two rows with one id the worse one is shown, and the other is counted', () => {
    const record = after({ reading: good([reachable, unreachable, { id: '', state: 'reachable' }]) });
    expect(record.retained.peers?.value).toEqual([unreachable]);
    expect(record.counters.rowsSkipped).toEqual({ peers: { malformed: 2 } });
  });

  test('trunks alike', () => {
    const up: Trunk = { id: 'a', state: 'registered' };
    const down: Trunk = { id: 'a', state: 'failed' };
    expect(after({ reading: good([], [up, down]) }).retained.trunks?.value).toEqual([down]);
    expect(after({ reading: good([], [down, up]) }).retained.trunks?.value).toEqual([down]);
  });

  test('peers beyond the limit are kept for the totals and counted', () => {
    const many = Array.from({ length: 103 }, (_, index): Peer => ({ id: String(index), state: 'reachable' }));
    const record = after({ reading: good(many) });
    expect(record.retained.peers?.value).toHaveLength(103);
    expect(record.counters.rowsSkipped).toEqual({ peers: { limit: 3 } });
  });

  test('what the driver left out is counted, round after round', () => {
    const reading: Reading = { peers: { ok: true, value: [], skipped: { unknown_state: 2 } } };
    expect(after({ reading }, { reading }).counters.rowsSkipped).toEqual({ peers: { unknown_state: 4 } });
  });
});

test('a round that was left out says why and that no collector was read, also after a good or half-good one', () => {
  const half: Reading = { peers: { ok: true, value: [reachable] }, trunks: { ok: false, reason: 'rate_limited' } };
  const record = after({ reading: half }, { kind: 'skipped', suspendedUntilWall: 99 });
  expect(record).toMatchObject({ up: false, lastRound: { reason: 'suspended' } });
  expect(record.collectors).toEqual({
    peers: { success: false, reason: 'suspended' },
    trunks: { success: false, reason: 'suspended' },
  });
  const told = after({ reading: half }, { kind: 'skipped', reason: 'rate_limited' }, { kind: 'skipped' });
  expect(told.lastRound?.reason).toBe('rate_limited');
  expect(told.collectors.peers).toEqual({ success: false, reason: 'rate_limited' });
});

describe('changes', () => {
  test('of reachability between rounds are counted; unknown and disabled are no change themselves', () => {
    const rounds = [
      reachable,
      unreachable,
      reachable,
      unknown,
      unreachable,
      { id: '1', state: 'unregistered' },
      { id: '1', state: 'disabled' },
    ] as const;
    const record = after(...rounds.map((peer) => ({ reading: good([peer]) })));
    expect(record.counters.peerReachableChanges).toEqual(new Map([['1', 3]]));
  });

  test('of a trunk: each new state, also across a failed round', () => {
    const states = ['registered', 'unregistered', 'rejected'] as const;
    const rounds = states.flatMap((state) => [{ reading: good([], [{ id: 't', state }]) }, failed]);
    expect(after(...rounds).counters.trunkStateChanges).toEqual(new Map([['t', 2]]));
  });

  test('a change through unknown counts: the last state that was known is what it is compared with', () => {
    const trunk = (state: Trunk['state']): Reading => good([], [{ id: 't', state }]);
    const states = ['registered', 'unknown', 'unknown', 'rejected', 'unknown', 'rejected'] as const;
    const rounds = states.map((state) => ({ reading: trunk(state) }));
    expect(after(...rounds).counters.trunkStateChanges).toEqual(new Map([['t', 1]]));
    const peers = [reachable, unknown, unreachable, unknown, unreachable, unknown, reachable];
    const record = after(...peers.map((peer) => ({ reading: good([peer]) })));
    expect(record.counters.peerReachableChanges).toEqual(new Map([['1', 2]]));
  });

  test('a phone that the admin disabled, or that was gone, begins anew', () => {
    const disabled: Peer = { id: '1', state: 'disabled' };
    const once = after(...[reachable, disabled, unknown, unreachable].map((peer) => ({ reading: good([peer]) })));
    expect(once.counters.peerReachableChanges).toEqual(new Map([['1', 0]]));
    const gone = after(
      { reading: good([reachable]) },
      { reading: good([unknown]) },
      { reading: good([]) },
      { reading: good([unreachable]) },
    );
    expect(gone.counters.peerReachableChanges).toEqual(new Map([['1', 0]]));
  });

  test('states that a phone went through count in each round that tells them, also the same ones again', () => {
    const flapped = { reading: good([{ ...reachable, passed: ['unreachable'] }]) };
    const rounds = [{ reading: good([reachable]) }, flapped, flapped, { reading: good([reachable]) }];
    expect(after(...rounds).counters.peerReachableChanges).toEqual(new Map([['1', 4]]));
  });

  test('states that a phone went through count once, also when a partial read leaves it in another place', () => {
    const whole = good([
      { id: '2', state: 'reachable' },
      { ...reachable, passed: ['unreachable', 'reachable'] },
    ]);
    const partial: Reading = { peers: { ok: false, reason: 'timeout', value: [{ id: '3', state: 'reachable' }] } };
    const record = [whole, partial, partial].reduce(
      (before, reading, index) =>
        nextRecord(before, outcome({ reading, endedAt: index * 1_000 }), { ...limits, staleAfterMs: 90_000 }),
      after({ reading: good([reachable]) }),
    );
    expect(record.counters.peerReachableChanges.get('1')).toBe(2);
  });

  test('nothing grows: a peer that left takes its counter with it', () => {
    const record = after({ reading: good([reachable]) }, { reading: good([{ id: '2', state: 'reachable' }]) });
    expect([...record.counters.peerReachableChanges.keys()]).toEqual(['2']);
  });
});

test('counters add up and the old record stays as it was', () => {
  const first = after({
    reading: good([reachable]),
    requests: { login: { ok: 1 }, peers: { ok: 1 } },
    logins: { success: 1, failure: 0 },
  });
  const copy = structuredClone(first);
  const second = nextRecord(first, outcome({ ...failed, requests: { peers: { ok: 1, timeout: 2 } } }), limits);
  expect(second.counters.requests).toEqual({ login: { ok: 1 }, peers: { ok: 2, timeout: 2 } });
  expect(second.counters.logins).toEqual({ success: 1, failure: 0 });
  expect(first).toEqual(copy);
});

test('rows carried from earlier rounds make the data as old as the oldest of them', () => {
  const record = after({ reading: { peers: { ok: true, value: [reachable], oldestReadAt: -50_000 } } });
  expect(record.retained.peers).toEqual({ value: [reachable], readAt: 0, oldestReadAt: -50_000 });
});
