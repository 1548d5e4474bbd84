import { describe, expect, test } from 'vitest';
import { setTrunk } from '../../../../src/simulator/kit/world.ts';
import type { PbxChanges } from '../support.ts';
import { setUp, until } from '../support.ts';

const intervalMs = 120_000;
type Pbx = Awaited<ReturnType<typeof setUp>>;

/** Creates a target that is polled every two minutes, although sessions of the PBX end after one minute, and runs its first round. */
async function polledRarely(changes: PbxChanges = {}, collect: 'quality' | 'calls' = 'quality'): Promise<Pbx> {
  const pbx = await setUp({ collect: ['trunks', collect], intervalMs }, changes);
  await pbx.bench.poll();
  return pbx;
}

function waits({ simulator }: Pbx): number {
  return simulator.ledger.requestsOf('WaitEvent');
}

/** Advances the clock, during which the given number of requests becomes due, and waits for their responses. */
async function pass(pbx: Pbx, milliseconds: number, questions = 0): Promise<void> {
  const before = waits(pbx);
  pbx.clock.advance(milliseconds);
  // A pending request has two timers, its own and that of the transport; afterwards, only the timer of the next request may be pending.
  await until(() => waits(pbx) === before + questions && pbx.clock.waiting <= 1);
  expect(waits(pbx) - before).toBe(questions);
}

/** Asserts that no timer is pending. Timers of connections end only when the network has closed them. */
async function noTimerWaits({ clock }: Pbx): Promise<void> {
  await until(() => clock.waiting === 0);
  expect(clock.waiting).toBe(0);
}

/** Plays a leg of twelve seconds, which has just ended. */
async function call(pbx: Pbx): Promise<void> {
  const leg = pbx.simulator.legs.start({ endpoint: '1001' });
  await pass(pbx, 12_000);
  pbx.simulator.legs.end(leg);
}

describe('an interval above half of httptimeout', () => {
  test('is bridged: one login, nothing kept for longer than that, and no leg is missed', async () => {
    const pbx = await polledRarely();
    for (let round = 1; round <= 3; round += 1) {
      for (let part = 0; part < 3; part += 1) {
        await call(pbx);
        await pass(pbx, 18_001, 1);
        expect(pbx.simulator.keptEventBytes).toBe(0);
      }
      await call(pbx);
      const record = await pbx.bench.poll();
      expect(record.counters.quality?.finished?.outcomes.yes).toBe(4 * round);
      expect(record.counters.quality?.eventGaps).toBe(0);
    }
    expect(pbx.simulator.ledger.loginsJudged).toBe(1);
    expect(pbx.simulator.ledger.sessionsLive).toBe(1);
    expect(waits(pbx)).toBe(4 + 3 * 3);
  });

  test('changes of state that were fetched in between are counted in the next round', async () => {
    const pbx = await polledRarely();
    const { world } = pbx.simulator;
    const trunk = world.trunks.find(({ kind }) => kind === 'register')?.name ?? '';
    const before = pbx.bench.target.record.counters.trunkStateChanges.get(trunk) ?? 0;
    for (const state of ['rejected', 'registered'] as const) {
      setTrunk(world, trunk, { state });
      pbx.simulator.noticeChanges();
      await pass(pbx, 30_001, 1);
    }
    await pass(pbx, 20_000);
    const { counters } = await pbx.bench.poll();
    expect(counters.trunkStateChanges.get(trunk)).toBe(before + 2);
  });

  test('its questions are counted like those of rounds', async () => {
    const pbx = await polledRarely();
    await pass(pbx, 30_001, 1);
    await pass(pbx, 30_001, 1);
    await pass(pbx, 20_000);
    const { counters } = await pbx.bench.poll();
    expect(counters.requests['events']).toEqual({ ok: 4 });
    expect(counters.requests['login']).toEqual({ ok: 1 });
  });

  test.each([10_000, 30_000])('a shorter one (%d ms) is not: the rounds are the questions', async (shorter) => {
    const pbx = await setUp({ collect: ['trunks', 'quality'], intervalMs: shorter });
    await pbx.bench.rounds(3);
    expect(waits(pbx)).toBe(3);
  });

  test('without the collector nothing is kept, and nothing asked', async () => {
    const pbx = await polledRarely({}, 'calls');
    const before = pbx.simulator.ledger.requestsTotal;
    pbx.clock.advance(intervalMs);
    await noTimerWaits(pbx);
    expect(pbx.simulator.ledger.requestsTotal).toBe(before);
  });

  test('the PBX says how long its sessions live', async () => {
    const pbx = await polledRarely({ switches: { httpTimeoutMs: 400_000 } });
    await pass(pbx, 119_000);
    expect(waits(pbx)).toBe(1);
    await pass(pbx, 82_000, 1);
    expect(waits(pbx)).toBe(2);
  });
});

describe('a session that is lost between two rounds', () => {
  test('gets no login until the next round, no second question, and is one gap', async () => {
    const pbx = await polledRarely();
    pbx.simulator.endSessions();
    await pass(pbx, 30_001, 1);
    expect(waits(pbx)).toBe(2);
    await pass(pbx, 80_000);
    expect(waits(pbx)).toBe(2);
    expect(pbx.simulator.ledger.loginsGood).toBe(1);
    await noTimerWaits(pbx);
    const record = await pbx.bench.poll();
    expect(record).toMatchObject({ up: true, collectors: { quality: { success: true } } });
    expect(record.counters.quality?.eventGaps).toBe(1);
    expect(pbx.simulator.ledger.loginsGood).toBe(2);
  });

  test('a PBX that does not answer costs no login, and the session is asked once more', async () => {
    const pbx = await polledRarely();
    await pbx.simulator.faults.set({ kind: 'html', status: 500 }, { call: 'WaitEvent' });
    await pass(pbx, 30_001, 1);
    await pbx.simulator.faults.clear();
    await pass(pbx, 15_001, 1);
    await pass(pbx, 30_001, 1);
    expect(pbx.simulator.ledger.loginsJudged).toBe(1);
    expect(pbx.simulator.ledger.sessionsLive).toBe(1);
  });

  test('a PBX that nobody polls any more is left alone', async () => {
    const pbx = await polledRarely({ switches: { httpTimeoutMs: 600_000 } });
    for (let part = 0; part < 2; part += 1) await pass(pbx, 300_001, 1);
    await pass(pbx, 900_000);
    await noTimerWaits(pbx);
    expect(pbx.simulator.ledger.sessionsLive).toBe(0);
  });

  test('the end of the target is the end of its questions, and of the session', async () => {
    const pbx = await polledRarely();
    await pbx.bench.target.stop();
    await noTimerWaits(pbx);
    expect(pbx.simulator.ledger.sessionsLive).toBe(0);
  });
});
