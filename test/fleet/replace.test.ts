import { describe, expect, test } from 'vitest';
import { Fleet } from '../../src/fleet/fleet.ts';
import { createHandClock, type HandClock } from '../simulator/hand-clock.ts';
import { fakePbxTarget, type FakePbxTarget, hangingPbx } from '../support/web-bench.ts';

/** Runs all pending microtasks. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
}

function startedFleet(clock: HandClock, members: readonly FakePbxTarget[], concurrency = 8): Fleet {
  const fleet = new Fleet(
    { concurrency, clock, random: () => 0 },
    members.map(({ target }) => target),
  );
  fleet.start();
  return fleet;
}

async function passTime(clock: HandClock, totalMs: number): Promise<void> {
  for (let time = 0; time < totalMs; time += 500) {
    clock.advance(500);
    await settle();
  }
}

describe('a fleet whose targets are replaced', () => {
  test('lets those that stay go on in their own rhythm, and keeps the new order', async () => {
    const clock = createHandClock();
    const [stays, goes, comes] = ['stays', 'goes', 'comes'].map((name) => fakePbxTarget(clock, name));
    if (stays === undefined || goes === undefined || comes === undefined) throw new Error('there are three');
    const fleet = startedFleet(clock, [stays, goes]);
    await passTime(clock, 20_000);
    await fleet.replace([comes.target, stays.target], 8);
    expect(fleet.targets).toEqual([comes.target, stays.target]);
    expect([fleet.get('comes'), fleet.get('goes')]).toEqual([comes.target, undefined]);
    await passTime(clock, 5_000);
    expect([stays, comes].map(({ transport }) => transport.count('peers'))).toEqual([1, 1]);
    await passTime(clock, 6_000);
    expect([stays, goes, comes].map(({ transport }) => transport.count('peers'))).toEqual([2, 1, 1]);
    expect([stays, goes, comes].map(({ transport }) => transport.count('logout'))).toEqual([0, 1, 0]);
    await fleet.stop();
    await passTime(clock, 60_000);
    expect(clock.waiting).toBe(0);
  });

  test.each([
    ['shorter', 10_000, [12_000, 22_000]],
    ['longer', 60_000, [62_000, 122_000]],
  ] as const)(
    'one that stays with a %s interval has its next round that long after its last one',
    async (_word, intervalMs, rounds) => {
      const clock = createHandClock();
      const stays = fakePbxTarget(clock, 'stays');
      const fleet = startedFleet(clock, [stays]);
      await passTime(clock, 2_000);
      expect(stays.transport.count('peers')).toBe(1);
      stays.target.present({ identity: stays.target.identity, intervalMs, timeoutMs: 20_000 });
      await fleet.replace([stays.target], 8);
      for (const [index, dueAt] of rounds.entries()) {
        await passTime(clock, dueAt - 2_500 - clock.monotonicTime());
        expect(stays.transport.count('peers')).toBe(index + 1);
        await passTime(clock, 2_500);
        expect(stays.transport.count('peers')).toBe(index + 2);
      }
      expect(stays.transport.count('login')).toBe(1);
      await fleet.stop();
      expect(clock.waiting).toBe(0);
    },
  );

  test('begins no new round before the old targets have logged out, not even when asked to', async () => {
    const clock = createHandClock();
    const [before, after] = [fakePbxTarget(clock, 'hq'), fakePbxTarget(clock, 'hq')];
    const fleet = startedFleet(clock, [before]);
    await passTime(clock, 500);
    before.transport.behaviour = hangingPbx;
    const loggingOut = before.transport.sent('logout');
    const replaced = fleet.replace([after.target], 8);
    await loggingOut;
    const asked = fleet.poll(after.target);
    await settle();
    expect(after.transport.requests).toEqual([]);
    clock.advance(3_000);
    await replaced;
    await asked;
    expect(after.transport.count('login')).toBe(1);
    await fleet.stop();
  });

  test('ends the running round of a target that leaves', async () => {
    const clock = createHandClock();
    const leaving = fakePbxTarget(clock, 'leaving', hangingPbx);
    const fleet = startedFleet(clock, [leaving]);
    const sent = leaving.transport.sent('trunks');
    await passTime(clock, 500);
    await sent;
    const loggingOut = leaving.transport.sent('logout');
    const replaced = fleet.replace([], 8);
    await loggingOut;
    clock.advance(3_000);
    await replaced;
    expect(leaving.transport.closed).toBe(true);
    expect(clock.waiting).toBe(0);
  });

  test('never begins those that were replaced while they waited', async () => {
    const clock = createHandClock();
    const [first, second, third] = [
      fakePbxTarget(clock, 'first'),
      fakePbxTarget(clock, 'second'),
      fakePbxTarget(clock, 'third'),
    ];
    const fleet = startedFleet(clock, [first]);
    await passTime(clock, 500);
    first.transport.behaviour = hangingPbx;
    const loggingOut = first.transport.sent('logout');
    const replaced = fleet.replace([second.target], 8);
    await loggingOut;
    const replacedAgain = fleet.replace([third.target], 8);
    clock.advance(3_000);
    await Promise.all([replaced, replacedAgain]);
    await passTime(clock, 40_000);
    expect([second, third].map(({ transport }) => transport.count('peers'))).toEqual([0, 2]);
    await fleet.stop();
    expect(clock.waiting).toBe(0);
  });

  test('is logged out everywhere when it has stopped', async () => {
    const clock = createHandClock();
    const all = ['a', 'b'].map((name) => fakePbxTarget(clock, name));
    const fleet = startedFleet(clock, all);
    await passTime(clock, 500);
    await fleet.stop();
    expect(all.map(({ transport }) => [transport.count('logout'), transport.closed])).toEqual([
      [1, true],
      [1, true],
    ]);
  });

  test('after it was stopped begins nothing', async () => {
    const clock = createHandClock();
    const late = fakePbxTarget(clock, 'late');
    const fleet = startedFleet(clock, [fakePbxTarget(clock, 'hq')]);
    await fleet.stop();
    await fleet.replace([late.target], 8);
    await passTime(clock, 60_000);
    expect(late.transport.requests).toEqual([]);
    expect(clock.waiting).toBe(0);
  });
});

describe('a round that is asked for', () => {
  test('joins one that waits for its turn', async () => {
    const clock = createHandClock();
    const [busy, hq] = [fakePbxTarget(clock, 'busy', hangingPbx), fakePbxTarget(clock, 'hq')];
    const fleet = new Fleet({ concurrency: 1, clock, random: () => 0 }, [busy.target, hq.target]);
    const sent = busy.transport.sent('trunks');
    const blocking = fleet.poll(busy.target);
    await sent;
    const waiting = [fleet.poll(hq.target), fleet.poll(hq.target)];
    await settle();
    expect([fleet.roundRunningMs(busy.target), fleet.roundRunningMs(hq.target)]).toEqual([0, undefined]);
    clock.advance(20_000);
    await Promise.all([blocking, ...waiting]);
    expect(hq.transport.count('peers')).toBe(1);
    expect(fleet.roundRunningMs(busy.target)).toBeUndefined();
  });

  test('shares its time among its calls: one that hangs leaves time for the other', async () => {
    const clock = createHandClock();
    const hq = fakePbxTarget(
      clock,
      'hq',
      ({ call }, signal) => (call === 'peers' ? hangingPbx({ call, path: '' }, signal) : { body: 'token' }),
      { timeoutMs: 4_000 },
    );
    const fleet = new Fleet({ concurrency: 1, clock, random: () => 0 }, [hq.target]);
    const sent = hq.transport.sent('trunks');
    const round = fleet.poll(hq.target);
    await sent;
    await settle();
    clock.advance(2_000);
    await round;
    expect(hq.target.record.collectors).toMatchObject({ peers: { success: false }, trunks: { success: true } });
    expect(hq.target.record.up).toBe(true);
  });

  test('of a target that is not in the fleet any more does nothing', async () => {
    const clock = createHandClock();
    const gone = fakePbxTarget(clock, 'gone');
    const fleet = new Fleet({ concurrency: 1, clock, random: () => 0 }, []);
    await fleet.poll(gone.target);
    expect(gone.transport.requests).toEqual([]);
    expect(fleet.roundRunningMs(gone.target)).toBeUndefined();
  });
});
