import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nextRecord } from '../../src/snapshot/next-record.ts';
import { failureReasons } from '../../src/snapshot/failure-reason.ts';
import type { RoundOutcome } from '../../src/snapshot/round-outcome.ts';
import { type Part, type Peer, peerStates } from '../../src/snapshot/reading.ts';
import { emptyRecord, type TargetRecord } from '../../src/snapshot/record.ts';

const reason = fc.constantFrom(...failureReasons);
const peer: fc.Arbitrary<Peer> = fc.record({
  id: fc.constantFrom('100', '101', '102', '__proto__', ''),
  state: fc.constantFrom(...peerStates),
});
const rows = fc.array(peer, { maxLength: 6 });
const part: fc.Arbitrary<Part<readonly Peer[]>> = fc.oneof(
  fc.record({ ok: fc.constant(true as const), value: rows }),
  fc.record({ ok: fc.constant(false as const), reason }),
  fc.record({ ok: fc.constant(false as const), reason, value: rows }),
);
const outcome = fc.record({
  kind: fc.constantFrom('polled' as const, 'skipped' as const),
  failed: fc.option(reason),
  peers: fc.option(part),
});

type Drawn = typeof outcome extends fc.Arbitrary<infer Value> ? Value : never;

function outcomeAt(step: number, { kind, failed, peers }: Drawn): RoundOutcome {
  return {
    kind,
    collectors: ['peers'],
    ...(peers === null || kind === 'skipped' ? {} : { reading: { peers } }),
    ...(failed === null ? {} : { reason: failed }),
    endedAtWall: step * 1000,
    endedAt: step * 1000,
    durationMs: 10,
    requests: { peers: { ok: 1 } },
    logins: { success: step % 2, failure: 0 },
    suspendedUntilWall: 0,
  };
}

/** Returns all cumulative counters by path. */
function sums({ counters }: TargetRecord): Map<string, number> {
  const found = new Map<string, number>();
  const walk = (value: unknown, place: string): void => {
    if (typeof value === 'number') found.set(place, value);
    else if (typeof value === 'object' && value !== null && !(value instanceof Map))
      for (const [name, inner] of Object.entries(value)) walk(inner, `${place}.${name}`);
  };
  walk(counters, 'counters');
  return found;
}

test('whatever the rounds bring: no peer that was not read, no counter that falls, no face better than the round', () => {
  fc.assert(
    fc.property(fc.array(outcome, { maxLength: 12 }), (outcomes) => {
      let record = emptyRecord;
      let read: ReadonlySet<string> = new Set();
      for (const [index, one] of outcomes.entries()) {
        const next = outcomeAt(index + 1, one);
        const before = { sums: sums(record), retained: record.retained.peers };
        record = nextRecord(record, next, { peers: 3 });
        const value = next.reading?.peers?.value;
        if (value !== undefined) read = new Set(value.map(({ id }) => id));
        const shown = (record.retained.peers?.value ?? []).map(({ id }) => id);
        expect(shown.filter((id) => !read.has(id))).toEqual([]);
        expect(new Set(shown).size).toBe(shown.length);
        expect(record.up).toBe(next.kind === 'polled' && next.reason === undefined);
        const fallen = [...before.sums].filter(([place, sum]) => (sums(record).get(place) ?? -1) < sum);
        expect(fallen).toEqual([]);
        expect(record.retained.peers?.readAt).toBe(value === undefined ? before.retained?.readAt : next.endedAt);
      }
    }),
  );
});
