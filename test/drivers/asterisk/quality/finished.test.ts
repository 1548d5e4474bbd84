import { describe, expect, test } from 'vitest';
import type { AsteriskSimulator } from '../../../../src/simulator/asterisk/index.ts';
import type { LegConditions } from '../../../../src/simulator/asterisk/leg.ts';
import type { TargetRecord } from '../../../../src/snapshot/record.ts';
import { makeWorld } from '../../../../src/simulator/kit/make-world.ts';
import { keepingLog, setUp, userWith } from '../support.ts';

const collect = ['trunks', 'quality'] as const;

function finished(record: TargetRecord) {
  return record.counters.quality?.finished;
}

type Bench = Awaited<ReturnType<typeof setUp>>;

/** Plays a call with this many seconds, which ends now. */
function call(
  { simulator, clock }: Bench,
  seconds: number,
  conditions: Partial<LegConditions> = {},
  endpoint = '1001',
) {
  const leg = simulator.legs.start({ endpoint, callerNumber: '+3012345678' });
  leg.change(conditions);
  clock.advance(seconds * 1000);
  simulator.legs.end(leg);
}

function waits({ ledger }: AsteriskSimulator): number {
  return ledger.requestsOf('WaitEvent');
}

describe('finished legs', () => {
  test('short calls between two rounds are not missed, and each counts for what it is', async () => {
    const pbx = await setUp({ collect });
    await pbx.bench.rounds(1);
    call(pbx, 4);
    call(pbx, 12, { inward: { loss: 0.1, jitter: 0.03 }, outward: { loss: 0.02 } });
    call(pbx, 3, { silent: true });
    call(pbx, 3, { directMedia: true });
    const record = await pbx.bench.rounds(1);
    expect(record.collectors['quality']).toEqual({ success: true });
    expect(finished(record)).toMatchObject({
      outcomes: { yes: 1, short: 1, one_way: 1, no_media: 1, implausible: 0 },
      packets: { in: { received: 540, lost: 50 }, out: { received: 590, lost: 10 } },
      jitter: { in: { sum: 0.03 }, out: { sum: 0 } },
      roundtrip: { sum: 0.02 },
    });
  });

  test('a trunk has its own packets, as long as it is shown', async () => {
    const pbx = await setUp({ collect });
    const trunk = pbx.simulator.world.trunks[0]?.name ?? '';
    await pbx.bench.rounds(1);
    call(pbx, 12, { inward: { loss: 0.1 } }, trunk);
    call(pbx, 4, { inward: { loss: 0.1 } }, trunk);
    call(pbx, 12);
    await pbx.bench.rounds(1);
    const page = await pbx.bench.page();
    const lines = page.split('\n').filter((line) => /^pbx_trunk_(?:rtp|call_legs)/u.test(line));
    expect(lines).toEqual([
      `pbx_trunk_rtp_packets_received_total{pbx="test",trunk="${trunk}"} 540`,
      `pbx_trunk_rtp_packets_lost_total{pbx="test",trunk="${trunk}"} 50`,
      `pbx_trunk_call_legs_measured_total{pbx="test",trunk="${trunk}"} 1`,
      `pbx_trunk_call_legs_lossy_total{pbx="test",trunk="${trunk}",threshold="0.01"} 1`,
      `pbx_trunk_call_legs_lossy_total{pbx="test",trunk="${trunk}",threshold="0.05"} 1`,
    ]);
    pbx.simulator.world.trunks.shift();
    await pbx.bench.rounds(1);
    expect(await pbx.bench.page()).not.toMatch(/pbx_trunk_(?:rtp|call_legs)/u);
  });

  test.each([
    ['no RTCP', { farSideReports: false, outward: { loss: 0.5 } }],
    ['a roundtrip below zero', { roundtrip: -1 }],
    ['packets seen twice', { duplicates: true, outward: { loss: 0.5 } }],
  ] as const)('%s is no measurement', async (_trap, conditions) => {
    const pbx = await setUp({ collect });
    await pbx.bench.rounds(1);
    call(pbx, 20, conditions);
    const legs = finished(await pbx.bench.rounds(1));
    expect(legs?.packets.out.lost).toBe(0);
    expect(legs?.packets.in).toEqual({ received: 1_000, lost: 0 });
    expect(legs?.roundtrip.sum).toBe('duplicates' in conditions ? 0.02 : 0);
  });

  test('a sender that jumps loses the leg its place, not the trunk its name', async () => {
    const pbx = await setUp({ collect });
    await pbx.bench.rounds(1);
    const leg = pbx.simulator.legs.start({ endpoint: '1001' });
    pbx.clock.advance(20_000);
    leg.jumpSequence();
    pbx.simulator.legs.end(leg);
    expect(finished(await pbx.bench.rounds(1))).toMatchObject({
      outcomes: { implausible: 1, yes: 0 },
      packets: { in: { received: 0, lost: 0 } },
    });
  });

  test.each(['16.28.0', '18.16.0', '20.1.0'])('%s tells of none, so there is no series', async (version) => {
    const pbx = await setUp({ collect }, { world: { ...makeWorld({ peers: 2, trunks: 1 }), version } });
    await pbx.bench.rounds(1);
    call(pbx, 12);
    const record = await pbx.bench.rounds(1);
    expect(record.collectors['quality']).toEqual({ success: true });
    const page = await pbx.bench.page();
    expect(page).not.toContain('pbx_call_legs_finished_total');
    expect(page).not.toContain('pbx_rtp_packets');
    expect(page).toContain('pbx_event_gaps_total{pbx="test"} 0\n');
  });

  test('is off by default, and then nothing waits in the PBX', async () => {
    const pbx = await setUp();
    await pbx.bench.rounds(3);
    expect(waits(pbx.simulator)).toBe(0);
    expect(await pbx.bench.page()).not.toMatch(/pbx_(call_leg|rtp|event_gaps)/u);
  });

  test('counters stay while the PBX is down, running legs go with their age', async () => {
    const pbx = await setUp({ collect });
    await pbx.bench.rounds(1);
    call(pbx, 12);
    await pbx.bench.rounds(1);
    await pbx.simulator.faults.set({ kind: 'refuse' });
    await pbx.bench.rounds(6);
    const page = await pbx.bench.page();
    expect(page).toContain('pbx_call_legs_finished_total{pbx="test",measured="yes"} 1');
    expect(page).not.toContain('pbx_call_legs{');
  });
});

