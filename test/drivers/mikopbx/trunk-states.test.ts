import { describe, expect, test } from 'vitest';
import {
  type ProviderRow,
  type Registration,
  providersProveAsterisk,
  providerTrunk,
  readProviders,
} from '../../../src/drivers/mikopbx/v3/trunks.ts';
import {
  readRegistry,
  registryProvesAsterisk,
  registrySource,
  registryTrunk,
} from '../../../src/drivers/mikopbx/shared/registry.ts';
import { trunksSharingAccount, trunkSharingAccount } from '../../../src/drivers/mikopbx/v3/registration.ts';
import { SkipCounter } from '../../../src/drivers/kit/collectors.ts';
import { reasonOf } from './answer.ts';

const envelope = (data: unknown, notices: readonly string[] = []) => ({ data, notices });

describe('getRegistry', () => {
  const trunk = (row: object, kind: 'sip' | 'iax' = 'sip', listed: ReadonlySet<string> | 'unknown' = new Set()) => {
    const skipped = new SkipCounter();
    const [first] = readRegistry(envelope([{ id: 'SIP-1', username: 'u', host: 'h', ...row }]), kind, skipped);
    if (first === undefined) throw new Error('the row was dropped');
    return {
      ...registryTrunk(first, registrySource(first, listed === 'unknown' ? undefined : listed), skipped),
      skipped: skipped.counts(),
    };
  };

  test.each<[object, object]>([
    // MikoPBX registers with a provider. REJECTED means any failure, including a server that does not respond.
    [{ state: 'REGISTERED' }, { state: 'registered', rawState: 'REGISTERED', registered: true }],
    [{ state: 'Registered' }, { state: 'registered', rawState: 'REGISTERED', registered: true }],
    [{ state: 'UNREGISTERED' }, { state: 'unregistered', rawState: 'UNREGISTERED', registered: false }],
    [{ state: 'REJECTED' }, { state: 'rejected', rawState: 'REJECTED', registered: false }],
    // By address: configured, but not checked.
    [{ state: 'OK' }, { state: 'unmonitored', rawState: 'OK' }],
    [{ state: 'OFF' }, { state: 'disabled', rawState: 'OFF' }],
    [{ state: 'UNKNOWN' }, { state: 'unknown', rawState: 'UNKNOWN' }],
  ])('SIP %j', (row, expected) => {
    expect(trunk(row)).toEqual({ id: 'SIP-1', kind: 'sip', host: 'h', ...expected, skipped: {} });
  });

  test('up to 2024 UNKNOWN of a trunk that registers with the PBX means that it does not', () => {
    expect(trunk({ state: 'UNKNOWN', host: '' })).toEqual({
      id: 'SIP-1',
      kind: 'sip',
      state: 'unregistered',
      rawState: 'UNKNOWN',
      registered: false,
      skipped: {},
    });
    expect(trunk({ state: 'REGISTERED', host: '' })).toMatchObject({ state: 'registered', registered: true });
  });

  test('a trunk that registers with the PBX is told by the list of phones or by its user name, too: its host may be left over', () => {
    const gone = { state: 'unregistered', registered: false };
    expect(trunk({ state: 'UNKNOWN' }, 'sip', new Set(['201', 'SIP-1-AUTH']))).toMatchObject(gone);
    expect(trunk({ state: 'UNKNOWN', username: 'SIP-1' })).toMatchObject(gone);
    expect(trunk({ state: 'UNKNOWN' }, 'sip', new Set(['SIP-1', 'SIP-2-AUTH']))).toMatchObject({ state: 'unknown' });
    expect(trunk({ state: 'UNKNOWN', username: 'SIP-1' }, 'sip', 'unknown')).toMatchObject({ state: 'unknown' });
    // In other states, an empty host does not indicate a trunk that registers with the PBX.
    expect(trunk({ state: 'REJECTED', host: '' })).toMatchObject({ state: 'rejected', registered: false });
    expect(trunk({ state: 'OK', host: '' })).toMatchObject({ state: 'unmonitored' });
  });

  test('from 2025.1 on UNKNOWN says nothing about a trunk that registers with the PBX, and ids bear -REG', () => {
    expect(trunk({ state: 'UNKNOWN', host: '' }, 'sip', 'unknown')).toEqual({
      id: 'SIP-1',
      kind: 'sip',
      state: 'unknown',
      rawState: 'UNKNOWN',
      skipped: {},
    });
    expect(trunk({ id: 'SIP-TRUNK-AB12CD34-REG', state: 'REGISTERED' }).id).toBe('SIP-TRUNK-AB12CD34');
    expect(trunk({ id: 'SIP-REG-1', state: 'REGISTERED' }).id).toBe('SIP-REG-1');
  });

  test.each([
    ['Registered', '0', '', { state: 'registered', registered: true }],
    ['Unregistered', '0', '', { state: 'unregistered', registered: false }],
    ['Request Sent', '0', '', { state: 'registering', registered: false }],
    ['Auth. Sent', '0', '', { state: 'registering', registered: false }],
    ['Rejected', '0', '', { state: 'rejected', registered: false }],
    ['No Authentication', '0', '', { state: 'rejected', registered: false }],
    ['Timeout', '0', '', { state: 'failed', registered: false }],
    // Also reported for working trunks.
    ['Error register.', '0', '', { state: 'unknown' }],
    ['Unknown', '0', '', { state: 'unknown' }],
    ['OFF', '0', '', { state: 'disabled' }],
    ['Registered', '0', '15', { state: 'registered', registered: true }],
    // The far side registers with the PBX; UNKNOWN means that it is not registered.
    ['OK', '1', '15', { state: 'reachable', registered: true, roundtripMicroseconds: 15_000 }],
    ['OK', '1', '0', { state: 'reachable', registered: true, roundtripMicroseconds: 0 }],
    ['OK', '1', 'N/A', { state: 'unmonitored', registered: true }],
    ['OK', '1', '', { state: 'unmonitored', registered: true }],
    ['LAGGED', '1', '2100', { state: 'reachable', registered: true, roundtripMicroseconds: 2_100_000 }],
    ['UNREACHABLE', '1', 'N/A', { state: 'unreachable' }],
    ['UNREACHABLE', '1', '15', { state: 'unreachable' }],
    ['UNKNOWN', '1', '', { state: 'unregistered', registered: false }],
    ['OFF', '1', '', { state: 'disabled' }],
  ])('IAX %s, noregister %s, %j ms', (state, noregister, time, expected) => {
    expect(trunk({ state, noregister, 'time-response': time }, 'iax')).toEqual({
      id: 'SIP-1',
      kind: 'iax',
      host: 'h',
      rawState: state.toUpperCase(),
      ...expected,
      skipped: {},
    });
  });

  test.each([
    ['sip', { state: 'LAGGED' }],
    ['iax', { state: 'OK', noregister: '0' }],
    ['iax', { state: 'Registered', noregister: '1' }],
  ] as const)('a word of another kind of trunk is not taken over: %s %j', (kind, row) => {
    expect(trunk(row, kind)).toMatchObject({ state: 'unknown', skipped: { unknown_state: 1 } });
  });

  test('a time in a SIP row is nothing that the PBX sends, and is left alone', () => {
    expect(trunk({ state: 'REGISTERED', 'time-response': '15' })).not.toHaveProperty('roundtripMicroseconds');
  });

  test('rows without id or state are malformed and cost no other row', () => {
    const skipped = new SkipCounter();
    const rows = [null, 'x', { id: '', state: 'OK' }, { id: 'SIP-1' }, { state: 'OK' }, { id: 'SIP-2', state: 'OK' }];
    expect(readRegistry(envelope(rows), 'sip', skipped)).toEqual([
      { kind: 'sip', id: 'SIP-2', state: 'OK', host: '', username: '', registering: false, noRegister: false },
    ]);
    expect(skipped.counts()).toEqual({ malformed: 5 });
    expect(reasonOf(() => readRegistry(envelope({}), 'sip', skipped))).toBe('protocol');
  });

  test('a word that is not known stays visible', () => {
    expect(trunk({ state: 'Sleeping' })).toMatchObject({
      state: 'unknown',
      rawState: 'SLEEPING',
      skipped: { unknown_state: 1 },
    });
  });

  test('signs of life', () => {
    const rows = (...states: string[]) =>
      readRegistry(envelope(states.map((state) => ({ id: state, state }))), 'sip', new SkipCounter());
    const iaxRows = (state: string, noregister: string) =>
      readRegistry(envelope([{ id: 'IAX-1', state, noregister }]), 'iax', new SkipCounter());
    expect(registryProvesAsterisk(rows('OFF', 'UNKNOWN'))).toBe(false);
    for (const word of ['OFF', 'UNKNOWN', 'Error register.'])
      expect(registryProvesAsterisk(iaxRows(word, '0'))).toBe(false);
    for (const word of ['OFF', 'UNKNOWN']) expect(registryProvesAsterisk(iaxRows(word, '1'))).toBe(false);
    expect(registryProvesAsterisk(iaxRows('UNREACHABLE', '1'))).toBe(true);
    expect(registryProvesAsterisk(rows('OFF', 'REJECTED'))).toBe(true);
    expect(registryProvesAsterisk([])).toBe(false);
    expect(registryProvesAsterisk(rows('OK'))).toBe(true);
  });
});

