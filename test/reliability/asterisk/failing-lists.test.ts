import { describe, expect, test } from 'vitest';
import { bareListEnd, listWithoutEnd } from '../../drivers/asterisk/list-faults.ts';
import type { AsteriskSwitches } from '../../../src/simulator/asterisk/settings.ts';
import { makeWorld } from '../../../src/simulator/kit/make-world.ts';
import { setExtension, setTrunk } from '../../../src/simulator/kit/world.ts';
import { type AsteriskBench, peersOf, setUp, trunksOf } from '../../drivers/asterisk/support.ts';

/** PJSIP with three phones and two trunks, IAX2 with the phone 1001 and the trunk telvia. */
function mixed(switches: Partial<AsteriskSwitches> = {}): Promise<AsteriskBench> {
  return setUp(
    { intervalMs: 10_000 },
    {
      world: makeWorld({ peers: 4, trunks: 3 }),
      switches: {
        technologyOf: ({ number }) => (number === '1001' ? 'iax2' : 'pjsip'),
        trunkTechnologyOf: ({ name }) => (name === 'telvia' ? 'iax2' : 'pjsip'),
        ...switches,
      },
    },
  );
}

const cut = async ({ simulator }: AsteriskBench, call: string): Promise<void> =>
  simulator.faults.set(listWithoutEnd, { call });

describe('a list that fails costs its own rows only', () => {
  test('chan_iax2 is unloaded: phones and trunks of PJSIP go on, those of IAX2 stay until they are too old', async () => {
    const { bench, simulator } = await mixed();
    const before = await bench.rounds(1);
    simulator.switches.modules.delete('iax2');
    setExtension(simulator.world, '1002', { state: 'reachable', roundtripMicroseconds: 4_000 });
    setTrunk(simulator.world, 'bluewire', { state: 'unreachable' });
    const record = await bench.rounds(1);
    expect(record.collectors).toMatchObject({
      peers: { success: false, reason: 'service_unavailable', detail: expect.stringMatching(/IAX2 peers/u) },
      trunks: { success: false, detail: expect.stringMatching(/IAX2 peers, IAX2 registrations/u) },
      system: { success: true },
    });
    expect(peersOf(record)).toMatchObject({
      1001: peersOf(before)['1001'],
      1002: { state: 'reachable', roundtripMicroseconds: 4_000 },
    });
    expect(trunksOf(record)['bluewire']).toMatchObject({ state: 'unreachable' });
    await bench.rounds(8);
    const page = await bench.page();
    expect(page).not.toContain('peer="1001"');
    expect(page).toContain('pbx_peer_reachable{pbx="test",peer="1002"} 1\n');
    expect(record.up).toBe(true);
  });

  test('a broken IAX2 peer list', async () => {
    const bench = await mixed();
    await cut(bench, 'IAXpeerlist');
    const record = await bench.bench.rounds(1);
    expect(record.collectors).toMatchObject({
      peers: { success: false, reason: 'protocol' },
      trunks: { success: false },
    });
    expect(Object.keys(peersOf(record))).toEqual(['1002', '1003', '1004']);
    expect(Object.keys(trunksOf(record)).length).toBe(3);
  });

  test.each(['SIPpeers', 'SIPshowregistry', 'IAXpeerlist', 'IAXregistry', 'PJSIPShowRegistrationsOutbound'])(
    '%s: every phone of PJSIP is there',
    async (call) => {
      const { bench, simulator } = await setUp({}, { release: 16 });
      await simulator.faults.set({ kind: 'status', status: 500, body: '' }, { call });
      const record = await bench.poll();
      expect(Object.keys(peersOf(record))).toEqual(['1001', '1002', '1003', '1004', '1006']);
      expect(record.collectors).toMatchObject({ trunks: { success: false, reason: 'http_status' } });
      expect(trunksOf(record)).toHaveProperty('bluewire');
    },
  );

  test('the registrations: no trunk turns into a phone, and none is told from half an answer', async () => {
    const bench = await mixed();
    bench.simulator.world.trunks.push({
      ...(bench.simulator.world.trunks[0] ?? {
        id: 1,
        kind: 'register',
        host: '',
        username: '',
        secret: '',
        state: 'failed',
      }),
      id: 9,
      name: '5550100',
    });
    const before = await bench.bench.rounds(1);
    expect(Object.keys(trunksOf(before))).toContain('5550100');
    await cut(bench, 'PJSIPShowRegistrationsOutbound');
    setTrunk(bench.simulator.world, 'bluewire', { state: 'unreachable' });
    const record = await bench.bench.rounds(1);
    expect(record.collectors).toMatchObject({ peers: { success: true }, trunks: { success: false } });
    expect(Object.keys(peersOf(record))).toEqual(Object.keys(peersOf(before)));
    expect(trunksOf(record)).toMatchObject({
      5550100: trunksOf(before)['5550100'],
      northline: trunksOf(before)['northline'],
      bluewire: { state: 'unreachable' },
    });
  });

  test('the endpoints: a trunk whose provider is silent does not become healthy by its registration alone', async () => {
    const bench = await mixed();
    setTrunk(bench.simulator.world, 'northline', { state: 'registered' });
    delete bench.simulator.world.trunks[0]?.roundtripMicroseconds;
    expect(trunksOf(await bench.bench.rounds(1))['northline']).toMatchObject({ state: 'unreachable' });
    await cut(bench, 'PJSIPShowEndpoints');
    const record = await bench.bench.rounds(1);
    expect(trunksOf(record)['northline']).toMatchObject({ state: 'unreachable' });
    expect(record.collectors).toMatchObject({ peers: { success: false }, trunks: { success: false } });
    setTrunk(bench.simulator.world, 'northline', { state: 'rejected' });
    expect(trunksOf(await bench.bench.rounds(1))['northline']).toMatchObject({ state: 'rejected' });
  });

  test('the contacts, from the first round on: device states tell what they can, and no phone is a trunk', async () => {
    const bench = await mixed();
    await cut(bench, 'PJSIPShowRegistrationInboundContactStatuses');
    const record = await bench.bench.rounds(1);
    expect(record.collectors).toMatchObject({ peers: { success: false, reason: 'protocol' } });
    expect(peersOf(record)).toMatchObject({
      1002: { id: '1002', state: 'unreachable' },
      1003: { id: '1003', state: 'unregistered', registered: false },
      1004: { id: '1004', state: 'reachable' },
    });
    expect(peersOf(record)['1004']).not.toHaveProperty('registered');
  });

  test('the contacts, until the last ones are too old: a phone with a name instead of a number is still a phone', async () => {
    const world = makeWorld({ peers: 2, trunks: 2 });
    const [first] = world.extensions;
    if (first !== undefined) Reflect.set(first, 'number', 'reception');
    setExtension(world, 'reception', { state: 'reachable', roundtripMicroseconds: 4_000 });
    const bench = await setUp({ intervalMs: 10_000 }, { world });
    const trunks = Object.keys(trunksOf(await bench.bench.rounds(1)));
    await cut(bench, 'PJSIPShowRegistrationInboundContactStatuses');
    const record = await bench.bench.rounds(12);
    expect(record.collectors.peers).toMatchObject({ success: false, reason: 'protocol' });
    expect(peersOf(record)['reception']).toMatchObject({ state: 'reachable' });
    expect(peersOf(record)['reception']).not.toHaveProperty('roundtripMicroseconds');
    expect(Object.keys(trunksOf(record))).toEqual(trunks);
  });
});

