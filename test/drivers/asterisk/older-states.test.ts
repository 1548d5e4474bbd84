import { describe, expect, test } from 'vitest';
import { type OlderDriver, readOlderPeers, readOlderRegistrations } from '../../../src/drivers/asterisk/older/lists.ts';
import { busyDevices, readChannels } from '../../../src/drivers/asterisk/channel-list.ts';
import { olderPhonesAndTrunks } from '../../../src/drivers/asterisk/older/phones-and-trunks.ts';
import { peerFromOlder } from '../../../src/drivers/asterisk/older/peers.ts';
import { trunkFromOlder } from '../../../src/drivers/asterisk/older/trunks.ts';
import { SkipCounter } from '../../../src/drivers/kit/collectors.ts';
import { amiList } from './ami-text.ts';

type Fields = Readonly<Record<string, string>>;

/** Reads the lists of one driver and separates phones from trunks, as in a round. */
function read(driver: OlderDriver, peers: readonly Fields[], registrations: readonly Fields[] = [], pattern?: RegExp) {
  const rows = readOlderPeers(driver)(amiList(...peers.map((fields) => ['PeerEntry', fields] as const)));
  const outbound = readOlderRegistrations(driver)(
    amiList(...registrations.map((fields) => ['RegistryEntry', fields] as const)),
  );
  const skipped = new SkipCounter();
  const { phones, trunks } = olderPhonesAndTrunks(rows, outbound, { pattern });
  return {
    phones: phones.map((peer) => peerFromOlder(peer, new Set(), { skipped })),
    trunks: trunks.map((entry) => trunkFromOlder(entry, { skipped })),
    skipped: skipped.counts(),
  };
}

/** The text of `SIPpeers` and `IAXpeerlist` for a missing address. */
const nowhere = { sip: '-none-', iax2: '(null)' } as const;

describe.each(['sip', 'iax2'] as const)('a phone of %s', (driver) => {
  const dynamic = { ObjectName: '201', IPaddress: '192.0.2.31', Dynamic: 'yes' };

  test.each([
    ['OK (23 ms)', { state: 'reachable', roundtripMicroseconds: 23_000 }],
    ['OK (0 ms)', { state: 'reachable', roundtripMicroseconds: 0 }],
    ['LAGGED (2500 ms)', { state: 'reachable', roundtripMicroseconds: 2_500_000 }],
    ['UNREACHABLE', { state: 'unreachable' }],
    ['UNKNOWN', { state: 'unknown' }],
    ['Unmonitored', { state: 'reachable' }],
  ])('that is registered, %s', (Status, expected) => {
    expect(read(driver, [{ ...dynamic, Status }])).toEqual({
      phones: [{ id: '201', registered: true, contacts: 1, inCall: false, ...expected }],
      trunks: [],
      skipped: {},
    });
  });

  test.each(['UNKNOWN', 'Unmonitored', 'UNREACHABLE'])('that is not registered, %s', (Status) => {
    expect(read(driver, [{ ...dynamic, IPaddress: nowhere[driver], Status }])).toEqual({
      phones: [{ id: '201', state: 'unregistered', registered: false, contacts: 0, inCall: false }],
      trunks: [],
      skipped: {},
    });
  });

  test.each(['', '-none-', '(null)', '(Unspecified)', '0.0.0.0'])(
    'with the address %j is not registered',
    (IPaddress) => {
      expect(read(driver, [{ ...dynamic, IPaddress, Status: 'UNKNOWN' }]).phones).toMatchObject([
        { registered: false },
      ]);
    },
  );

  test('with a fixed address registers nowhere', () => {
    const fixed = { ...dynamic, Dynamic: 'no' };
    expect(read(driver, [{ ...fixed, Status: 'OK (5 ms)' }]).phones).toEqual([
      { id: '201', state: 'reachable', roundtripMicroseconds: 5_000, inCall: false },
    ]);
  });

  test.each(['Dozing', '', 'OK?'])('with the word %j is unknown, and counted', (Status) => {
    expect(read(driver, [{ ...dynamic, Status }])).toMatchObject({
      phones: [{ state: 'unknown', registered: true }],
      skipped: { unknown_state: 1 },
    });
  });

  test.each(['OK (23 m)', 'OK (23)', 'OK', 'OK (-1 ms)', 'UNREACHABLE (12 ms)', 'OK (1234567890 ms)'])(
    '%j has no roundtrip',
    (Status) => {
      expect(read(driver, [{ ...dynamic, Status }]).phones[0]).not.toHaveProperty('roundtripMicroseconds');
    },
  );
});

test.each([
  ['sip', 'SIP/201-0000001a', true],
  ['sip', 'SIP/20-0000001a', false],
  ['sip', 'SIP/2011-0000001a', false],
  ['sip', 'IAX2/201-77', false],
  ['sip', 'SIP/201', false],
  ['sip', 'Local/201@sip-00000001;1', false],
  ['iax2', 'IAX2/201-77', true],
  ['iax2', 'SIP/201-0000001a', false],
] as const)('a phone of %s is in a call while it has a channel: %s', (driver, Channel, inCall) => {
  const busy = busyDevices(readChannels(amiList(['CoreShowChannel', { Channel }])));
  const peer = { driver, name: '201', dynamic: true, address: '192.0.2.31', status: 'OK (1 ms)' } as const;
  expect(peerFromOlder(peer, busy, { skipped: new SkipCounter() }).inCall).toBe(inCall);
});

