import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SkipCounter } from '../../../src/drivers/parts.ts';
import {
  readProvider,
  readProviderType,
  readTrunkWord,
  trunkFromProvider,
} from '../../../src/drivers/portsip/trunk.ts';
import { Failure } from '../../../src/transport/failure.ts';
import type { TrunkState } from '../../../src/snapshot/reading.ts';
import { setUp } from './support.ts';

const provider = { id: '878156644691742721', name: 'main', host: 'sip.example.net', enabled: true };

describe('what the word means by type of trunk', () => {
  test.each<[object | undefined, string, TrunkState, boolean | undefined]>([
    [{ auth_mode: 'REGISTER_AUTH' }, 'REGISTERED', 'registered', true],
    [{ auth_mode: 'REGISTER_AUTH' }, 'UNREGISTERED', 'unregistered', false],
    [{ auth_mode: 'REGISTER_AUTH', registration: true }, 'ONLINE', 'registered', true],
    [{ auth_mode: 'REGISTER_AUTH', registration: null }, 'OFFLINE', 'unregistered', false],
    // "Need registration" off: v16 says REGISTERED for ever, v22 checks with OPTIONS
    [{ auth_mode: 'REGISTER_AUTH', registration: false }, 'REGISTERED', 'unmonitored', undefined],
    [{ auth_mode: 'REGISTER_AUTH', registration: false }, 'ONLINE', 'reachable', undefined],
    [{ auth_mode: 'REGISTER_AUTH', registration: false }, 'OFFLINE', 'unreachable', undefined],
    [{ auth_mode: 'IP_AUTH' }, 'REGISTERED', 'unmonitored', undefined],
    [{ auth_mode: 'IP_AUTH' }, 'UNREGISTERED', 'unreachable', undefined],
    [{ auth_mode: 'IP_AUTH' }, 'ONLINE', 'reachable', undefined],
    [{ auth_mode: 'IP_AUTH' }, 'OFFLINE', 'unreachable', undefined],
    // without OPTIONS the word is no information
    [{ auth_mode: 'IP_AUTH', keep_alive: false }, 'ONLINE', 'unmonitored', undefined],
    [{ auth_mode: 'IP_AUTH', keep_alive: false }, 'OFFLINE', 'unknown', undefined],
    [{ auth_mode: 'ACCEPT_REGISTER' }, 'REGISTERED', 'registered', true],
    [{ auth_mode: 'ACCEPT_REGISTER', registration: false }, 'OFFLINE', 'unregistered', false],
    [{ auth_mode: 'TEAMS' }, 'ONLINE', 'reachable', undefined],
    [{ auth_mode: 'TEAMS' }, 'OFFLINE', 'unreachable', undefined],
    // messaging, and always OFFLINE before v22.2.11: never an outage
    [{ auth_mode: 'WHATS_APP' }, 'ONLINE', 'reachable', undefined],
    [{ auth_mode: 'WHATS_APP' }, 'OFFLINE', 'unknown', undefined],
    // a type of the future
    [{ auth_mode: 'CARRIER_PIGEON' }, 'ONLINE', 'reachable', undefined],
    [{ auth_mode: 'CARRIER_PIGEON' }, 'OFFLINE', 'unreachable', undefined],
    // the type was not read
    [undefined, 'ONLINE', 'reachable', undefined],
    [undefined, 'REGISTERED', 'unmonitored', undefined],
    [undefined, 'OFFLINE', 'unknown', undefined],
    [undefined, 'UNREGISTERED', 'unknown', undefined],
  ])('%j says %s: %s', (details, word, state, registered) => {
    const type = details === undefined ? undefined : readProviderType(details);
    const trunk = trunkFromProvider(provider, type, word, new SkipCounter());
    expect(trunk).toMatchObject({ state, rawState: word });
    expect(trunk.registered).toBe(registered);
    expect(trunk).not.toHaveProperty('roundtripMicroseconds');
  });

  test('a word that is not known is kept, counted, and neither up nor down', () => {
    const skipped = new SkipCounter();
    const type = readProviderType({ auth_mode: 'REGISTER_AUTH' });
    expect(trunkFromProvider(provider, type, 'SLEEPY', skipped)).toMatchObject({
      state: 'unknown',
      rawState: 'SLEEPY',
    });
    expect(trunkFromProvider(provider, type, '', skipped)).not.toHaveProperty('rawState');
    expect(skipped.counts()).toEqual({ unknown_state: 2 });
  });

  test('case does not matter', () => {
    expect(readTrunkWord({ status: ' online ' })).toBe('ONLINE');
  });

  test('disabled comes first', () => {
    const trunk = trunkFromProvider({ ...provider, enabled: false }, undefined, 'ONLINE', new SkipCounter());
    expect(trunk).toEqual({ id: provider.id, name: 'main', host: 'sip.example.net', state: 'disabled' });
  });
});