describe('details that fail cost what they would have brought', () => {
  test('one PJSIPShowEndpoint of several: its trunk goes by its device state, all others are whole', async () => {
    const { bench, simulator } = await setUp();
    await simulator.faults.set({ kind: 'status', status: 500, body: '' }, { call: 'PJSIPShowEndpoint', times: 1 });
    const record = await bench.poll();
    expect(record.collectors).toMatchObject({ peers: { success: true }, trunks: { success: true } });
    expect(Object.values(trunksOf(record))).toHaveLength(simulator.world.trunks.length);
    expect(simulator.ledger.loginsGood).toBe(1);
  });

  test('CoreShowChannels: nobody knows who is in a call, and nothing else is missing', async () => {
    const { bench, simulator } = await setUp({}, { release: 16, switches: { technologyOf: () => 'sip' } });
    await simulator.faults.set({ kind: 'html', status: 200 }, { call: 'CoreShowChannels' });
    const record = await bench.poll();
    expect(record.collectors).toMatchObject({ peers: { success: true }, trunks: { success: true } });
    expect(peersOf(record)['1001']).toMatchObject({ state: 'reachable' });
    expect(peersOf(record)['1001']).not.toHaveProperty('inCall');
  });

  test('CoreSettings: no version, and the uptime all the same', async () => {
    const { bench, simulator } = await setUp({ options: { timezone: 'UTC' } });
    await simulator.faults.set({ kind: 'status', status: 404, body: '' }, { call: 'CoreSettings' });
    const record = await bench.poll();
    expect(record.collectors).toMatchObject({ system: { success: true } });
    expect(record.retained.system?.value).toEqual({
      uptimeSeconds: expect.any(Number),
      callsProcessed: 0,
    });
  });
});

describe('ends of lists', () => {
  test('an event of that name ends a list, without EventList and ListItems (IAX2 before 13, QueueStatus)', async () => {
    const { bench, simulator } = await setUp(
      { collect: ['peers', 'trunks', 'queues'] },
      { switches: { technologyOf: () => 'iax2', trunkTechnologyOf: () => 'iax2' } },
    );
    await simulator.faults.set(bareListEnd);
    const record = await bench.poll();
    expect(record.collectors).toMatchObject({
      peers: { success: true },
      trunks: { success: true },
      queues: { success: true },
    });
    expect(Object.keys(peersOf(record))).toHaveLength(5);
  });
});

describe('a PBX that is shutting down while it waits for calls', () => {
  test('says so, costs no login and no suspension, and is read again when it stays', async () => {
    const { bench, simulator } = await setUp();
    await bench.rounds(1);
    simulator.switches.shuttingDown = true;
    const record = await bench.rounds(3);
    expect(record).toMatchObject({
      up: false,
      suspendedUntilWall: 0,
      lastRound: { reason: 'service_unavailable', detail: expect.stringMatching(/shutting down/u) },
    });
    simulator.switches.shuttingDown = false;
    expect((await bench.rounds(1)).up).toBe(true);
    expect(simulator.ledger.loginsGood).toBe(1);
  });
});
