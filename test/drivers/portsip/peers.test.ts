import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { peerFromUser, readUser, readUserStatus as readStatus } from '../../../src/drivers/portsip/peers.ts';
import { Failure } from '../../../src/transport/failure.ts';

/** Returns a status without its devices, which have separate tests. */
function readUserStatus(answer: unknown) {
  const { devices: _left, ...status } = readStatus(answer);
  return status;
}

const device = { instance_id: '3f1c', enable_push: false, contact_address: 'sip:1001@192.0.2.31:5062' };
const sleepingApp = { instance_id: 'a9d0', enable_push: true, contact_address: 'sip:1001@198.51.100.7:49812' };

describe('state of a user', () => {
  test.each([
    // v16: presence is mixed into the state
    [
      { status: 'ONLINE', registration: [device] },
      { state: 'reachable', contacts: 1, inCall: false },
    ],
    [
      { status: 'AVAILABLE', registration: [device] },
      { state: 'reachable', contacts: 1, inCall: false },
    ],
    [
      { status: 'ON_CALL', registration: [device] },
      { state: 'reachable', contacts: 1, inCall: true },
    ],
    [
      { status: 'DO_NOT_DISTURB', registration: [device] },
      { state: 'reachable', contacts: 1 },
    ],
    [
      { status: 'AWAY', registration: [device] },
      { state: 'reachable', contacts: 1 },
    ],
    [
      { status: 'BUSINESS_TRIP', registration: [device] },
      { state: 'reachable', contacts: 1 },
    ],
    [
      { status: 'LUNCH', registration: [device] },
      { state: 'reachable', contacts: 1 },
    ],
    [
      { status: 'OFFLINE', registration: null },
      { state: 'unregistered', inCall: false },
    ],
    // v22.0: state and presence are separate
    [
      { status: 'ONLINE', presence: 'AWAY', registration: [device] },
      { state: 'reachable', contacts: 1, inCall: false },
    ],
    [
      { status: 'ONLINE', presence: 'OFFLINE', registration: [device] },
      { state: 'reachable', contacts: 1, inCall: false },
    ],
    [
      { status: 'OFFLINE', presence: 'AVAILABLE', registration: [] },
      { state: 'unregistered', contacts: 0, inCall: false },
    ],
    // v22.3
    [
      { status: 'OTHER_CALL', presence: 'OTHER_CALL', registration: [device, device] },
      { state: 'reachable', contacts: 2, inCall: true },
    ],
    [
      { status: 'ONLINE', presence: 'RINGING', registration: [device] },
      { state: 'reachable', contacts: 1, inCall: true },
    ],
    [
      { status: 'ONLINE', presence: 'other_call', registration: [device] },
      { state: 'reachable', contacts: 1, inCall: true },
    ],
    [
      { status: 'DO_NOT_DISTURB', presence: 'ON_CALL', registration: [device] },
      { state: 'reachable', contacts: 1, inCall: true },
    ],
    [
      { status: ' on_call ', presence: 'AVAILABLE', registration: [] },
      { state: 'reachable', contacts: 0, inCall: true },
    ],
    [
      { status: 'OFFLINE', presence: 'ON_CALL', registration: [] },
      { state: 'unregistered', contacts: 0, inCall: false },
    ],
    // a sleeping app keeps its registration, and a push message wakes it
    [
      { status: 'OFFLINE', registration: [sleepingApp] },
      { state: 'asleep', contacts: 1, inCall: false },
    ],
    [
      { status: 'offline', presence: 'OFFLINE', registration: [device, sleepingApp, null, sleepingApp] },
      { state: 'asleep', contacts: 2, inCall: false },
    ],
    // a leftover registration without push does not reach a device
    [
      { status: 'OFFLINE', registration: [device] },
      { state: 'unregistered', contacts: 0, inCall: false },
    ],
    [
      { status: 'OFFLINE', registration: [{ ...device, enable_push: 'no' }, 7, null] },
      { state: 'unregistered', contacts: 0, inCall: false },
    ],
    [
      { status: 'ONLINE', registration: [sleepingApp] },
      { state: 'reachable', contacts: 1, inCall: false },
    ],
    // online without a list of registrations
    [
      { status: 'ONLINE', registration: null },
      { state: 'reachable', inCall: false },
    ],
    [
      { status: 'online', registration: '' },
      { state: 'reachable', inCall: false },
    ],
    [{ status: 'ONLINE' }, { state: 'reachable', inCall: false }],
  ])('%j', (answer, expected) => {
    expect(readUserStatus(answer)).toStrictEqual(expected);
  });

  test.each([
    [
      { status: 'TELEPATHIC', registration: [device] },
      { state: 'reachable', contacts: 1 },
    ],
    [
      { status: 'TELEPATHIC', registration: [] },
      { state: 'unregistered', contacts: 0 },
    ],
    [{ status: null, registration: null }, { state: 'unregistered' }],
    [
      { status: '', registration: [device] },
      { state: 'reachable', contacts: 1 },
    ],
    [{ status: 'TELEPATHIC' }, { state: 'unknown' }],
    [{}, { state: 'unknown' }],
  ])('%j counts as an unknown word', (answer: { readonly status?: string | null }, expected) => {
    expect(readUserStatus(answer)).toStrictEqual({ ...expected, unknownState: answer.status ?? '' });
  });

  test('what is no object is a failure', () => {
    for (const value of [null, [], 'ONLINE', 7]) expect(() => readUserStatus(value)).toThrow(/state of an extension/);
  });

  test('anything else is a Failure or a state, whatever comes', () => {
    fc.assert(
      fc.property(fc.anything({ withBigInt: false }), (value) => {
        const status = attempt(() => readUserStatus(value));
        const shown = status instanceof Failure ? status.reason : status.state;
        expect(['protocol', 'reachable', 'asleep', 'unregistered', 'unknown']).toContain(shown);
      }),
    );
  });

  test('only a word that says so, or a registration, makes anybody reachable', () => {
    const words = fc.constantFrom('OFFLINE', null, '', undefined, 'X', 0, false);
    fc.assert(
      fc.property(words, fc.anything(), (status, presence) => {
        expect(['unregistered', 'unknown']).toContain(readUserStatus({ status, presence, registration: [] }).state);
        expect(readUserStatus({ status: 'OFFLINE', presence, registration: [device] }).state).toBe('unregistered');
      }),
    );
  });
});

