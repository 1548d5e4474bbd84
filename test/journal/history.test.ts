import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { History, historyBytes, historyMinutes } from '../../src/journal/history.ts';
import type { Peer } from '../../src/snapshot/reading.ts';
import { emptyRecord, type TargetRecord } from '../../src/snapshot/record.ts';
import { peers, Rounds, startWall, trunks } from './rounds.ts';

const minute = 60_000;
const startMinute = startWall / minute;

/** Returns the record of a round at a wall clock time, with or without a list of phones. */
function record(wall: number, phones?: readonly Peer[], up = true): TargetRecord {
  const retained = phones === undefined ? {} : { peers: { value: phones, readAt: wall } };
  return { ...emptyRecord, up, retained, clocks: { monotonic: wall, wall, gaps: [] } };
}

describe('the last hours', () => {
  test('a point a minute: phones, trunks, median roundtrip, rounds and failed ones', () => {
    const rounds = new Rounds();
    const phones = [900, 3_000, 1_200].map((roundtripMicroseconds, index): Peer => {
      return { id: String(index), state: 'reachable', roundtripMicroseconds };
    });
    const away: Peer = { id: 'away', state: 'unreachable' };
    rounds.round({
      peers: { ok: true, value: [...phones, away] },
      ...trunks({ a: 'registered', b: 'unmonitored', c: 'rejected', d: 'disabled' }),
    });
    rounds.round({ reason: 'timeout' }, { afterMs: 20_000 });
    expect(rounds.journal.history('hq', rounds.wall)).toEqual([
      {
        minute: startMinute,
        reachablePeers: 3,
        trunksInService: 2,
        medianRoundtrip: 1_200,
        rounds: 2,
        failedRounds: 1,
      },
    ]);
  });

  test('values that a round only kept are not those of its minute', () => {
    const rounds = new Rounds();
    rounds.round({ ...peers({ a: 'reachable' }), ...trunks({ a: 'registered' }) });
    rounds.round({ ...peers({ a: 'reachable' }), trunks: { ok: false, reason: 'timeout' } }, { afterMs: minute });
    rounds.round({ reason: 'connect' }, { afterMs: minute });
    expect(rounds.journal.history('hq', rounds.wall).slice(1)).toEqual([
      { minute: startMinute + 1, reachablePeers: 1, rounds: 1, failedRounds: 0 },
      { minute: startMinute + 2, rounds: 1, failedRounds: 1 },
    ]);
  });

  test('minutes without a round have no point, and six hours later nothing is left of a value', () => {
    const history = new History();
    history.note(record(0, [{ id: 'a', state: 'reachable' }]));
    history.note(record(7 * minute));
    expect(history.points(7 * minute).map((point) => point.minute)).toEqual([0, 7]);
    expect(history.points(360 * minute).map((point) => point.minute)).toEqual([7]);
    history.note(record(360 * minute));
    expect(history.points(360 * minute)).toEqual([
      { minute: 7, rounds: 1, failedRounds: 0 },
      { minute: 360, rounds: 1, failedRounds: 0 },
    ]);
  });

  test('a clock that is set back a little goes on, one that is set back far begins anew', () => {
    const history = new History();
    history.note(record(1_000 * minute));
    history.note(record(998 * minute));
    expect(history.points(1_000 * minute)).toEqual([{ minute: 1_000, rounds: 2, failedRounds: 0 }]);
    history.note(record(400 * minute));
    expect(history.points(400 * minute)).toEqual([{ minute: 400, rounds: 1, failedRounds: 0 }]);
  });

  test('whatever the clock says, points are in order, within six hours, and the ring is as long as it was', () => {
    const steps = fc.array(fc.integer({ min: -800, max: 800 }), { maxLength: 40 });
    fc.assert(
      fc.property(steps, (minutes) => {
        const history = new History();
        let wall = 0;
        for (const step of minutes) {
          wall += step * minute;
          history.note(record(wall, [{ id: 'a', state: 'reachable' }]));
          const seen = history.points(wall).map((point) => point.minute);
          expect(seen).toEqual([...new Set(seen)].sort((one, other) => one - other));
          expect(seen.every((one) => wall / minute - one < historyMinutes)).toBe(true);
          expect(seen.length).toBeGreaterThan(0);
        }
      }),
    );
    expect(historyBytes).toBeLessThanOrEqual(8_000);
  });
});
