import { describe, expect, test } from 'vitest';
import { keepingLog, peersOf, setUp } from './support.ts';

const minuteMs = 60_000;

describe('modules that are not loaded', () => {
  test('are asked for rarely, cost no error, and are found when they come', async () => {
    const { log, lines } = keepingLog();
    const { bench, simulator } = await setUp(
      { intervalMs: 2 * minuteMs, log },
      {
        release: 16,
        switches: {
          modules: new Set(['pjsip']),
          technologyOf: ({ number }) => (number === '1001' ? 'sip' : 'pjsip'),
          httpTimeoutMs: 60 * minuteMs,
        },
      },
    );
    const first = await bench.rounds(1);
    expect(first.collectors).toMatchObject({ peers: { success: true }, trunks: { success: true } });
    await bench.rounds(15);
    const asked = simulator.ledger.requestsOf('SIPpeers');
    expect(asked).toBeGreaterThan(3);
    expect(asked).toBeLessThanOrEqual(7);
    const { counters } = bench.target.record;
    expect(counters.collectorFailures).toEqual({});
    expect(Object.keys(counters.requests['sip_peers'] ?? {})).toEqual(['ok']);
    expect(lines.filter((line) => line.startsWith('warn'))).toEqual([]);
    simulator.switches.modules.add('sip');
    expect(peersOf(await bench.rounds(8))['1001']).toMatchObject({ state: 'reachable' });
  });

  test('all of them missing is a PBX that starts: asked again in the next round, and no empty list', async () => {
    const { bench, simulator } = await setUp({}, { switches: { modules: new Set() } });
    const record = await bench.rounds(3);
    expect(record.collectors).toMatchObject({
      peers: { success: false, reason: 'service_unavailable' },
      system: { success: true },
    });
    expect(record.retained).not.toHaveProperty('peers');
    simulator.switches.modules.add('pjsip');
    expect((await bench.rounds(1)).collectors).toMatchObject({ peers: { success: true } });
  });

  test('one that was there is not forgotten while the PBX starts again', async () => {
    const world = { technologyOf: ({ number }: { number: string }) => (number === '1001' ? 'sip' : 'pjsip') } as const;
    const { bench, simulator, clock } = await setUp({}, { release: 16, switches: world });
    const before = peersOf(await bench.rounds(1));
    simulator.switches.modules.delete('sip');
    simulator.endSessions();
    const record = await bench.rounds(1);
    expect(record.collectors).toMatchObject({ peers: { success: false, reason: 'service_unavailable' } });
    expect(peersOf(record)).toEqual(before);
    simulator.switches.modules.add('sip');
    expect(peersOf(await bench.rounds(1))).toEqual(before);
    simulator.switches.modules.delete('sip');
    clock.advance(11 * minuteMs);
    const later = await bench.rounds(1);
    expect(later.collectors).toMatchObject({ peers: { success: true } });
    expect(peersOf(later)).not.toHaveProperty('1001');
  });

  test('a new login asks for all of them again', async () => {
    const { bench, simulator } = await setUp({ intervalMs: 5_000 });
    await bench.rounds(3);
    expect(simulator.ledger.requestsOf('SIPpeers')).toBe(1);
    simulator.endSessions();
    await bench.rounds(2);
    expect(simulator.ledger.requestsOf('SIPpeers')).toBe(2);
  });

  test('without the registrar contacts are asked for endpoint by endpoint', async () => {
    const { bench, simulator } = await setUp();
    const unknown =
      'Response: Error\r\nMessage: Invalid/unknown command: PJSIPShowRegistrationInboundContactStatuses. Use Action: ListCommands to show available commands.\r\n\r\n';
    await simulator.faults.set(
      { kind: 'altered-body', alter: () => unknown },
      { call: 'PJSIPShowRegistrationInboundContactStatuses' },
    );
    const record = await bench.poll();
    expect(peersOf(record)['1001']).toMatchObject({ state: 'reachable', registered: true });
    expect(peersOf(record)['1001']).toHaveProperty('roundtripMicroseconds');
  });
});

describe('queues', () => {
  const collect = ['queues', 'system'] as const;

  test('a PBX without the queue module has none', async () => {
    const { bench } = await setUp({ collect }, { switches: { modules: new Set(['pjsip']) } });
    const record = await bench.rounds(3);
    expect(record.collectors).toMatchObject({ queues: { success: true } });
    expect(record.retained.queues?.value).toEqual([]);
    expect(await bench.page()).not.toContain('pbx_queue_waiting_callers{');
  });

  test('show waiting callers and what agents do', async () => {
    const { bench, simulator } = await setUp({ collect });
    const { world } = simulator;
    for (const [number, call] of [
      ['1001', 'talking'],
      ['1004', 'ringing'],
    ] as const) {
      const phone = world.extensions.find((extension) => extension.number === number);
      if (phone !== undefined) phone.call = call;
    }
    const agent = (extension: string, paused = false) => ({ extension, paused });
    const agents = [agent('1001', true), agent('1002'), agent('1004'), agent('1006', true), agent('9999', true)];
    world.queues = [
      { number: 'support', name: '', waitingCallers: 3, agents },
      { number: 'sales', name: '', waitingCallers: 0, agents: [agent('1006')] },
      { number: 'night', name: '', waitingCallers: 0, agents: [] },
    ];
    expect((await bench.poll()).retained.queues?.value).toEqual([
      { id: 'support', waitingCallers: 3, agents: { in_call: 1, ringing: 1, unavailable: 2, paused: 1 } },
      { id: 'sales', waitingCallers: 0, agents: { available: 1 } },
      { id: 'night', waitingCallers: 0, agents: {} },
    ]);
    expect(await bench.page()).toContain('pbx_queue_agents{pbx="test",queue="night",state="available"} 0\n');
  });

  test('a list that is cut off is refused; an agent in a state that is not known is counted', async () => {
    const { bench, simulator } = await setUp({ collect });
    for (const queue of simulator.world.queues) queue.agents = [{ extension: '1001', paused: false }];
    await simulator.faults.set(
      { kind: 'altered-body', alter: (body) => body.replace('Event: QueueMember\r\n', 'Event: Other\r\n') },
      { call: 'QueueStatus', times: 1 },
    );
    expect((await bench.poll()).collectors).toMatchObject({ queues: { success: false, reason: 'protocol' } });
    await simulator.faults.set(
      { kind: 'altered-body', alter: (body) => body.replace(/Status: \d/u, 'Status: 42') },
      { call: 'QueueStatus' },
    );
    const record = await bench.rounds(1);
    expect(record.collectors).toMatchObject({ queues: { success: true } });
    expect(record.counters.rowsSkipped).toEqual({ queues: { unknown_state: 1 } });
  });
});
