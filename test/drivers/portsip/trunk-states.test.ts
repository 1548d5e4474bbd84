import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SkipCounter } from '../../../src/drivers/kit/collectors.ts';
import {
  readProvider,
  readProviderType,
  readTrunkStatus,
  trunkFromProvider,
} from '../../../src/drivers/portsip/trunks.ts';
import { Failure } from '../../../src/transport/failure.ts';
import type { TrunkState } from '../../../src/snapshot/reading.ts';

const provider = { id: '878156644691742721', name: 'main', host: 'sip.example.net', enabled: true };

describe('what the word means by type of trunk', () => {
  test.each<[object | undefined, string, TrunkState, boolean | undefined]>([
    [{ auth_mode: 'REGISTER_AUTH' }, 'REGISTERED', 'registered', true],
    [{ auth_mode: 'REGISTER_AUTH' }, 'UNREGISTERED', 'unregistered', false],
    [{ auth_mode: 'REGISTER_AUTH', registration: true }, 'ONLINE', 'registered', true],
    [{ auth_mode: 'REGISTER_AUTH', registration: null }, 'OFFLINE', 'unregistered', false],
    // "Need registration" off, or by address: REGISTERED and ONLINE are always reported
    [{ auth_mode: 'REGISTER_AUTH', registration: false }, 'REGISTERED', 'unmonitored', undefined],
    [{ auth_mode: 'REGISTER_AUTH', registration: false }, 'ONLINE', 'unmonitored', undefined],
    [{ auth_mode: 'REGISTER_AUTH', registration: false }, 'OFFLINE', 'unreachable', undefined],
    [{ auth_mode: 'IP_AUTH' }, 'REGISTERED', 'unmonitored', undefined],
    [{ auth_mode: 'IP_AUTH' }, 'UNREGISTERED', 'unreachable', undefined],
    [{ auth_mode: 'IP_AUTH' }, 'ONLINE', 'unmonitored', undefined],
    [{ auth_mode: 'IP_AUTH' }, 'OFFLINE', 'unreachable', undefined],
    // without OPTIONS, the state has no meaning
    [{ auth_mode: 'IP_AUTH', keep_alive: false }, 'ONLINE', 'unmonitored', undefined],
    [{ auth_mode: 'IP_AUTH', keep_alive: false }, 'OFFLINE', 'unknown', undefined],
    [{ auth_mode: 'IP_AUTH', keep_alive: null }, 'OFFLINE', 'unreachable', undefined],
    [{ auth_mode: 'REGISTER_AUTH', registration: false, keep_alive: false }, 'ONLINE', 'unmonitored', undefined],
    // a registration is reported even if no OPTIONS requests are sent
    [{ auth_mode: 'REGISTER_AUTH', keep_alive: false }, 'OFFLINE', 'unregistered', false],
    [{ auth_mode: 'register_auth ' }, 'ONLINE', 'registered', true],
    [{ auth_mode: 'ACCEPT_REGISTER' }, 'REGISTERED', 'registered', true],
    [{ auth_mode: 'ACCEPT_REGISTER', registration: false }, 'OFFLINE', 'unregistered', false],
    [{ auth_mode: 'TEAMS' }, 'ONLINE', 'reachable', undefined],
    [{ auth_mode: 'TEAMS' }, 'OFFLINE', 'unreachable', undefined],
    [{ auth_mode: 'TEAMS' }, 'REGISTERED', 'reachable', undefined],
    [{ auth_mode: 'TEAMS' }, 'UNREGISTERED', 'unreachable', undefined],
    // for messaging only, and always OFFLINE before v22.2.11, so never an outage
    [{ auth_mode: 'WHATS_APP' }, 'ONLINE', 'reachable', undefined],
    [{ auth_mode: 'WHATS_APP' }, 'OFFLINE', 'unknown', undefined],
    // an unknown, future type
    [{ auth_mode: 'CARRIER_PIGEON' }, 'ONLINE', 'unmonitored', undefined],
    [{ auth_mode: 'CARRIER_PIGEON' }, 'OFFLINE', 'unreachable', undefined],
    // the type was not read
    [undefined, 'ONLINE', 'unmonitored', undefined],
    [undefined, 'REGISTERED', 'unmonitored', undefined],
    [undefined, 'OFFLINE', 'unknown', undefined],
    [undefined, 'UNREGISTERED', 'unknown', undefined],
  ])('%j says %s: %s', (details, word, state, registered) => {
    const type = details === undefined ? undefined : readProviderType(details);
    const kind = (details as { auth_mode: string } | undefined)?.auth_mode.trim().toLowerCase();
    const skipped = new SkipCounter();
    expect(trunkFromProvider(provider, type, word, skipped)).toStrictEqual({
      id: provider.id,
      name: provider.name,
      host: provider.host,
      ...(kind === undefined ? {} : { kind }),
      state,
      rawState: word,
      ...(registered === undefined ? {} : { registered }),
    });
    expect(skipped.counts()).toEqual({});
  });

  test('a word that is not known is kept, counted, and neither up nor down', () => {
    const skipped = new SkipCounter();
    const type = readProviderType({ auth_mode: 'REGISTER_AUTH' });
    expect(trunkFromProvider(provider, type, 'SLEEPY', skipped)).toMatchObject({
      state: 'unknown',
      rawState: 'SLEEPY',
    });
    expect(trunkFromProvider(provider, type, 'SLEEPY', skipped)).not.toHaveProperty('registered');
    expect(trunkFromProvider(provider, type, '', skipped)).not.toHaveProperty('rawState');
    expect(skipped.counts()).toEqual({ unknown_state: 3 });
  });

  test('case does not matter', () => {
    expect(readTrunkStatus({ status: ' online ' })).toBe('ONLINE');
  });

  test('a trunk whose state was not read is unknown, and says nothing else', () => {
    const type = readProviderType({ auth_mode: 'REGISTER_AUTH' });
    const skipped = new SkipCounter();
    expect(trunkFromProvider({ id: '7', enabled: true }, type, undefined, skipped)).toStrictEqual({
      id: '7',
      kind: 'register_auth',
      state: 'unknown',
    });
    expect(skipped.counts()).toEqual({});
  });

  test('disabled comes first', () => {
    const trunk = trunkFromProvider({ ...provider, enabled: false }, undefined, 'ONLINE', new SkipCounter());
    expect(trunk).toEqual({ id: provider.id, name: 'main', host: 'sip.example.net', state: 'disabled' });
  });
});