describe.each(['sip', 'iax2'] as const)('a trunk of %s by its address', (driver) => {
  const fixed = { ObjectName: 'line', IPaddress: '192.0.2.50', Dynamic: 'no' };
  const row = { id: 'line', kind: `${driver} peer`, host: '192.0.2.50' };

  test.each([
    ['OK (23 ms)', { state: 'reachable', rawState: 'OK', roundtripMicroseconds: 23_000 }],
    ['LAGGED (2500 ms)', { state: 'reachable', rawState: 'LAGGED', roundtripMicroseconds: 2_500_000 }],
    ['UNREACHABLE', { state: 'unreachable', rawState: 'UNREACHABLE' }],
    ['Unmonitored', { state: 'unmonitored', rawState: 'Unmonitored' }],
    ['UNKNOWN', { state: 'unknown', rawState: 'UNKNOWN' }],
  ])('%s', (Status, expected) => {
    expect(read(driver, [{ ...fixed, Status }])).toEqual({
      phones: [],
      trunks: [{ ...row, ...expected }],
      skipped: {},
    });
  });

  test('that could not be found has no host; a word that is not known is unknown and counted', () => {
    expect(read(driver, [{ ...fixed, IPaddress: nowhere[driver], Status: 'Dozing' }])).toEqual({
      phones: [],
      trunks: [{ id: 'line', kind: `${driver} peer`, state: 'unknown', rawState: 'Dozing' }],
      skipped: { unknown_state: 1 },
    });
  });

  test('that registers with this PBX: whether it does, and no device address', () => {
    const dynamic = { ...fixed, Dynamic: 'yes' };
    const trunkOf = (fields: Fields) => read(driver, [fields], [], /^line/u).trunks;
    expect(trunkOf({ ...dynamic, Status: 'OK (7 ms)' })).toEqual([
      {
        id: 'line',
        kind: `${driver} peer`,
        state: 'reachable',
        rawState: 'OK',
        registered: true,
        roundtripMicroseconds: 7_000,
      },
    ]);
    expect(trunkOf({ ...dynamic, IPaddress: nowhere[driver], Status: 'UNKNOWN' })).toEqual([
      { id: 'line', kind: `${driver} peer`, state: 'unregistered', rawState: 'UNKNOWN', registered: false },
    ]);
  });
});

/** `regstate2str` (`chan_sip.c`, `chan_iax2.c`). */
describe.each(['sip', 'iax2'] as const)('a registration of %s', (driver) => {
  const fields = { Host: 'sip.example.net', Username: 'trunkuser' };
  const row = { id: 'trunkuser@sip.example.net', kind: `${driver} registration`, host: 'sip.example.net' };

  test.each([
    ['Registered', 'registered', true],
    ['Request Sent', 'registering', false],
    ['Auth. Sent', 'registering', false],
    ['Rejected', 'rejected', false],
    ['No Authentication', 'rejected', false],
    ['Failed', 'failed', false],
    ['Timeout', 'failed', false],
    ['Unregistered', 'unregistered', false],
  ])('%s', (State, state, registered) => {
    expect(read(driver, [], [{ ...fields, State }])).toEqual({
      phones: [],
      trunks: [{ ...row, state, rawState: State, registered }],
      skipped: {},
    });
  });

  test.each(['Pondering', ''])('with the word %j is unknown, counted, and neither registered nor not', (State) => {
    expect(read(driver, [], [{ ...fields, State }])).toEqual({
      phones: [],
      trunks: [{ ...row, state: 'unknown', rawState: State }],
      skipped: { unknown_state: 1 },
    });
  });

  test.each([
    ['Registered', 'OK (9 ms)', { state: 'registered', registered: true, roundtripMicroseconds: 9_000 }],
    ['Registered', 'UNREACHABLE', { state: 'unreachable', registered: true }],
    ['Registered', 'Unmonitored', { state: 'registered', registered: true }],
    ['Rejected', 'UNREACHABLE', { state: 'rejected', registered: false }],
  ])('%s, and the peer at its host is %s', (State, Status, expected) => {
    for (const peer of [
      { ObjectName: 'sip.example.net', IPaddress: '192.0.2.50' },
      { ObjectName: 'line', IPaddress: 'sip.example.net' },
    ])
      expect(read(driver, [{ ...peer, Dynamic: 'no', Status }], [{ ...fields, State }])).toMatchObject({
        phones: [],
        trunks: [{ ...row, rawState: State, ...expected }],
      });
  });

  test('a phone that happens to be at its host does not belong to it', () => {
    const phone = { ObjectName: '201', IPaddress: 'sip.example.net', Dynamic: 'yes', Status: 'UNREACHABLE' };
    expect(read(driver, [phone], [{ ...fields, State: 'Registered' }])).toMatchObject({
      phones: [{ id: '201' }],
      trunks: [{ state: 'registered' }],
    });
  });

  test('a peer somewhere else does not belong to it', () => {
    const peer = { ObjectName: 'line', IPaddress: '192.0.2.77', Dynamic: 'no', Status: 'UNREACHABLE' };
    expect(read(driver, [peer], [{ ...fields, State: 'Registered' }]).trunks.map(({ state }) => state)).toEqual([
      'registered',
      'unreachable',
    ]);
  });

  test('which of two peers at its host belongs to it is not guessed', () => {
    const peer = { IPaddress: 'sip.example.net', Dynamic: 'no', Status: 'UNREACHABLE' };
    const peers = ['one', 'two'].map((ObjectName) => ({ ...peer, ObjectName }));
    const { trunks } = read(driver, peers, [{ ...fields, State: 'Registered' }]);
    expect(trunks.map(({ id, state }) => [id, state])).toEqual([
      [row.id, 'registered'],
      ['one', 'unreachable'],
      ['two', 'unreachable'],
    ]);
  });

  test('two of them to one host share no peer, and two of one account are numbered', () => {
    const peer = { ObjectName: 'line', IPaddress: 'sip.example.net', Dynamic: 'no', Status: 'UNREACHABLE' };
    const twin = { ...fields, State: 'Registered' };
    const { trunks } = read(driver, [peer], [twin, { ...twin, State: 'Failed' }, { ...twin, Username: 'other' }]);
    expect(trunks.map(({ id, state }) => [id, state])).toEqual([
      [row.id, 'registered'],
      [`${row.id}#2`, 'failed'],
      ['other@sip.example.net', 'registered'],
      ['line', 'unreachable'],
    ]);
  });
});

