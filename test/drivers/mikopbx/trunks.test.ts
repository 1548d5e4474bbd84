import { describe, expect, test } from 'vitest';
import { makeWorld } from '../../../src/simulator/kit/make-world.ts';
import type { Trunk } from '../../../src/simulator/kit/world.ts';
import type { ApiKey, Resource, TrunkType } from '../../../src/simulator/mikopbx/settings.ts';
import { bench, pollSlowly, trunkId, trunkStates } from './support.ts';

const key = (rights: readonly Resource[]): ApiKey => ({ key: 'ef56'.repeat(16), rights });

/** Trunk types of the rich world, with an IAX trunk that registers. */
const registeringIax = (trunk: Trunk): TrunkType => {
  if (trunk.name === 'office') return 'iax-outbound';
  return trunk.kind === 'address' ? 'none' : 'outbound';
};

describe('halves of the list that an error inside the PBX empties', () => {
  test('one IAX registration takes all IAX trunks away: said as a failure, SIP trunks stay', async () => {
    const one = await bench('2026.1.223', { switches: { trunkTypeOf: registeringIax } });
    const record = await one.rounds(1);
    expect(record.collectors.trunks).toMatchObject({ success: false, reason: 'http_status' });
    expect(record.collectors.trunks?.detail).toContain('IAX');
    expect(Object.keys(trunkStates(record))).toHaveLength(8);
  });

  test('one SIP trunk without a port takes all SIP trunks away', async () => {
    const one = await bench('2026.1.223', { switches: { portlessTrunk: true } });
    const record = await one.rounds(1);
    expect(record.collectors.trunks).toMatchObject({ success: false, reason: 'http_status' });
    expect(record.collectors.trunks?.detail).toContain('SIP');
    expect(trunkStates(record)).toEqual({ [trunkId(9, 'IAX')]: 'reachable' });
  });

  test('a PBX that has none is asked about it once in a while only', async () => {
    const one = await bench('2026.1.223', { world: makeWorld({ peers: 2, trunks: 2 }) });
    await one.rounds(15);
    expect(one.target.record.collectors.trunks).toEqual({ success: true });
    expect(one.pbx.ledger.requestsOf('iax:getRegistry')).toBe(1);
  });

  test('up to 2024 such a registration says nothing about its trunk', async () => {
    const one = await bench('2024.1.114', { switches: { trunkTypeOf: registeringIax } });
    const record = await one.rounds(1);
    const trunk = record.retained.trunks?.value.find(({ id }) => id === trunkId(9, 'IAX'));
    expect(trunk).toMatchObject({ state: 'unknown', rawState: 'ERROR REGISTER.' });
    expect(trunk).not.toHaveProperty('registered');
    expect(record.counters.rowsSkipped.trunks).toBeUndefined();
  });
});

describe('two trunks with one account', () => {
  const twins = () => {
    const world = makeWorld({ peers: 2, trunks: 3 });
    const [first, second, third] = world.trunks;
    if (first === undefined || second === undefined || third === undefined) throw new Error('there are three trunks');
    Object.assign(third, { host: first.host, username: first.username, state: 'rejected' });
    return world;
  };

  test('the PBX gives both one verdict; the plain list tells them apart', async () => {
    const one = await bench('2026.1.223', { world: twins() });
    expect(trunkStates(await one.rounds(1))).toEqual({
      [trunkId(1)]: 'registered',
      [trunkId(2)]: 'reachable',
      [trunkId(3)]: 'rejected',
    });
  });

  test('where the plain list cannot be read, neither is believed', async () => {
    const switches = { apiKeys: [key(['providers'])] };
    const one = await bench('2026.1.223', { world: twins(), useApiKey: true, switches });
    const record = await one.rounds(1);
    expect(trunkStates(record)).toEqual({
      [trunkId(1)]: 'unknown',
      [trunkId(2)]: 'reachable',
      [trunkId(3)]: 'unknown',
    });
  });
});

describe('rights of an API key', () => {
  test.each([
    [['sip', 'iax', 'providers'], 'providers:getStatuses', true],
    [['sip', 'sip-providers'], 'sip-providers:getStatuses', true],
    [['sip', 'iax'], 'sip:getRegistry', true],
    [['sip'], 'sip:getRegistry', false],
  ] as const)('%j', async (rights, source, complete) => {
    const one = await bench('2026.1.223', { useApiKey: true, switches: { apiKeys: [key(rights)] } });
    const record = await one.rounds(1);
    expect(record.collectors.trunks?.success).toBe(complete);
    expect(trunkStates(record)).toMatchObject({
      [trunkId(1)]: 'registered',
      [trunkId(2)]: 'rejected',
      [trunkId(8)]: 'disabled',
    });
    const before = one.pbx.refusals;
    await one.rounds(5);
    expect(one.pbx.ledger.requestsOf(source)).toBeGreaterThanOrEqual(6);
    expect(one.pbx.refusals - before).toBeLessThanOrEqual(complete ? 0 : 5);
  });

  test('without the right to SIP the trunks are read all the same', async () => {
    const one = await bench('2026.1.223', { useApiKey: true, switches: { apiKeys: [key(['providers', 'iax'])] } });
    const record = await one.rounds(1);
    expect(record.up).toBe(true);
    expect(record.collectors).toMatchObject({
      peers: { success: false, reason: 'forbidden' },
      trunks: { success: true },
    });
  });

  test('without the right to employees only the switched-off ones are missing', async () => {
    const one = await bench('2026.1.223', {
      useApiKey: true,
      switches: { apiKeys: [key(['sip', 'providers', 'iax'])] },
    });
    const record = await one.rounds(30);
    expect(record.collectors.peers).toEqual({ success: true });
    expect(record.retained.peers?.value.some(({ state }) => state === 'disabled')).toBe(false);
    expect(one.pbx.ledger.requestsOf('employees')).toBe(1);
  });
});

test.each(['2024.1.114', '2026.1.223'] as const)(
  'trunks that are all switched off are disabled, not gone, %s',
  async (release) => {
    const world = makeWorld({ peers: 2, trunks: 2 });
    for (const trunk of world.trunks) trunk.state = 'disabled';
    const one = await bench(release, { world });
    const record = await one.rounds(1);
    expect(record.collectors.trunks).toEqual({ success: true });
    expect(Object.values(trunkStates(record))).toEqual(['disabled', 'disabled']);
  },
);

test('a call that hangs costs its collector, not the other', async () => {
  for (const [release, call] of [
    ['2024.1.114', 'sip/getRegistry'],
    ['2026.1.223', 'providers:getStatuses'],
  ] as const) {
    const one = await bench(release);
    await one.rounds(1);
    await one.pbx.faults.set({ kind: 'hang' }, { call });
    one.clock.advance(30_000);
    const record = await pollSlowly(one);
    expect(record.collectors).toMatchObject({
      peers: { success: true },
      trunks: { success: false, reason: 'timeout' },
    });
  }
});