test('parsers of trunks give a value or a Failure, whatever comes', () => {
  const reasonOf = (work: () => unknown): string | undefined => {
    try {
      work();
      return undefined;
    } catch (thrown) {
      return thrown instanceof Failure ? thrown.reason : String(thrown);
    }
  };
  fc.assert(
    fc.property(fc.anything(), (value) => {
      expect([undefined, 'protocol']).toContain(reasonOf(() => readTrunkWord(value)));
      expect([undefined, 'protocol']).toContain(reasonOf(() => readProviderType(value)));
    }),
  );
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom('id', 'name', 'hostname', 'enabled'), fc.anything()), (fields) => {
      expect(readProvider(fields)?.id.trim()).not.toBe('');
    }),
  );
});

test('types are asked for once an hour, states in every round', async () => {
  const { bench, simulator } = await setUp({}, { collect: ['trunks'], intervalMs: 5 * 60_000 });
  await bench.poll();
  await bench.rounds(12);
  expect(simulator.ledger.requestsOf('GET /providers/{id}')).toBe(8);
  expect(simulator.ledger.requestsOf('GET /providers/{id}/status')).toBe(13 * 7);
  await bench.rounds(1);
  expect(simulator.ledger.requestsOf('GET /providers/{id}')).toBe(16);
});

test('types that cannot be read make a half answer: what is up is shown, what is down is not known', async () => {
  const { bench, simulator } = await setUp({}, { collect: ['trunks'] });
  await simulator.faults.set({ kind: 'status', status: 403, body: '' }, { call: 'GET /providers/{id}' });
  const record = await bench.poll();
  expect(record.collectors.trunks).toMatchObject({ success: false, reason: 'forbidden' });
  const states = record.held.trunks?.value.map(({ state }) => state);
  expect(states).toEqual([
    'reachable',
    'reachable',
    'unknown',
    'unknown',
    'reachable',
    'reachable',
    'reachable',
    'disabled',
  ]);
});

test('not a single state that could be read: the collector failed, and the last good trunks stay until stale_after', async () => {
  const { bench, simulator } = await setUp({}, { collect: ['trunks', 'system'] });
  await bench.poll();
  await simulator.faults.set({ kind: 'html', status: 502 }, { call: 'GET /providers/{id}/status' });
  const record = await bench.rounds(1);
  expect(record.collectors.trunks).toMatchObject({ success: false, reason: 'service_unavailable' });
  expect(record.held.trunks?.value.map(({ state }) => state)).toContain('registered');
  await bench.rounds(3);
  expect(await bench.page()).not.toContain('pbx_trunk_state');
});

test('a trunk that was deleted between list and state is not an outage', async () => {
  const { bench, simulator } = await setUp({}, { collect: ['trunks'] });
  const id = simulator.trunkId('bluewire');
  await simulator.faults.set(
    { kind: 'status', status: 404, body: '{"errors":[{"code":"NOT_FOUND","message":"gone"}]}' },
    { call: 'GET /providers/{id}/status', matches: (request) => request.rawPath.includes(id) },
  );
  const record = await bench.poll();
  expect(record.collectors.trunks?.success).toBe(true);
  expect(record.held.trunks?.value.map((trunk) => trunk.id)).not.toContain(id);
});