describe('providers:getStatuses', () => {
  const trunk = (row: object, kind: 'sip' | 'iax' = 'sip', registration?: Registration) => {
    const skipped = new SkipCounter();
    const data = {
      sip: [],
      iax: [],
      [kind]: { T1: { id: 'T1', host: 'h', username: 'u', description: 'Carrier', ...row } },
    };
    const [first] = readProviders(envelope(data), skipped)[kind];
    if (first === undefined) throw new Error('the row was dropped');
    return { ...providerTrunk(first, skipped, registration), skipped: skipped.counts() };
  };

  const registered = { state: 'registered', registered: true };

  test.each<[object, object]>([
    // With a provider, or (in upper case) with this PBX.
    [{ state: 'registered' }, registered],
    [{ state: 'REGISTERED' }, registered],
    [{ state: 'unregistered' }, { state: 'unregistered', registered: false }],
    [{ state: 'UNREGISTERED' }, { state: 'unregistered', registered: false }],
    [{ state: 'rejected' }, { state: 'rejected', registered: false }],
    // Being registered and being out of service are independent.
    [
      { state: 'registered', contactStatus: 'Reachable', rtt: 23 },
      { ...registered, roundtripMicroseconds: 23_000 },
    ],
    [{ state: 'registered', contactStatus: 'NonQualified' }, registered],
    [
      { state: 'registered', contactStatus: 'Unreachable' },
      { state: 'unreachable', registered: true },
    ],
    [
      { state: 'rejected', contactStatus: 'Unreachable' },
      { state: 'rejected', registered: false },
    ],
    [
      { state: 'rejected', contactStatus: 'Reachable', rtt: 23 },
      { state: 'rejected', registered: false },
    ],
    [
      { state: 'unregistered', contactStatus: 'Unreachable' },
      { state: 'unregistered', registered: false },
    ],
    [{ state: 'unreachable', contactStatus: 'Unreachable' }, { state: 'unreachable' }],
    [
      { state: 'reachable', rtt: 23 },
      { state: 'reachable', roundtripMicroseconds: 23_000 },
    ],
    // By address.
    [
      { state: 'OK', contactStatus: 'Reachable', rtt: 0 },
      { state: 'reachable', roundtripMicroseconds: 0 },
    ],
    [{ state: 'OK', contactStatus: 'NonQualified' }, { state: 'unmonitored' }],
    [{ state: 'OK' }, { state: 'unmonitored' }],
    [{ state: 'OK', contactStatus: 'Unreachable' }, { state: 'unreachable' }],
    [{ state: 'UNKNOWN', contactStatus: 'Unreachable' }, { state: 'unreachable' }],
    [{ state: 'UNKNOWN', contactStatus: 'Unavail' }, { state: 'unreachable' }],
    [{ state: 'OK', contactStatus: 'Unavailable' }, { state: 'unreachable' }],
    [
      { state: 'registered', contactStatus: 'Unavail' },
      { state: 'unreachable', registered: true },
    ],
    // The far side responds, but the row does not show whether the trunk should also register.
    [{ state: 'UNKNOWN', contactStatus: 'Avail', rtt: 9 }, { state: 'unknown' }],
    [{ state: 'UNKNOWN', contactStatus: 'Reachable' }, { state: 'unknown' }],
    [{ state: 'off' }, { state: 'disabled' }],
    [{ state: 'UNKNOWN', contactStatus: 'Unknown' }, { state: 'unknown' }],
    [{ state: 'UNKNOWN' }, { state: 'unknown' }],
    [{ state: 'OFF' }, { state: 'disabled' }],
    [{ state: 'OFF', contactStatus: 'Unreachable' }, { state: 'disabled' }],
  ])('SIP %j', (row, expected) => {
    const rawState = (row as { state: string }).state.toUpperCase();
    expect(trunk(row)).toEqual({
      id: 'T1',
      kind: 'sip',
      name: 'Carrier',
      host: 'h',
      rawState,
      ...expected,
      skipped: {},
    });
  });

  test('2025.1 always says UNKNOWN of a trunk by address: its contact is all that counts', () => {
    const answers = { state: 'UNKNOWN', contactStatus: 'Avail', rtt: 9 };
    expect(trunk(answers, 'sip', 'none')).toMatchObject({ state: 'reachable', roundtripMicroseconds: 9_000 });
    expect(trunk(answers, 'sip', 'expected')).toMatchObject({ state: 'unknown' });
    expect(trunk({ ...answers, contactStatus: 'Unknown' }, 'sip', 'none')).toMatchObject({ state: 'unknown' });
  });

  test.each<[object, object]>([
    [{ state: 'registered' }, registered],
    [{ state: 'rejected' }, { state: 'rejected', registered: false }],
    // Reported permanently for a trunk created with the new form, whether it works or not.
    [{ state: 'unregistered' }, { state: 'unknown' }],
    [{ state: 'OK' }, { state: 'unmonitored' }],
    [
      { state: 'OK', rtt: 12 },
      { state: 'reachable', roundtripMicroseconds: 12_000 },
    ],
    [
      { state: 'lagged', rtt: 3000 },
      { state: 'reachable', roundtripMicroseconds: 3_000_000 },
    ],
    [{ state: 'unreachable' }, { state: 'unreachable' }],
    [{ state: 'UNKNOWN' }, { state: 'unknown' }],
    [{ state: 'OFF' }, { state: 'disabled' }],
  ])('IAX %j', (row, expected) => {
    const rawState = (row as { state: string }).state.toUpperCase();
    expect(trunk(row, 'iax')).toEqual({
      id: 'T1',
      kind: 'iax',
      name: 'Carrier',
      host: 'h',
      rawState,
      ...expected,
      skipped: {},
    });
  });

  test('the id may stand in the key alone; rows without id or state are malformed and cost no other row', () => {
    const skipped = new SkipCounter();
    const sip = { 'SIP-1': { state: 'OK' }, 'SIP-2': {}, 'SIP-3': null, '': { state: 'OK' } };
    expect(readProviders(envelope({ sip, iax: [] }), skipped).sip.map(({ id }) => id)).toEqual(['SIP-1']);
    expect(skipped.counts()).toEqual({ malformed: 3 });
  });

  test('an old list is none', () => {
    const data = { sip: { T1: { id: 'T1', state: 'registered' } }, iax: [] };
    const reason = (notice: string) => reasonOf(() => readProviders(envelope(data, [notice]), new SkipCounter()));
    for (const notice of ['warning: fetch failed', 'error: x', 'info: using stale data'])
      expect(reason(notice)).toBe('service_unavailable');
    const fresh = readProviders(envelope(data, ['info: using cached data (fresh)']), new SkipCounter());
    expect(fresh.sip).toHaveLength(1);
  });

  test('whole milliseconds; 0 is a value, null is none', () => {
    expect(trunk({ state: 'registered', rtt: 23 }).roundtripMicroseconds).toBe(23_000);
    expect(trunk({ state: 'registered', rtt: 0 }).roundtripMicroseconds).toBe(0);
    expect(trunk({ state: 'registered', rtt: null })).not.toHaveProperty('roundtripMicroseconds');
    expect(trunk({ state: 'rejected', rtt: 23 })).not.toHaveProperty('roundtripMicroseconds');
  });

  test('a word that is not known stays visible', () => {
    expect(trunk({ state: 'stopped' })).toMatchObject({
      state: 'unknown',
      rawState: 'STOPPED',
      skipped: { unknown_state: 1 },
    });
  });

  test('empty maps are written as lists; a missing half is a failure', () => {
    expect(readProviders(envelope([]), new SkipCounter())).toEqual({ sip: [], iax: [] });
    expect(readProviders(envelope({ sip: [], iax: [] }), new SkipCounter())).toEqual({ sip: [], iax: [] });
    expect(reasonOf(() => readProviders(envelope({ sip: {} }), new SkipCounter()))).toBe('protocol');
    expect(reasonOf(() => readProviders(envelope({ sip: [1], iax: [] }), new SkipCounter()))).toBe('protocol');
  });

  test('signs of life: none of these words comes from Asterisk while it is away', () => {
    const life = (sip: object[], iax: object[] = []): boolean => {
      const half = (rows: object[]) => Object.fromEntries(rows.map((row, index) => [`T${index}`, row]));
      const data = { sip: sip.length === 0 ? [] : half(sip), iax: iax.length === 0 ? [] : half(iax) };
      return providersProveAsterisk(readProviders(envelope(data), new SkipCounter()));
    };
    expect(life([{ state: 'UNKNOWN' }, { state: 'OFF' }, { state: 'UNREGISTERED' }], [{ state: 'unregistered' }])).toBe(
      false,
    );
    // Reported for inbound trunks while Asterisk is away, in upper or lower case.
    expect(life([{ state: 'unregistered' }])).toBe(false);
    expect(life([{ state: 'off' }, { state: 'Unregistered' }])).toBe(false);
    expect(life([{ state: 'unregistered', contactStatus: 'Unknown' }])).toBe(true);
    expect(life([{ state: 'rejected' }])).toBe(true);
    expect(life([{ state: 'UNKNOWN', contactStatus: 'Unreachable' }])).toBe(true);
    expect(life([{ state: 'UNKNOWN' }], [{ state: 'OK' }])).toBe(true);
    expect(life([], [{ state: 'OFF' }, { state: 'UNKNOWN' }, { state: 'UNREGISTERED' }])).toBe(false);
    expect(life([], [{ state: 'unknown' }])).toBe(false);
    expect(life([], [{ state: 'unregistered', rtt: 12 }])).toBe(true);
    expect(life([{ state: 'unknown' }])).toBe(false);
    expect(life([{ state: 'UNKNOWN', rtt: 12 }])).toBe(true);
    expect(life([])).toBe(false);
  });
});

