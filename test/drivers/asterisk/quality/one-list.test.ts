import { describe, expect, test } from 'vitest';
import { asterisk } from '../../../../src/drivers/asterisk/index.ts';
import { makeWorld } from '../../../../src/simulator/kit/make-world.ts';
import type { TargetRecord } from '../../../../src/snapshot/record.ts';
import { listWithoutEnd } from '../list-faults.ts';
import { setUp, until } from '../support.ts';

const kinds = [
  [
    'PJSIP',
    22,
    [
      'PJSIPShowEndpoints',
      'PJSIPShowMaintenance',
      'PJSIPShowRegistrationInboundContactStatuses',
      'PJSIPShowRegistrationsOutbound',
    ],
  ],
  ['SIP', 16, ['SIPpeers', 'SIPshowregistry']],
] as const;

/** Creates a PBX with phones and trunks of this channel driver only, and with two running legs of one call. */
async function open(technology: 'PJSIP' | 'SIP', release: 16 | 22) {
  const driver = technology === 'SIP' ? 'sip' : 'pjsip';
  const pbx = await setUp(
    { collect: asterisk.collectors },
    {
      release,
      // No trunks with a fixed address, so that no row is requested individually.
      world: makeWorld({ peers: 3, trunks: 0 }),
      switches: {
        modules: new Set([driver, 'queue']),
        technologyOf: () => driver,
        trunkTechnologyOf: () => driver,
        maximumCalls: 30,
      },
    },
  );
  const { legs } = pbx.simulator;
  const [one] = legs.bridge({ endpoint: '1001', technology }, { endpoint: '1002', technology });
  pbx.clock.advance(10_000);
  await pbx.bench.poll();
  return { ...pbx, one };
}

/** PJSIP itself counts the channels of a phone, and this count does not include the legs of the simulator. */
const idle = { 1001: false, 1002: false, 1003: false };

function inCall({ peers }: TargetRecord['retained']): Readonly<Record<string, boolean | undefined>> {
  return Object.fromEntries((peers?.value ?? []).map((peer) => [peer.id, peer.inCall]));
}

describe.each(kinds)('%s on release %d, with every collector', (technology, release, lists) => {
  test('a round asks each list once, and each running leg', async () => {
    const { bench, simulator } = await open(technology, release);
    const before = { ...simulator.ledger.requests };
    const { retained } = await bench.rounds(1);
    const asked = Object.entries(simulator.ledger.requests)
      .map(([action, count]) => [action, count - (before[action] ?? 0)] as const)
      .filter(([, count]) => count > 0);
    expect(Object.fromEntries(asked)).toEqual({
      ...Object.fromEntries(lists.map((list) => [list, 1])),
      CoreShowChannels: 1,
      CoreStatus: 1,
      Getvar: 2,
      QueueStatus: 1,
      WaitEvent: 1,
    });
    expect(retained.calls?.value).toEqual({ all: 1 });
    expect(retained.system?.value).toMatchObject({ used: { calls: 1 } });
    expect(retained.quality?.value.running?.media).toEqual({ flowing: 2, one_way: 0, none: 0, unknown: 0 });
    expect(inCall(retained)).toEqual(technology === 'SIP' ? { 1001: true, 1002: true, 1003: false } : idle);
  });
});

describe('the channels of chan_sip, for calls, phones and legs', () => {
  test.each([
    ['protocol', { kind: 'altered-body', alter: () => 'nonsense' }, 1],
    ['protocol', listWithoutEnd, 1],
    ['forbidden', { kind: 'altered-body', alter: () => 'Response: Error\r\nMessage: Permission denied\r\n\r\n' }, 1],
    // The session may have been lost. The list has rows, so it justifies one new login, but no more.
    ['session_lost', { kind: 'unknown-session' }, 2],
  ] as const)('a failed list (%s) costs the calls, and what it tells of others', async (reason, fault, logins) => {
    const { bench, simulator } = await open('SIP', 16);
    await simulator.faults.set(fault, { call: 'CoreShowChannels' });
    const before = simulator.ledger.requestsOf('CoreShowChannels');
    const { collectors, retained } = await bench.rounds(1);
    expect(simulator.ledger.requestsOf('CoreShowChannels') - before).toBe(logins);
    const { calls, ...others } = collectors;
    expect(calls).toMatchObject({ success: false, reason });
    expect(Object.values(others)).toEqual(Array.from({ length: 5 }, () => ({ success: true })));
    expect(retained.quality?.value.running).toBeUndefined();
    expect(retained.system?.value).not.toHaveProperty('used');
    expect(inCall(retained)).toEqual({ 1001: undefined, 1002: undefined, 1003: undefined });
    await bench.rounds(2);
    expect(simulator.ledger.loginsJudged).toBe(logins);
  });

  test('a list that does not come in time costs the calls only', async () => {
    const { bench, simulator, clock } = await open('SIP', 16);
    await simulator.faults.set({ kind: 'hang' }, { call: 'CoreShowChannels' });
    clock.advance(30_000);
    const round = bench.poll();
    const asked = ['CoreShowChannels', 'SIPpeers', 'SIPshowregistry', 'QueueStatus'];
    // The two timers belong to the round and to the hanging request; all other requests have been answered.
    await until(() => asked.every((action) => simulator.ledger.requestsOf(action) === 2) && clock.waiting === 2);
    clock.advance(10_000);
    const { collectors } = await round;
    const { calls, ...others } = collectors;
    expect(calls).toMatchObject({ success: false, reason: 'timeout' });
    expect(Object.values(others)).toEqual(Array.from({ length: 5 }, () => ({ success: true })));
    expect(simulator.ledger.loginsJudged).toBe(1);
  });

  test('a leg that has ended since the list is neither silent nor lost', async () => {
    const { bench, simulator, one } = await open('SIP', 16);
    await simulator.faults.set(
      { kind: 'hang' },
      {
        matches: ({ body }) => {
          if (body.includes('Getvar')) simulator.legs.end(one);
          return false;
        },
      },
    );
    const { retained } = await bench.rounds(1);
    expect(retained.calls?.value).toEqual({ all: 1 });
    expect(retained.quality?.value.running).toEqual({
      media: { flowing: 1, one_way: 0, none: 0, unknown: 0 },
      lossy: { '0.01': 0, '0.05': 0 },
    });
  });
});