describe('the account of a registration', () => {
  const idOf = (driver: OlderDriver, fields: Fields) =>
    read(driver, [], [{ State: 'Registered', ...fields }]).trunks[0]?.id;

  test.each<[OlderDriver, Fields, string]>([
    ['sip', { Host: '192.0.2.50', Port: '5060', Username: 'u' }, 'u@192.0.2.50'],
    ['sip', { Host: '192.0.2.50', Port: '5080', Username: 'u' }, 'u@192.0.2.50:5080'],
    ['sip', { Host: '192.0.2.50', Port: '0', Username: 'u' }, 'u@192.0.2.50'],
    ['sip', { Host: '192.0.2.50', Port: '4569', Username: 'u' }, 'u@192.0.2.50:4569'],
    ['sip', { Host: '192.0.2.50' }, '192.0.2.50'],
    ['iax2', { Host: '192.0.2.60:4569', Username: 'u' }, 'u@192.0.2.60'],
    ['iax2', { Host: '192.0.2.60:4570', Username: 'u' }, 'u@192.0.2.60:4570'],
    ['iax2', { Host: '192.0.2.60:5060', Username: 'u' }, 'u@192.0.2.60:5060'],
  ])('%s %j is %s', (driver, fields, id) => {
    expect(idOf(driver, fields)).toBe(id);
  });
});

describe('phones and trunks', () => {
  const peers = ['201', 'line', '301', 'lobby'].map((ObjectName, index) => ({
    ObjectName,
    IPaddress: '192.0.2.9',
    Dynamic: index % 2 === 0 ? 'Yes' : 'no',
    Status: 'OK (1 ms)',
  }));
  test('a registration takes no peer of the other driver along', () => {
    const [peer] = readOlderPeers('iax2')(
      amiList(['PeerEntry', { ObjectName: 'line', IPaddress: '192.0.2.9', Dynamic: 'no', Status: 'UNREACHABLE' }]),
    );
    const registrations = readOlderRegistrations('sip')(
      amiList(['RegistryEntry', { Host: '192.0.2.9', Username: 'u', State: 'Registered' }]),
    );
    const { trunks } = olderPhonesAndTrunks(peer === undefined ? [] : [peer], registrations, {});
    expect(trunks.map((entry) => trunkFromOlder(entry, { skipped: new SkipCounter() }).state)).toEqual([
      'registered',
      'unreachable',
    ]);
  });

  const split = (pattern?: RegExp, more: readonly Fields[] = []) => {
    const { phones, trunks } = read('sip', [...peers, ...more], [], pattern);
    return { phones: phones.map(({ id }) => id), trunks: trunks.map(({ id }) => id) };
  };

  test('without a pattern: what has a fixed address and a name that is not all digits is a trunk', () => {
    const fixed = { ObjectName: '401', IPaddress: '192.0.2.9', Dynamic: 'no', Status: 'OK (1 ms)' };
    const mixed = ['40x', 'x40'].map((ObjectName) => ({ ...fixed, ObjectName }));
    expect(split(undefined, [fixed, ...mixed])).toEqual({
      phones: ['201', '301', '401'],
      trunks: ['line', 'lobby', '40x', 'x40'],
    });
  });

  test('with a pattern: what matches', () => {
    expect(split(/^(3|lo)/u)).toEqual({ phones: ['201', 'line'], trunks: ['301', 'lobby'] });
  });
});
