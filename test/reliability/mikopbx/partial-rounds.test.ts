import { describe, expect, test } from 'vitest';
import { setTrunk } from '../../../src/simulator/kit/world.ts';
import type { Trunk } from '../../../src/snapshot/reading.ts';
import type { TargetRecord } from '../../../src/snapshot/record.ts';
import { bench, peerStates, trunkId, trunkStates } from '../../drivers/mikopbx/support.ts';

const trunkOf = ({ retained }: TargetRecord, id: string): Trunk | undefined =>
  retained.trunks?.value.find((trunk) => trunk.id === id);
const refused = { kind: 'status', status: 401, body: '{"jsonapi":{"version":"1.0"},"errors":["no"]}' } as const;

describe('a call that the PBX refuses costs what it brings', () => {
  test.each([
    ['extensions/getForSelect', 'names of phones'],
    ['providers/index', 'names of trunks'],
    ['sip/getSipPeer', 'contacts'],
  ])('%s: nothing but %s is missing', async (call) => {
    const one = await bench('2024.1.114');
    await one.pbx.faults.set(refused, { call });
    const record = await one.rounds(10);
    expect(record.up).toBe(true);
    expect(record.collectors.trunks).toEqual({ success: true });
    expect(peerStates(record)).toMatchObject({ 201: 'reachable', 206: 'reachable' });
    expect(record.counters.roundFailures).toEqual({});
    expect(record.suspendedUntilWall).toBe(0);
    expect(one.pbx.ledger.loginsGood).toBe(1);
    expect(one.pbx.ledger.requestsOf(call)).toBe(1);
  });

  test.each(['iax/getRegistry', 'sip/getRegistry', 'cdr/getActiveChannels'])(
    '%s: the others are read',
    async (call) => {
      const one = await bench('2024.1.114', {}, { collect: ['peers', 'trunks', 'calls', 'system'] });
      await one.pbx.faults.set(refused, { call });
      const record = await one.rounds(12);
      expect(record.up).toBe(true);
      expect(record.collectors.peers).toEqual({ success: true });
      const failing = call.startsWith('cdr') ? 'calls' : 'trunks';
      expect(record.collectors[failing]).toMatchObject({ success: false, reason: 'forbidden' });
      const known = call === 'sip/getRegistry' ? trunkId(9, 'IAX') : trunkId(1);
      expect(Object.keys(trunkStates(record))).toContain(known);
      // Each refusal counts towards a ban, so there is only one per hour.
      expect(one.pbx.ledger.requestsOf(call)).toBe(1);
      expect(one.pbx.ledger.loginsGood).toBe(1);
    },
  );

  test.each(['2024.1.114', '2026.1.223'] as const)(
    'a role without the right is asked for once an hour, %s',
    async (release) => {
      const call = release === '2024.1.114' ? 'sip/getRegistry' : 'sip:getStatuses';
      const options = release === '2024.1.114' ? { details_per_round: 0 } : {};
      const one = await bench(release, { switches: { forbiddenCalls: [call] } }, { options });
      await one.rounds(100);
      expect(one.pbx.ledger.requestsOf(call)).toBe(1);
      await one.rounds(30);
      expect(one.pbx.ledger.requestsOf(call)).toBe(2);
    },
  );

  test('a right that an API key lacks is asked for once an hour', async () => {
    const apiKeys = [{ key: 'cd34'.repeat(16), rights: ['providers'] as const }];
    const one = await bench('2026.1.223', { useApiKey: true, switches: { apiKeys } });
    await one.rounds(100);
    expect(one.pbx.ledger.requestsOf('sip:getPeersStatuses')).toBeLessThanOrEqual(2);
    expect(one.target.record.collectors.peers).toMatchObject({ success: false, reason: 'forbidden' });
  });
});

describe('a PBX without a list of IAX trunks has none', () => {
  test.each([
    ['2024.1.114', 'iax/getRegistry'],
    ['2026.1.223', 'iax:getRegistry'],
  ] as const)('%s', async (release, call) => {
    const one = await bench(release, {
      switches: { trunkTypeOf: ({ kind }) => (kind === 'address' ? 'none' : 'outbound') },
    });
    const body = JSON.stringify(
      release === '2024.1.114'
        ? { jsonapi: { version: '1.0' }, errors: ['404 (Not Found)'] }
        : { success: false, messages: { error: ['Endpoint not found'] }, data: null },
    );
    await one.pbx.faults.set({ kind: 'status', status: 404, body }, { call });
    const record = await one.rounds(2);
    expect(record.collectors.trunks).toEqual({ success: true });
    expect(Object.keys(trunkStates(record))).toHaveLength(9);
  });
});

