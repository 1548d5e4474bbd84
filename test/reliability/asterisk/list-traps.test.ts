import { describe, expect, test } from 'vitest';
import { listShorterThanSaid, listWithoutEnd } from '../../drivers/asterisk/list-faults.ts';
import { makeWorld } from '../../../src/simulator/kit/make-world.ts';
import { makeContact, setExtension, setTrunk, type Extension } from '../../../src/simulator/kit/world.ts';
import type { TargetRecord } from '../../../src/snapshot/record.ts';
import { type AsteriskBench, peersOf, setUp, trunksOf } from '../../drivers/asterisk/support.ts';

// The numbers refer to the list of pitfalls of this family's API.

function phone(number: string, changes: Partial<Extension> = {}): Extension {
  return { number, name: '', state: 'reachable', call: 'idle', contacts: [], ...changes };
}

describe('3: "No Contacts found" is none, not a failed round', () => {
  test('all phones off at night', async () => {
    const { bench, simulator } = await setUp();
    for (const extension of simulator.world.extensions) extension.contacts = [];
    const record = await bench.poll();
    expect(record.collectors).toMatchObject({ peers: { success: true } });
    const states = new Set(Object.values(peersOf(record)).map(({ state }) => state));
    expect(states).toEqual(new Set(['unregistered']));
    expect(await bench.page()).toContain('pbx_peer_reachable{pbx="test",peer="1001"} 0\n');
  });

  test('a PBX without any endpoint has zero peers and zero trunks', async () => {
    const { bench } = await setUp({}, { world: makeWorld({ peers: 0, trunks: 0 }) });
    const record = await bench.poll();
    expect(record).toMatchObject({ up: true, collectors: { peers: { success: true }, trunks: { success: true } } });
    expect(await bench.page()).toContain('pbx_peers{pbx="test",state="reachable"} 0\n');
    expect(await bench.page()).toContain('pbx_trunks{pbx="test",state="registered"} 0\n');
  });
});

describe('4: static contacts are missing in the list of contacts', () => {
  test('they are asked for endpoint by endpoint, and only they', async () => {
    const { bench, simulator } = await setUp();
    setTrunk(simulator.world, 'bluewire', { roundtripMicroseconds: 8_123 });
    const record = await bench.poll();
    expect(trunksOf(record)['bluewire']).toMatchObject({ state: 'reachable', roundtripMicroseconds: 8_123 });
    expect(simulator.ledger.requestsOf('PJSIPShowEndpoint')).toBe(simulator.world.trunks.length);
  });

  async function manyStatic(limit: number): Promise<AsteriskBench> {
    const one = await setUp({ options: { static_contacts: limit } });
    for (const number of ['2001', '2002', '2003'])
      one.simulator.world.extensions.push(
        phone(number, { contacts: [makeContact(number, { static: true, roundtripMicroseconds: 5_000 })] }),
      );
    setExtension(one.simulator.world, '2003', {
      contacts: [makeContact('2003', { static: true, state: 'unreachable' })],
    });
    return one;
  }

  test('up to a limit, trunks first; beyond it the device state counts, without a roundtrip', async () => {
    const { bench, simulator } = await manyStatic(4);
    const record = await bench.poll();
    expect(simulator.ledger.requestsOf('PJSIPShowEndpoint')).toBe(4);
    expect(trunksOf(record)['bluewire']).toHaveProperty('roundtripMicroseconds');
    const peers = peersOf(record);
    expect(peers['2001']).toMatchObject({ state: 'reachable' });
    expect(peers['2001']).not.toHaveProperty('roundtripMicroseconds');
    expect(peers['2003']).toMatchObject({ state: 'unreachable' });
  });

  test('of 0 nothing is asked', async () => {
    const { bench, simulator } = await manyStatic(0);
    const record = await bench.poll();
    expect(simulator.ledger.requestsOf('PJSIPShowEndpoint')).toBe(0);
    expect(trunksOf(record)['bluewire']).toMatchObject({ state: 'reachable' });
    expect(trunksOf(record)['bluewire']).not.toHaveProperty('roundtripMicroseconds');
    expect(record.collectors).toMatchObject({ peers: { success: true }, trunks: { success: true } });
  });

  test('all are read where the limit allows', async () => {
    const peers = peersOf(await (await manyStatic(50)).bench.poll());
    expect(peers['2002']).toMatchObject({ state: 'reachable', roundtripMicroseconds: 5_000 });
    expect(peers['2002']).not.toHaveProperty('registered');
    expect(peers['2003']).toMatchObject({ state: 'unreachable' });
  });

  test('an endpoint that goes away between list and question costs nobody else anything', async () => {
    const { bench, simulator } = await setUp();
    await simulator.faults.set(
      {
        kind: 'altered-body',
        alter: () => 'Response: Error\r\nMessage: Unable to retrieve endpoint bluewire\n\r\n\r\n',
      },
      { call: 'PJSIPShowEndpoint', times: 1 },
    );
    const record = await bench.poll();
    expect(record.collectors).toMatchObject({ peers: { success: true }, trunks: { success: true } });
  });
});

