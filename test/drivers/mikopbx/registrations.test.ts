import { describe, expect, test } from 'vitest';
import { makeWorld } from '../../../src/simulator/kit/make-world.ts';
import { setTrunk } from '../../../src/simulator/kit/world.ts';
import type { Trunk } from '../../../src/snapshot/reading.ts';
import type { TargetRecord } from '../../../src/snapshot/record.ts';
import { bench, trunkId, trunkStates } from './support.ts';

const trunkOf = ({ retained }: TargetRecord, id: string): Trunk | undefined =>
  retained.trunks?.value.find((trunk) => trunk.id === id);
const isCarrier = ({ name }: { readonly name: string }): boolean => name === 'carrier';

describe('trunks that register with a PBX up to 2024', () => {
  test('one with a host left over from before is unregistered, not unknown', async () => {
    const one = await bench('2024.1.114', { switches: { leftoverHosts: true } });
    const record = await one.rounds(1);
    expect(trunkOf(record, trunkId(4))).toMatchObject({ state: 'registered', host: 'branch.example.net' });
    expect(trunkOf(record, trunkId(5))).toMatchObject({ state: 'unregistered', registered: false });
  });

  test('an IAX trunk that went is unregistered once two rounds have said so', async () => {
    const one = await bench('2024.1.114');
    const id = trunkId(9, 'IAX');
    expect(trunkOf(await one.rounds(1), id)).toMatchObject({ state: 'reachable', registered: true });
    setTrunk(one.pbx.world, 'office', { state: 'unreachable' });
    const silent = trunkOf(await one.rounds(1), id);
    expect(silent).toMatchObject({ state: 'unreachable' });
    expect(silent).not.toHaveProperty('registered');
    setTrunk(one.pbx.world, 'office', { state: 'unregistered' });
    expect(trunkOf(await one.rounds(1), id)).toMatchObject({ state: 'unknown', rawState: 'UNKNOWN' });
    expect(trunkOf(await one.rounds(1), id)).toMatchObject({ state: 'unregistered', registered: false });
    setTrunk(one.pbx.world, 'office', { state: 'reachable' });
    expect(trunkOf(await one.rounds(1), id)).toMatchObject({ registered: true });
    setTrunk(one.pbx.world, 'office', { state: 'unregistered' });
    expect(trunkOf(await one.rounds(1), id)).toMatchObject({ state: 'unknown' });
  });
});

describe('a provider that answers is not a registration (2025.1 and newer)', () => {
  test.each(['2025.1.158-dev', '2026.1.223'] as const)(
    'a registration that Asterisk does not know is unregistered once two rounds have said so, %s',
    async (release) => {
      const one = await bench(release, { switches: { isRegistrationMissing: isCarrier } });
      const first = trunkOf(await one.rounds(1), trunkId(1));
      expect(first).toMatchObject({ state: 'unknown', rawState: 'UNKNOWN' });
      expect(first).not.toHaveProperty('registered');
      const second = await one.rounds(1);
      expect(trunkOf(second, trunkId(1))).toMatchObject({ state: 'unregistered', registered: false });
      // Trunks by address depend on this response alone.
      expect(trunkOf(second, trunkId(6))).toMatchObject({ state: 'reachable' });
    },
  );

  test('2025.1 says UNKNOWN of every trunk by address: the plain list tells those for five minutes', async () => {
    const one = await bench('2025.1.158-dev');
    const record = await one.rounds(9);
    expect(trunkOf(record, trunkId(6))).toMatchObject({ state: 'reachable', roundtripMicroseconds: 0 });
    expect(one.pbx.ledger.requestsOf('sip:getRegistry')).toBe(1);
    await one.rounds(3);
    expect(one.pbx.ledger.requestsOf('sip:getRegistry')).toBe(2);
  });

  test('without the right to the plain list nobody can tell: unknown', async () => {
    const apiKeys = [{ key: 'ab12'.repeat(16), rights: ['providers'] as const }];
    const one = await bench('2025.1.158-dev', { useApiKey: true, switches: { apiKeys } });
    expect(trunkStates(await one.rounds(2))).toMatchObject({ [trunkId(1)]: 'registered', [trunkId(6)]: 'unknown' });
  });
});

describe('words and contacts as other versions write them (2025.1 and newer)', () => {
  test('the case of a word decides nothing', async () => {
    const usual = await bench('2026.1.223');
    const other = await bench('2026.1.223', { switches: { otherCase: true } });
    expect(trunkStates(await other.rounds(1))).toEqual(trunkStates(await usual.rounds(1)));
    expect(trunkOf(other.target.record, trunkId(8))).toMatchObject({ state: 'disabled', rawState: 'OFF' });
  });

  test('short words for contacts', async () => {
    const one = await bench('2026.1.223', { switches: { shortContactWords: true } });
    const record = await one.rounds(1);
    expect(trunkStates(record)).toMatchObject({ [trunkId(6)]: 'reachable', [trunkId(7)]: 'unreachable' });
    expect(record.counters.rowsSkipped.trunks).toBeUndefined();
  });
});

describe('the last phone of a healthy PBX is switched off', () => {
  test.each(['2022.1.99', '2024.1.114', '2025.1.158-dev', '2026.1.223'] as const)(
    '%s: the trunks prove that Asterisk is there',
    async (release) => {
      const one = await bench(release, { world: makeWorld({ peers: 1, trunks: 2 }) });
      expect((await one.rounds(1)).up).toBe(true);
      const phone = one.pbx.world.extensions[0];
      if (phone === undefined) throw new Error('there is one phone');
      Object.assign(phone, { state: 'disabled', contacts: [] });
      const first = await one.rounds(1);
      expect(first.up).toBe(true);
      expect(first.collectors.trunks).toEqual({ success: true });
      const second = await one.rounds(1);
      expect(second.collectors).toMatchObject({ peers: { success: true }, trunks: { success: true } });
      expect((second.retained.peers?.value ?? []).filter(({ state }) => state !== 'disabled')).toEqual([]);
    },
  );

  test('2025.1: also where no trunk is registered at the moment', async () => {
    const world = makeWorld({ peers: 1, trunks: 1 });
    const one = await bench('2025.1.158-dev', { world });
    await one.rounds(1);
    one.pbx.world.extensions = [];
    setTrunk(world, world.trunks[0]?.name ?? '', { state: 'unregistered' });
    const record = await one.rounds(2);
    expect(record.up).toBe(true);
    expect(trunkStates(record)).toEqual({ [trunkId(1)]: 'unregistered' });
  });
});

test('employees are paged by the rows that came, not by the rows that were asked for', async () => {
  const world = makeWorld({ peers: 12, trunks: 1 });
  for (const extension of world.extensions.slice(8)) Object.assign(extension, { state: 'disabled', contacts: [] });
  const one = await bench('2026.1.223', { world, switches: { employeesPerPage: 5 } });
  const record = await one.rounds(1);
  const off = world.extensions.filter(({ state }) => state === 'disabled').map(({ number }) => number);
  const shown = (record.retained.peers?.value ?? []).filter(({ state }) => state === 'disabled').map(({ id }) => id);
  expect(shown).toEqual(off);
  expect(one.pbx.ledger.requestsOf('employees')).toBe(3);
});