describe('bounds', () => {
  test('one WaitEvent a round, and never two within a second', async () => {
    const pbx = await setUp({ collect, intervalMs: 500 });
    await pbx.bench.rounds(9);
    expect(waits(pbx.simulator)).toBe(5);
  });

  test('a session that waited is drained in every round, also in those that fail otherwise', async () => {
    const pbx = await setUp({ collect });
    await pbx.bench.rounds(1);
    await pbx.simulator.faults.set(
      { kind: 'altered-body', alter: () => '<html>' },
      { matches: ({ body }) => !body.includes('WaitEvent') },
    );
    for (let round = 0; round < 5; round += 1) {
      call(pbx, 12);
      await pbx.bench.rounds(1);
      expect(pbx.simulator.keptEventBytes).toBe(0);
    }
    await pbx.simulator.faults.clear();
    expect(finished(await pbx.bench.rounds(1))?.outcomes.yes).toBe(5);
  });

  test.each(['endSessions', 'restart'] as const)('%s is one gap, and nothing is invented', async (end) => {
    const pbx = await setUp({ collect });
    await pbx.bench.rounds(1);
    call(pbx, 12);
    await pbx.bench.rounds(1);
    call(pbx, 12);
    pbx.simulator[end]();
    const record = await pbx.bench.rounds(4);
    expect(record.counters.quality?.eventGaps).toBe(1);
    expect(finished(record)?.outcomes.yes).toBe(1);
    expect(pbx.simulator.ledger.loginsGood).toBe(2);
  });

  test('an answer beyond the bound is one gap, told once', async () => {
    const { log, lines } = keepingLog();
    const users = userWith(['system', 'reporting']).map((user) => ({ ...user, read: ['system', 'dialplan'] as const }));
    const pbx = await setUp({ collect, log }, { switches: { users } });
    await pbx.bench.rounds(1);
    const flood = {
      event: 'VarSet',
      readClass: 'dialplan',
      fields: [
        ['Variable', 'NOTE'],
        ['Value', 'x'.repeat(3_000)],
      ],
    } as const;
    for (let count = 0; count < 800; count += 1) pbx.simulator.happen(flood);
    const record = await pbx.bench.rounds(1);
    expect(record).toMatchObject({
      up: true,
      collectors: { trunks: { success: true }, quality: { success: false, reason: 'protocol' } },
    });
    call(pbx, 12);
    const next = await pbx.bench.rounds(2);
    expect(next.collectors['quality']).toEqual({ success: true });
    expect(next.counters.quality).toMatchObject({ eventGaps: 1, finished: { outcomes: { yes: 1 } } });
    expect(lines.filter((line) => line.includes('may have been missed'))).toHaveLength(1);
  });

  test.each([
    [10_001, 1],
    [10_000, 0],
  ] as const)(
    'of %d changes of state between two rounds all are remembered, or there is a gap (%d)',
    async (changes, gaps) => {
      const pbx = await setUp({ collect });
      await pbx.bench.rounds(1);
      const flood = { event: 'ContactStatus', readClass: 'system', fields: [['AOR', '1001']] } as const;
      for (let event = 0; event < changes; event += 1) pbx.simulator.happen(flood);
      expect((await pbx.bench.rounds(2)).counters.quality?.eventGaps).toBe(gaps);
    },
  );

  test('events that cannot be fetched are not left in the PBX: the session is logged off, at growing pauses', async () => {
    const pbx = await setUp({ collect: ['calls', 'quality'], options: { running_legs: 0 } });
    await pbx.bench.rounds(1);
    await pbx.simulator.faults.set({ kind: 'altered-body', alter: () => 'nonsense' }, { call: 'WaitEvent' });
    const record = await pbx.bench.rounds(40);
    expect(record).toMatchObject({ up: true, collectors: { calls: { success: true }, quality: { success: false } } });
    expect(record.counters.quality?.eventGaps).toBe(1);
    expect(pbx.simulator.ledger.requestsOf('Logoff')).toBe(3);
    expect(pbx.simulator.ledger.loginsGood).toBe(4);
    call(pbx, 12);
    expect(pbx.simulator.keptEventBytes).toBe(0);
    await pbx.simulator.faults.clear();
    expect((await pbx.bench.rounds(31)).collectors['quality']).toEqual({ success: true });
  });

  test('a target that stops leaves no session behind', async () => {
    const pbx = await setUp({ collect });
    await pbx.bench.rounds(2);
    await pbx.bench.target.stop();
    expect(pbx.simulator.ledger.sessionsLive).toBe(0);
  });
});