describe('5: "N/A" is no roundtrip, never 0', () => {
  test('no series for a phone that was not measured', async () => {
    const { bench, simulator } = await setUp();
    setExtension(simulator.world, '1001', { contacts: [makeContact('1001', { state: 'unasked' })] });
    const peers = peersOf(await bench.poll());
    expect(peers['1001']).toMatchObject({ state: 'reachable' });
    expect(peers['1002']).toMatchObject({ state: 'unreachable' });
    const page = await bench.page();
    expect(page).not.toMatch(/roundtrip_microseconds\{pbx="test",peer="100[12]"/);
    expect(page).not.toMatch(/roundtrip_microseconds\{.*\} 0\n/);
  });
});

describe('6: nothing is qualified for up to a minute after a start of the PBX', () => {
  const intervalMs = 10_000;
  const seenBefore = {
    1001: 'reachable',
    1002: 'unreachable',
    1003: 'unregistered',
    1004: 'reachable',
    1006: 'reachable',
  };
  const statesOf = (record: TargetRecord) =>
    Object.fromEntries(Object.values(peersOf(record)).map(({ id, state }) => [id, state]));

  test('phones keep the state that they had, without a roundtrip, until they are asked', async () => {
    const { bench, simulator } = await setUp({ intervalMs });
    expect(statesOf(await bench.rounds(1))).toEqual(seenBefore);
    simulator.restart();
    expect((await bench.rounds(1)).lastRound?.reason).toBe('service_unavailable');
    const record = await bench.rounds(6);
    expect(statesOf(record)).toEqual(seenBefore);
    expect(await bench.page()).not.toContain('pbx_peer_roundtrip_microseconds{');
    setExtension(simulator.world, '1001', { state: 'unreachable' });
    setExtension(simulator.world, '1004', { state: 'reachable', roundtripMicroseconds: 9_000 });
    const asked = peersOf(await bench.rounds(1));
    expect(asked['1001']).toMatchObject({ state: 'unreachable' });
    expect(asked['1004']).toMatchObject({ state: 'reachable', roundtripMicroseconds: 9_000 });
    expect(asked['1002']).toMatchObject({ state: 'reachable' });
  });

  test('one that was not there before is unknown for so long, neither reachable nor not', async () => {
    const { bench, simulator } = await setUp({ intervalMs });
    await bench.rounds(1);
    simulator.restart();
    simulator.world.extensions.push(phone('2001', { contacts: [makeContact('2001', { state: 'unasked' })] }));
    setExtension(simulator.world, '1003', { contacts: [makeContact('1003', { state: 'unasked' })] });
    const peers = peersOf(await bench.rounds(2));
    expect([peers['2001'], peers['1003']]).toMatchObject([{ state: 'unknown' }, { state: 'unknown' }]);
    expect(await bench.page()).not.toContain('pbx_peer_reachable{pbx="test",peer="2001"}');
    const later = peersOf(await bench.rounds(6));
    expect([later['2001'], later['1003']]).toMatchObject([{ state: 'reachable' }, { state: 'reachable' }]);
  });

  test('a trunk keeps its state too, and a frequency of more than a minute is waited for', async () => {
    const { bench, simulator } = await setUp({ intervalMs }, { switches: { qualifyFrequency: 300 } });
    setTrunk(simulator.world, 'bluewire', { state: 'unreachable' });
    await bench.rounds(1);
    simulator.restart();
    setTrunk(simulator.world, 'bluewire', { state: 'unknown' });
    await bench.rounds(1);
    expect(trunksOf(await bench.rounds(29))['bluewire']).toMatchObject({ state: 'unreachable' });
    expect(trunksOf(await bench.rounds(2))['bluewire']).toMatchObject({ state: 'reachable' });
  });

  test('one that is never asked is not waited for', async () => {
    const { bench, simulator } = await setUp({ intervalMs }, { switches: { neverQualified: new Set(['1002']) } });
    expect(statesOf(await bench.rounds(1))).toMatchObject({ 1002: 'reachable' });
    simulator.restart();
    expect(statesOf(await bench.rounds(2))).toMatchObject({ 1001: 'reachable', 1002: 'reachable' });
  });

  test('a start that the uptime tells of is noticed also by an exporter that has just begun', async () => {
    const { bench, simulator, clock } = await setUp({ intervalMs, options: { timezone: 'UTC' } });
    simulator.restart();
    clock.advance(30_000);
    expect(statesOf(await bench.poll())).toMatchObject({ 1001: 'unknown', 1003: 'unregistered' });
    expect(statesOf(await bench.rounds(4))).toMatchObject({ 1001: 'reachable' });
  });
});

describe('12: a list that is cut off', () => {
  test.each([
    ['without its end', listWithoutEnd],
    ['with fewer items than said', listShorterThanSaid],
  ])('%s fails its collectors and keeps the last good values', async (_name, fault) => {
    for (const call of ['PJSIPShowEndpoints', 'PJSIPShowRegistrationInboundContactStatuses']) {
      const { bench, simulator } = await setUp();
      const before = peersOf(await bench.rounds(1));
      await simulator.faults.set(fault, { call });
      const record = await bench.rounds(1);
      expect(record.collectors).toMatchObject({
        peers: { success: false, reason: 'protocol' },
        system: { success: true },
      });
      expect(peersOf(record)).toEqual(before);
    }
  });
});

describe('13: names with quotes, blanks, UTF-8, ";@" and braces', () => {
  test('come through to the page, escaped', async () => {
    const number = 'front "desk" Zoë {a="b"};@x\\';
    const { bench, simulator } = await setUp();
    simulator.world.extensions.push(
      phone(number, { contacts: [makeContact('7', { roundtripMicroseconds: 1_234 })], call: 'talking' }),
    );
    const record = await bench.poll();
    expect(peersOf(record)[number]).toMatchObject({ state: 'reachable', roundtripMicroseconds: 1_234, inCall: true });
    const escaped = 'front \\"desk\\" Zoë {a=\\"b\\"};@x\\\\';
    expect(await bench.page()).toContain(`pbx_peer_roundtrip_microseconds{pbx="test",peer="${escaped}"} 1234\n`);
  });
});

describe('15: "Rejected" for a provider that is silent', () => {
  test('is "rejected", with the own word beside it, and not a wrong password', async () => {
    const { bench, simulator } = await setUp();
    setTrunk(simulator.world, 'northline', { state: 'failed' });
    const record = await bench.poll();
    expect(trunksOf(record)['northline']).toMatchObject({ state: 'rejected', rawState: 'Rejected', registered: false });
    expect(record.counters.roundFailures).toEqual({});
  });

  test('a registration whose state is not there yet is unknown', async () => {
    const { bench, simulator } = await setUp();
    setTrunk(simulator.world, 'northline', { state: 'unknown' });
    const trunk = trunksOf(await bench.poll())['northline'];
    expect(trunk).toMatchObject({ state: 'unknown' });
    expect(trunk).not.toHaveProperty('registered');
  });
});

describe('16: the trailing comma of "Contacts"', () => {
  test('is no contact of its own', async () => {
    const { bench, simulator } = await setUp();
    setExtension(simulator.world, '1001', { contacts: [] });
    const peers = peersOf(await bench.poll());
    expect(peers['1001']).toMatchObject({ state: 'unregistered', contacts: 0, registered: false });
    expect(peers['1002']).toMatchObject({ state: 'unreachable', contacts: 1, registered: true });
  });
});

describe('several devices of one extension', () => {
  test('one that answers is enough, and the smallest roundtrip counts', async () => {
    const { bench, simulator } = await setUp();
    setExtension(simulator.world, '1001', {
      contacts: [
        makeContact('10', { roundtripMicroseconds: 30_000 }),
        makeContact('11', { state: 'unreachable' }),
        makeContact('12', { roundtripMicroseconds: 7_000 }),
        makeContact('13', { state: 'unasked' }),
      ],
    });
    setExtension(simulator.world, '1002', {
      contacts: [makeContact('20', { state: 'unreachable' }), makeContact('21', { state: 'unasked' })],
    });
    const peers = peersOf(await bench.poll());
    expect(peers['1001']).toMatchObject({ state: 'reachable', roundtripMicroseconds: 7_000, contacts: 4 });
    expect(peers['1002']).toMatchObject({ state: 'reachable', contacts: 2 });
  });

  test('a registered one and a static one count together', async () => {
    const { bench, simulator } = await setUp();
    setExtension(simulator.world, '1001', {
      contacts: [
        makeContact('10', { state: 'unreachable' }),
        makeContact('11', { static: true, roundtripMicroseconds: 4_000 }),
      ],
    });
    const peers = peersOf(await bench.poll());
    expect(peers['1001']).toMatchObject({
      state: 'reachable',
      roundtripMicroseconds: 4_000,
      registered: true,
      contacts: 1,
    });
  });
});

test.each(['ringing', 'talking', 'on-hold'] as const)('a phone that is %s is in a call', async (call) => {
  const { bench, simulator } = await setUp();
  setExtension(simulator.world, '1001', { call });
  const peers = peersOf(await bench.poll());
  expect(peers['1001']).toMatchObject({ state: 'reachable', inCall: true });
  expect(peers['1004']).toMatchObject({ state: 'reachable', inCall: false });
});

test.each(['constructor', '__proto__', 'Vanished'])('a contact state %j that nobody knows is counted', async (word) => {
  const { bench, simulator } = await setUp();
  await simulator.faults.set(
    { kind: 'altered-body', alter: (body) => body.replaceAll('Status: Reachable', `Status: ${word}`) },
    { call: 'PJSIPShowRegistrationInboundContactStatuses' },
  );
  const record = await bench.poll();
  expect(peersOf(record)['1001']).toMatchObject({ state: 'unknown' });
  expect(record.counters.rowsSkipped.peers?.unknown_state).toBeGreaterThan(0);
});