describe('trunks with one user name and host: the PBX gives them one verdict', () => {
  const row = (change: Partial<ProviderRow> = {}): ProviderRow => ({
    kind: 'sip',
    id: 'T1',
    state: 'registered',
    host: 'sip.example.net',
    username: '316',
    description: '',
    contactStatus: 'reachable',
    roundtripMicroseconds: 23_000,
    ...change,
  });

  test('are told by both of the two, and a trunk that is switched off is none', () => {
    const twins = (...changes: readonly Partial<ProviderRow>[]) =>
      [
        ...trunksSharingAccount([row(), ...changes.map((change, index) => row({ id: `T${index + 2}`, ...change }))]),
      ].join(' ');
    expect(twins({})).toBe('T1 T2');
    expect(twins({ username: '317' }, {}, { host: 'sip.example.org' })).toBe('T1 T3');
    expect(twins({ state: 'OFF' })).toBe('');
    expect(twins({ username: '' }, { username: '' })).toBe('');
    expect(twins({ host: '' }, { host: '' })).toBe('');
    expect(twins()).toBe('');
  });

  // The state that both trunks share, and the state of this trunk alone in the plain list.
  test.each<[string, string | undefined, object]>([
    [
      'registered',
      'REGISTERED',
      { state: 'registered', rawState: 'REGISTERED', registered: true, roundtripMicroseconds: 23_000 },
    ],
    ['registered', 'REJECTED', { state: 'rejected', rawState: 'REJECTED', registered: false }],
    [
      'rejected',
      'REGISTERED',
      { state: 'registered', rawState: 'REGISTERED', registered: true, roundtripMicroseconds: 23_000 },
    ],
    ['unregistered', 'REJECTED', { state: 'rejected', rawState: 'REJECTED', registered: false }],
    ['registered', 'UNREGISTERED', { state: 'unregistered', rawState: 'UNREGISTERED', registered: false }],
    // The plain list cannot be read or is also unclear: neither trunk is shown with the shared state.
    ['registered', undefined, { state: 'unknown', rawState: 'REGISTERED' }],
    ['rejected', undefined, { state: 'unknown', rawState: 'REJECTED' }],
    ['unregistered', 'UNKNOWN', { state: 'unknown', rawState: 'UNREGISTERED' }],
    // Trunks by address are checked individually, so each has its own state.
    ['OK', undefined, { state: 'reachable', rawState: 'OK', roundtripMicroseconds: 23_000 }],
    ['UNKNOWN', 'OK', { state: 'unknown', rawState: 'UNKNOWN' }],
  ])('%s, and %s of this one alone', (state, told, expected) => {
    expect(trunkSharingAccount(row({ state }), told, new SkipCounter())).toStrictEqual({
      id: 'T1',
      kind: 'sip',
      host: 'sip.example.net',
      ...expected,
    });
  });
});
