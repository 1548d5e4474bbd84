import { describe, expect, test } from 'vitest';
import { setUp, trunksOf, peersOf } from './support.ts';
import { makeContact, setExtension, setTrunk, trunkOf, type Extension } from '../../../src/simulator/kit/world.ts';

function phone(number: string, fixed: boolean): Extension {
  const contacts = [makeContact(number, { static: fixed, roundtripMicroseconds: 3_000 })];
  return { number, name: '', state: 'reachable', call: 'idle', contacts };
}

async function withOddNames(options: Readonly<Record<string, unknown>> = {}) {
  const one = await setUp({ options });
  one.simulator.world.extensions.push(
    phone('lobby', false),
    phone('gateway', true),
    phone('3001', true),
    phone('3002', false),
  );
  return one;
}

describe('what is a trunk', () => {
  test('without trunk_pattern: registrations, and static contacts with a name that is not all digits', async () => {
    const { bench } = await withOddNames();
    const record = await bench.poll();
    expect(Object.keys(trunksOf(record)).toSorted()).toEqual(
      ['bluewire', 'gateway', 'harbourtel', 'northline', 'telvia'].toSorted(),
    );
    expect(Object.keys(peersOf(record))).toEqual(expect.arrayContaining(['lobby', '3001', '3002']));
  });

  test('with trunk_pattern: registrations, and names that match', async () => {
    const { bench } = await withOddNames({ trunk_pattern: '^(blue|30+1)' });
    const record = await bench.poll();
    expect(Object.keys(trunksOf(record)).toSorted()).toEqual(
      ['3001', 'bluewire', 'harbourtel', 'northline', 'telvia'].toSorted(),
    );
    expect(Object.keys(peersOf(record))).toEqual(expect.arrayContaining(['lobby', 'gateway', '3002']));
  });

  test('no endpoint is both, and none is lost', async () => {
    for (const options of [{}, { trunk_pattern: '.' }, { trunk_pattern: '^$' }]) {
      const { bench, simulator } = await withOddNames(options);
      const record = await bench.poll();
      const names = [...Object.keys(peersOf(record)), ...Object.keys(trunksOf(record))];
      expect(new Set(names).size).toBe(names.length);
      const enabled = simulator.world.extensions.filter(({ state }) => state !== 'disabled').length;
      expect(names.length).toBe(enabled + simulator.world.trunks.length);
    }
  });

  test('a registration that names another endpoint takes it along: one row, with its roundtrip', async () => {
    const { bench, simulator } = await setUp();
    simulator.world.extensions.push(phone('7700', true));
    await simulator.faults.set(
      { kind: 'altered-body', alter: (body) => body.replace('Endpoint: northline', 'Endpoint: 7700') },
      { call: 'PJSIPShowRegistrationsOutbound' },
    );
    const record = await bench.poll();
    expect(trunksOf(record)['northline']).toMatchObject({ state: 'registered', roundtripMicroseconds: 3_000 });
    expect(peersOf(record)).not.toHaveProperty('7700');
  });
});

describe('the state of a trunk', () => {
  test('a registration that is accepted while the provider does not answer is out of service', async () => {
    const { bench, simulator } = await setUp();
    delete trunkOf(simulator.world, 'northline').roundtripMicroseconds;
    const trunk = trunksOf(await bench.poll())['northline'];
    expect(trunk).toMatchObject({ state: 'unreachable', rawState: 'Registered', registered: true });
    expect(trunk).not.toHaveProperty('roundtripMicroseconds');
  });

  test('a static contact that is never qualified is unmonitored, not unknown', async () => {
    const { bench, simulator } = await setUp({}, { switches: { qualifyFrequency: 0 } });
    setTrunk(simulator.world, 'bluewire', { state: 'unmonitored' });
    const trunk = trunksOf(await bench.poll())['bluewire'];
    expect(trunk).toMatchObject({ state: 'unmonitored', kind: 'pjsip endpoint', host: 'bluewire.example.net' });
    expect(trunk).not.toHaveProperty('registered');
    expect(await bench.page()).toContain('pbx_trunk_up{pbx="test",trunk="bluewire"} 1\n');
  });

  test('nothing is said against a static contact that was added and not asked yet', async () => {
    const { bench, simulator } = await setUp();
    setTrunk(simulator.world, 'bluewire', { state: 'unknown' });
    expect(trunksOf(await bench.poll())['bluewire']).toMatchObject({ state: 'reachable', rawState: 'NonQualified' });
  });
});

test('nothing of a phone becomes the host of a trunk', async () => {
  const { bench, simulator } = await setUp();
  setExtension(simulator.world, '1001', { state: 'reachable' });
  await bench.poll();
  const addresses = simulator.world.extensions.flatMap(({ contacts }) => contacts.map(({ address }) => address));
  for (const address of addresses) expect(await bench.page()).not.toContain(address);
});