describe('entry of the list of users', () => {
  test('number and name as text', () => {
    const item = {
      id: '904417235518029825',
      name: 'front',
      enabled: false,
      display_name: 'Front desk',
      extension_number: '0042',
      email: 'x@example.org',
    };
    expect(readUser(item)).toEqual({ id: '904417235518029825', number: '0042', name: 'Front desk', enabled: false });
  });

  test.each([
    [{ display_name: null, name: 'front' }, 'front'],
    [{ display_name: '', name: 'front' }, 'front'],
    [{ name: 'front' }, 'front'],
    [{}, undefined],
  ])('name of %j', (fields, name) => {
    expect(readUser({ id: '1', extension_number: '7', ...fields })).toStrictEqual({
      id: '1',
      number: '7',
      enabled: true,
      ...(name === undefined ? {} : { name }),
    });
  });

  test('blanks around a number go; without an id there is no user; what is not said to be off is on', () => {
    expect(readUser({ id: '1', extension_number: ' 0042 ' })).toStrictEqual({ id: '1', number: '0042', enabled: true });
    expect(readUser({ extension_number: '0042' })).toBeUndefined();
    expect(readUser({ id: '1', extension_number: '7', enabled: null })).toMatchObject({ enabled: true });
  });

  test.each([{ extension_number: null }, { extension_number: '' }, { extension_number: ' ' }, {}])(
    '%j is no extension, such as an administrator',
    (fields) => {
      expect(readUser({ id: '1', ...fields })).toBe('no extension');
    },
  );

  test.each([{ extension_number: {} }, { extension_number: true }, { extension_number: 1.5 }])(
    '%j is no row of the list',
    (fields) => {
      expect(readUser({ id: '1', ...fields })).toBeUndefined();
    },
  );

  test('whatever comes: a user with an id and a number, or none', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom('id', 'extension_number', 'enabled', 'name'), fc.anything()),
        (fields) => {
          const user = readUser(fields);
          const identity = typeof user === 'object' ? [user.id.trim(), user.number.trim()] : [];
          expect(identity).not.toContain('');
        },
      ),
    );
  });
});

describe('a peer', () => {
  const user = { id: '1', number: '1001', name: 'Anna', enabled: true };

  test('without a state is unknown, and nothing else is told of it', () => {
    expect(peerFromUser(user, undefined, 'reachable')).toEqual({ id: '1001', name: 'Anna', state: 'unknown' });
  });

  test('with a state shows what was told, and nothing of how it was told', () => {
    const status = { state: 'reachable', contacts: 2, inCall: true, unknownState: 'NEW' } as const;
    expect(peerFromUser(user, status, 'reachable')).toStrictEqual({
      id: '1001',
      name: 'Anna',
      state: 'reachable',
      contacts: 2,
      inCall: true,
    });
    const { name: _name, ...nameless } = user;
    expect(peerFromUser(nameless, undefined, 'reachable')).toStrictEqual({ id: '1001', state: 'unknown' });
  });

  test.each(['reachable', 'unregistered'] as const)('with a sleeping app is %s where that is wanted', (push) => {
    const status = { state: 'asleep', contacts: 1, inCall: false } as const;
    expect(peerFromUser(user, status, push)).toMatchObject({ state: push, contacts: 1 });
  });

  test('that is disabled is neither reachable nor not', () => {
    const status = { state: 'reachable', contacts: 1 } as const;
    expect(peerFromUser({ ...user, enabled: false }, status, 'reachable')).toEqual({
      id: '1001',
      name: 'Anna',
      state: 'disabled',
    });
  });

  test('never has a roundtrip: PortSIP tells none', () => {
    const status = readUserStatus({ status: 'ONLINE', roundtrip: 12, latency: 3, registration: [device] });
    expect(peerFromUser(user, status, 'reachable')).not.toHaveProperty('roundtripMicroseconds');
  });
});

function attempt<T>(work: () => T): T | Failure {
  try {
    return work();
  } catch (thrown) {
    if (thrown instanceof Failure) return thrown;
    throw thrown;
  }
}

test('devices are those that are registered, by what they say they are', () => {
  const user = { id: '1', number: '1001', name: 'Anna Abel', enabled: true };
  const registration = [
    { ...device, user_agent: 'Yealink SIP-T46U 108.86.0.70' },
    { ...sleepingApp, user_agent: '', application: 'PortSIP ONE', contact_address: 'sip:1@192.0.2.3;transport=tls' },
    null,
  ];
  const devicesOf = (status: string) => peerFromUser(user, readStatus({ status, registration }), 'reachable').devices;
  const app = { userAgent: 'PortSIP ONE', transport: 'tls' };
  expect(devicesOf('ONLINE')).toEqual([
    { userAgent: 'Yealink SIP-T46U 108.86.0.70', transport: 'udp' },
    app,
    { userAgent: 'unknown' },
  ]);
  expect(devicesOf('OFFLINE')).toEqual([app]);
});