describe('trunks up to 2024 have contacts, too', () => {
  test('a dead address is unreachable, a registered and silent provider as well', async () => {
    const one = await bench('2024.1.114');
    setTrunk(one.pbx.world, 'carrier', { state: 'unreachable' });
    const record = await one.rounds(1);
    expect(trunkOf(record, trunkId(1))).toMatchObject({ state: 'unreachable', registered: true });
    expect(trunkOf(record, trunkId(6))).toMatchObject({ state: 'reachable', roundtripMicroseconds: 400 });
    expect(trunkOf(record, trunkId(7))).toMatchObject({ state: 'unreachable' });
    expect(trunkOf(record, trunkId(7))).not.toHaveProperty('registered');
  });

  test('one that waits for its first check is what the list says', async () => {
    const one = await bench('2024.1.114');
    one.pbx.restartAsterisk();
    expect(trunkOf(await one.rounds(1), trunkId(7))).toMatchObject({ state: 'unmonitored' });
  });

  test('they are counted among the questions of a round, and never asked for where the version is old or not known', async () => {
    const asked = async (release: '2021.4.175' | '2022.1.99', isVersionTold: boolean): Promise<string[]> => {
      const names: string[] = [];
      const one = await bench(release, {}, { options: { details_per_round: 4 } });
      if (!isVersionTold)
        await one.pbx.faults.set({ kind: 'status', status: 500, body: '' }, { call: 'session/index' });
      await one.pbx.faults.set(
        { kind: 'delay', delayMs: 0 },
        {
          matches: ({ call, body }) => {
            if (call === 'sip/getSipPeer') names.push((JSON.parse(body) as { peer: string }).peer);
            return false;
          },
        },
      );
      await one.rounds(4);
      return names;
    };
    const isTrunk = (name: string): boolean => name.startsWith('SIP-');
    const some = await asked('2022.1.99', true);
    expect(some.length).toBe(16);
    expect(some.filter(isTrunk).length).toBeGreaterThanOrEqual(3);
    // Disabled and rejected trunks are not requested.
    expect(some).not.toContain(trunkId(8));
    expect((await asked('2022.1.99', false)).filter(isTrunk)).toEqual([]);
    expect((await asked('2021.4.175', true)).filter(isTrunk)).toEqual([]);
  });
});

describe('names of trunks', () => {
  test.each([
    ['2022.1.99', 'carrier'],
    ['2024.1.114', 'carrier'],
    ['2023.1.223', undefined],
    ['2023.2.206', undefined],
  ] as const)('%s: %s', async (release, name) => {
    const one = await bench(release);
    const record = await one.rounds(3);
    expect(trunkOf(record, trunkId(1))?.name).toBe(name);
    expect(one.pbx.ledger.requestsOf('providers/index')).toBe(name === undefined ? 0 : 1);
    expect(one.pbx.ledger.requestsOf('extensions/index')).toBe(0);
  });
});

describe('the first list of each process after a start of Asterisk lacks registering trunks (2022.1)', () => {
  test('they stay as they were until two rounds have said so', async () => {
    const one = await bench('2022.1.99');
    await one.rounds(1);
    one.pbx.restartAsterisk();
    const states: unknown[] = [];
    for (let round = 0; round < 4; round += 1) states.push(trunkStates(await one.rounds(1))[trunkId(1)]);
    expect(states).toEqual(['registered', 'registered', 'registered', 'registered']);
    expect(one.target.record.collectors.trunks).toEqual({ success: true });
  });

  test('a trunk that was deleted goes with the second round', async () => {
    const one = await bench('2022.1.99');
    await one.rounds(1);
    one.pbx.world.trunks = one.pbx.world.trunks.filter(({ name }) => name !== 'carrier');
    const first = await one.rounds(1);
    expect(first.collectors.trunks).toMatchObject({ success: false, reason: 'service_unavailable' });
    expect(Object.keys(trunkStates(first))).toContain(trunkId(1));
    const second = await one.rounds(1);
    expect(second.collectors.trunks).toEqual({ success: true });
    expect(Object.keys(trunkStates(second))).not.toContain(trunkId(1));
    expect(Object.keys(trunkStates(second))).toHaveLength(8);
  });
});

describe('a web server with nobody behind it', () => {
  test.each(['password', 'key'] as const)('an hour of it bans nobody, with a %s', async (kind) => {
    const one = await bench('2026.1.223', { useApiKey: kind === 'key' }, { intervalMs: 10_000, staleAfterMs: 30_000 });
    await one.rounds(1);
    one.pbx.switches.services = 'gone-502';
    const sent = one.pbx.ledger.requestsTotal;
    const record = await one.rounds(60);
    expect(one.pbx.ledger.requestsTotal - sent).toBeLessThanOrEqual(12);
    expect(record.lastRound?.reason).toBe('service_unavailable');
    await one.rounds(300);
    expect(one.pbx.ledger.bans).toBe(0);
    one.pbx.switches.services = 'running';
    expect((await one.rounds(31)).up).toBe(true);
  });

  test('from the very start on, too', async () => {
    for (const useApiKey of [true, false]) {
      const one = await bench('2026.1.223', { useApiKey, switches: { services: 'gone-502' } }, { intervalMs: 10_000 });
      await one.rounds(60);
      expect(one.pbx.ledger.requestsTotal).toBeLessThanOrEqual(12);
      one.pbx.switches.services = 'running';
      expect((await one.rounds(31)).up).toBe(true);
    }
  });

  test('the first refusal ends the round, and what was read before stays', async () => {
    const one = await bench('2026.1.223');
    await one.rounds(1);
    await one.pbx.faults.set({ kind: 'status', status: 502, body: '<html></html>' }, { call: 'providers:getStatuses' });
    const before = one.pbx.ledger.requestsTotal;
    const record = await one.rounds(1);
    expect(one.pbx.ledger.requestsTotal - before).toBe(2);
    expect(record.collectors.trunks).toMatchObject({ success: false, reason: 'service_unavailable' });
    expect(peerStates(record)).toMatchObject({ 201: 'reachable', 202: 'unregistered' });
  });
});