describe('entry of the list of trunks', () => {
  test.each<[object, object | undefined]>([
    [
      { id: '878156644691742721', name: 'main', hostname: 'sip.example.net', enabled: true },
      { id: '878156644691742721', name: 'main', host: 'sip.example.net', enabled: true },
    ],
    [
      { id: '7', name: null, hostname: '', enabled: false },
      { id: '7', enabled: false },
    ],
    [{ id: 7 }, { id: '7', enabled: true }],
    [
      { id: '7', enabled: null },
      { id: '7', enabled: true },
    ],
    [{ name: 'main' }, undefined],
    [{ id: '' }, undefined],
  ])('%j is %j', (fields, expected) => {
    expect(readProvider({ ...fields })).toStrictEqual(expected);
  });
});

test('an answer that is no object is a failure, and one without a word has none', () => {
  for (const value of [null, [], 'ONLINE', 7]) {
    expect(() => readTrunkStatus(value)).toThrow(/state of a trunk/);
    expect(() => readProviderType(value)).toThrow(/about a trunk/);
  }
  for (const value of [{}, { status: null }, { status: ' ' }]) expect(readTrunkStatus(value)).toBe('');
  expect(readProviderType({})).toStrictEqual({ registration: true, keepAlive: true });
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
      expect([undefined, 'protocol']).toContain(reasonOf(() => readTrunkStatus(value)));
      expect([undefined, 'protocol']).toContain(reasonOf(() => readProviderType(value)));
    }),
  );
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom('id', 'name', 'hostname', 'enabled'), fc.anything()), (fields) => {
      expect(readProvider(fields)?.id.trim()).not.toBe('');
    }),
  );
});
