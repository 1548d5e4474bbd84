import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseAmi } from '../../../src/drivers/asterisk/ami-message.ts';
import { readDeviceStates } from '../../../src/drivers/asterisk/device-states.ts';
import {
  endpointsFromDevices,
  endpointsWithStaticContacts,
  type Inventory,
  joinContacts,
  phonesAndTrunks,
} from '../../../src/drivers/asterisk/pjsip/phones-and-trunks.ts';
import {
  type Contact,
  readEndpointContacts,
  readEndpoints,
  readRegisteredContacts,
  readRegistrations,
} from '../../../src/drivers/asterisk/pjsip/lists.ts';
import { peerFromEndpoint } from '../../../src/drivers/asterisk/pjsip/peers.ts';
import { trunkFromEntry } from '../../../src/drivers/asterisk/pjsip/trunks.ts';
import { SkipCounter } from '../../../src/drivers/kit/collectors.ts';
import { type AmiEvent, amiList } from './ami-text.ts';

/** A contact as reported by the actions. */
interface Told {
  readonly status: string;
  readonly roundtrip?: string;
  /** Whether it is a static contact of the configuration; default: registered by the phone. */
  readonly fixed?: boolean;
  /** `QualifyFrequency` of its AOR in seconds. */
  readonly frequency?: string;
  /** Whether it is only listed with its endpoint, without details. */
  readonly unread?: boolean;
}

/** The data of Asterisk about one endpoint. */
interface ToldEndpoint {
  readonly name?: string;
  readonly device?: string;
  readonly channels?: string;
  readonly contacts?: readonly Told[];
}

const uriOf = (name: string, index: number): string => `sip:${name}@192.0.2.${index + 1}:5060`;

/** Reads both lists and the details of single endpoints, and separates phones from trunks, as in a round. */
function inventory(
  endpoints: readonly ToldEndpoint[],
  registrations: readonly Readonly<Record<string, string>>[] = [],
  pattern?: RegExp,
): Inventory {
  const named = endpoints.map((endpoint) => ({ name: '1001', contacts: [], ...endpoint }));
  const listed = readEndpoints(amiList(...named.map(endpointEvent)));
  const registered = readRegisteredContacts(amiList(...named.flatMap((endpoint) => contactEvents(endpoint, false))));
  const withStatic = endpointsWithStaticContacts(listed, registered);
  const details = named
    .filter(({ name }) => withStatic.includes(name))
    .map((endpoint): [string, readonly Contact[]] => {
      const [first] = endpoint.contacts;
      const aor: AmiEvent = ['AorDetail', { ObjectName: endpoint.name, QualifyFrequency: first?.frequency ?? '60' }];
      return [endpoint.name, readEndpointContacts(amiList(aor, ...contactEvents(endpoint, true)))];
    });
  const outbound = registrations.map((fields): AmiEvent => ['OutboundRegistrationDetail', fields]);
  const known = joinContacts(listed, registered, new Map(details));
  return phonesAndTrunks(known, readRegistrations(amiList(...outbound)), { pattern });
}

function endpointEvent({ name = '', device = 'Not in use', channels = '0', contacts = [] }: ToldEndpoint): AmiEvent {
  const uris = contacts.map((_contact, index) => `${name}/${uriOf(name, index)},`).join('');
  return [
    'EndpointList',
    { ObjectName: name, Aor: name, Contacts: uris, DeviceState: device, ActiveChannels: channels },
  ];
}

function contactEvents({ name = '', contacts = [] }: ToldEndpoint, detailed: boolean): readonly AmiEvent[] {
  return contacts.flatMap((contact, index): readonly AmiEvent[] => {
    if (contact.unread === true || (contact.fixed === true && !detailed)) return [];
    const fields = {
      AOR: name,
      URI: uriOf(name, index),
      RegExpire: contact.fixed === true ? '0' : '1764000600',
      Status: contact.status,
      RoundtripUsec: contact.roundtrip ?? 'N/A',
      EndpointName: name,
      QualifyFrequency: contact.fixed === true ? '0' : (contact.frequency ?? '60'),
    };
    return [['ContactStatusDetail', fields]];
  });
}

/** Returns the peer without its devices and registration expiry, which have separate tests. */
function phone(endpoint: ToldEndpoint) {
  const skipped = new SkipCounter();
  const { phones, trunks } = inventory([endpoint]);
  expect(trunks).toEqual([]);
  const peers = phones.map((known) => {
    const { devices, registrationExpiry: _left, ...peer } = peerFromEndpoint(known, skipped);
    expect(devices?.length ?? 0).toBe(peer.contacts ?? 0);
    return peer;
  });
  return { peers, skipped: skipped.counts() };
}

function trunk(
  endpoint: ToldEndpoint | undefined,
  registration?: Readonly<Record<string, string>>,
  pattern: RegExp = /^line/u,
) {
  const skipped = new SkipCounter();
  const endpoints = endpoint === undefined ? [] : [{ name: 'line', ...endpoint }];
  const { phones, trunks } = inventory(endpoints, registration === undefined ? [] : [registration], pattern);
  expect(phones).toEqual([]);
  return { trunks: trunks.map((entry) => trunkFromEntry(entry, skipped)), skipped: skipped.counts() };
}

const reachable = (roundtrip: string): Told => ({ status: 'Reachable', roundtrip });
const unreachable: Told = { status: 'Unreachable' };
const unasked: Told = { status: 'NonQualified' };

test('devices of a phone, and the last end of their registrations; a fixed address is no device', () => {
  const facts = { EndpointName: '1001', AOR: '1001', Status: 'Reachable', QualifyFrequency: '60' };
  const told = [
    { URI: 'sip:1001@192.0.2.1;transport=TLS', UserAgent: 'DeskSet/1.18 0004f2123456', RegExpire: '1764000600' },
    { URI: 'sip:1001@192.0.2.2', UserAgent: '', RegExpire: '1764000900' },
  ];
  const contacts = readRegisteredContacts(
    amiList(...told.map((fields): AmiEvent => ['ContactStatusDetail', { ...facts, ...fields }])),
  );
  const fixed = {
    ...contacts[0],
    endpoint: '1001',
    key: 'x',
    uri: 'sip:192.0.2.9',
    userAgent: '',
    status: 'Reachable',
  };
  const endpoint = { name: '1001', aors: ['1001'], contacts: [], deviceState: 'Not in use', activeChannels: 0 };
  const known = [...contacts, { ...fixed, registered: false, expiresAt: 1_999_999_999 }];
  expect(peerFromEndpoint({ ...endpoint, known, unread: [] }, new SkipCounter())).toMatchObject({
    devices: [
      { userAgent: 'DeskSet/1.18', transport: 'tls' },
      { userAgent: 'unknown', transport: 'udp' },
    ],
    registrationExpiry: 1_764_000_900,
  });
});

/** Contact states of `res_pjsip` (`pjsip_options.c`, `location.c`). */
describe('a phone by its contacts', () => {
  test.each<[string, readonly Told[], object]>([
    ['one that answers', [reachable('23817')], { state: 'reachable', contacts: 1, roundtripMicroseconds: 23_817 }],
    ['one that answers at once', [reachable('0')], { state: 'reachable', contacts: 1, roundtripMicroseconds: 0 }],
    ['one that answers, no sample', [reachable('N/A')], { state: 'reachable', contacts: 1 }],
    ['one that is silent', [unreachable], { state: 'unreachable', contacts: 1 }],
    ['a sample of one that is silent', [{ ...unreachable, roundtrip: '12' }], { state: 'unreachable', contacts: 1 }],
    ['one that was never asked', [{ ...unasked, frequency: '0' }], { state: 'reachable', contacts: 1 }],
    ['one that has just registered', [unasked], { state: 'reachable', contacts: 1 }],
    ['the same up to Asterisk 15', [{ status: 'Created' }], { state: 'reachable', contacts: 1 }],
    ['one without a status', [{ status: 'Unknown' }], { state: 'unknown', contacts: 1 }],
    ['one that goes away', [{ status: 'Removed' }], { state: 'unregistered', registered: false, contacts: 0 }],
    ['one that goes away, one silent', [{ status: 'Removed' }, unreachable], { state: 'unreachable', contacts: 1 }],
    [
      'two that answer',
      [reachable('30000'), reachable('7000')],
      { state: 'reachable', contacts: 2, roundtripMicroseconds: 7_000 },
    ],
    [
      'one of three that answers',
      [unreachable, reachable('7000'), unasked],
      { state: 'reachable', contacts: 3, roundtripMicroseconds: 7_000 },
    ],
    ['one never asked, one silent', [unreachable, unasked], { state: 'reachable', contacts: 2 }],
    ['one without a status, one silent', [unreachable, { status: 'Unknown' }], { state: 'unknown', contacts: 2 }],
    ['two that are silent', [unreachable, unreachable], { state: 'unreachable', contacts: 2 }],
    ['words in other letters', [{ status: 'REACHABLE' }], { state: 'reachable', contacts: 1 }],
  ])('%s', (_name, contacts, expected) => {
    expect(phone({ contacts })).toEqual({
      peers: [{ id: '1001', registered: true, inCall: false, ...expected }],
      skipped: {},
    });
  });

  test('none: not registered', () => {
    expect(phone({ device: 'Unavailable' }).peers).toEqual([
      { id: '1001', state: 'unregistered', registered: false, contacts: 0, inCall: false },
    ]);
  });

  test('a word that is not known leaves the matter open and is counted', () => {
    expect(phone({ contacts: [{ status: 'Dozing' }, unreachable] })).toMatchObject({
      peers: [{ state: 'unknown', contacts: 2 }],
      skipped: { unknown_state: 1 },
    });
  });

  test('a fixed address is asked for one by one, and is no registration', () => {
    expect(phone({ contacts: [{ ...reachable('4000'), fixed: true }] }).peers).toEqual([
      { id: '1001', state: 'reachable', roundtripMicroseconds: 4_000, inCall: false },
    ]);
    expect(phone({ contacts: [{ ...reachable('4000'), fixed: true }, unreachable] }).peers).toEqual([
      { id: '1001', state: 'reachable', roundtripMicroseconds: 4_000, registered: true, contacts: 1, inCall: false },
    ]);
  });
});

/** Device states of `ast_devstate_str` (`devicestate.c`) in the spelling of `PJSIPShowEndpoints` and of `DeviceStateList`. */
const deviceStates = [
  ['Unknown', 'UNKNOWN', 'unknown', {}],
  ['Invalid', 'INVALID', 'unknown', {}],
  ['Unavailable', 'UNAVAILABLE', 'unreachable', { inCall: false }],
  ['Not in use', 'NOT_INUSE', 'reachable', { inCall: false }],
  ['In use', 'INUSE', 'reachable', { inCall: true }],
  ['Busy', 'BUSY', 'reachable', { inCall: true }],
  ['Ringing', 'RINGING', 'reachable', { inCall: true }],
  ['Ring+Inuse', 'RINGINUSE', 'reachable', { inCall: true }],
  ['On Hold', 'ONHOLD', 'reachable', { inCall: true }],
  ['Meditating', 'MEDITATING', 'unknown', {}],
] as const;

describe('device states', () => {
  test.each(deviceStates)('%s tells of a call', (device, _other, _state, inCall) => {
    expect(phone({ device, contacts: [reachable('1')] }).peers).toEqual([
      { id: '1001', state: 'reachable', registered: true, contacts: 1, roundtripMicroseconds: 1, ...inCall },
    ]);
  });

  test.each(deviceStates)('%s decides where a contact could not be asked for', (device, _other, state, inCall) => {
    expect(phone({ device, contacts: [{ status: '', unread: true }] }).peers).toEqual([
      { id: '1001', state, ...inCall },
    ]);
    expect(phone({ device, contacts: [unreachable, { status: '', unread: true }] }).peers).toEqual([
      { id: '1001', state, registered: true, contacts: 1, ...inCall },
    ]);
  });

  test.each(deviceStates)('%s: %s is all that a user without "system" is told', (_device, word, state, inCall) => {
    const devices = readDeviceStates(
      amiList(
        ['DeviceStateChange', { Device: 'PJSIP/1001', State: word }],
        ['DeviceStateChange', { Device: 'Queue:sales', State: 'INUSE' }],
        ['DeviceStateChange', { Device: 'SIP/201', State: 'INUSE' }],
      ),
    );
    const peers = endpointsFromDevices(devices).map((endpoint) => peerFromEndpoint(endpoint, new SkipCounter()));
    expect(peers).toEqual([{ id: '1001', state, ...inCall }]);
  });

  test('a channel is a call, whatever the device state says', () => {
    for (const device of ['Not in use', 'Unknown', 'Unavailable'])
      expect(phone({ device, channels: '1', contacts: [reachable('1')] }).peers).toMatchObject([{ inCall: true }]);
  });
});

/** Three states (`res_pjsip_outbound_registration.c`); the field is missing if there is no state. */
describe('a registration', () => {
  const registration = { ObjectName: 'provider-a', ServerUri: 'sip:sip.example.net', ClientUri: 'sip:u@example.net' };
  const row = { id: 'provider-a', kind: 'pjsip registration', host: 'sip.example.net' };

  test.each([
    ['Registered', { state: 'registered', rawState: 'Registered', registered: true }],
    ['Rejected', { state: 'rejected', rawState: 'Rejected', registered: false }],
    ['Unregistered', { state: 'unregistered', rawState: 'Unregistered', registered: false }],
    ['', { state: 'unknown', rawState: '' }],
  ])('that is %j', (Status, expected) => {
    const told = Status === '' ? registration : { ...registration, Status };
    expect(trunk(undefined, told)).toEqual({ trunks: [{ ...row, ...expected }], skipped: {} });
  });

  test('with a word that is not known is unknown, counted, and neither registered nor not', () => {
    expect(trunk(undefined, { ...registration, Status: 'Pondering' })).toEqual({
      trunks: [{ ...row, state: 'unknown', rawState: 'Pondering' }],
      skipped: { unknown_state: 1 },
    });
  });

  test.each<[string, Told, object]>([
    ['Registered', reachable('8000'), { state: 'registered', registered: true, roundtripMicroseconds: 8_000 }],
    ['Registered', unreachable, { state: 'unreachable', registered: true }],
    ['Registered', unasked, { state: 'registered', registered: true }],
    ['Rejected', unreachable, { state: 'rejected', registered: false }],
    ['Unregistered', unasked, { state: 'unregistered', registered: false }],
  ])('%s, and a contact of its endpoint is %j', (Status, contact, expected) => {
    const endpoint = { name: 'provider-a', contacts: [{ ...contact, fixed: true }] };
    expect(trunk(endpoint, { ...registration, Status }).trunks).toEqual([{ ...row, rawState: Status, ...expected }]);
  });

  test('takes the endpoint that it names, or else the one of its name', () => {
    const silent = { contacts: [{ ...unreachable, fixed: true }] };
    const told = { ...registration, Status: 'Registered' };
    const statesOf = (endpoints: readonly ToldEndpoint[], fields: Readonly<Record<string, string>>) =>
      inventory(endpoints, [fields]).trunks.map((entry) => trunkFromEntry(entry, new SkipCounter()).state);
    expect(statesOf([{ ...silent, name: 'line-a' }], { ...told, Endpoint: 'line-a' })).toEqual(['unreachable']);
    expect(statesOf([{ ...silent, name: 'provider-a' }], { ...told, Endpoint: 'gone' })).toEqual(['unreachable']);
    expect(statesOf([{ ...silent, name: 'line-a' }], told)).toEqual(['registered', 'unreachable']);
  });

  test('with an empty "Endpoint:" names none', () => {
    const endpoint = { name: 'provider-a', contacts: [{ ...unreachable, fixed: true }] };
    const told = { ...registration, Endpoint: '', Status: 'Registered' };
    expect(trunk(endpoint, told).trunks).toMatchObject([{ id: 'provider-a', state: 'unreachable' }]);
  });

  test('with an endpoint of which only the device state is told is unreachable where that is', () => {
    const stateWith = (State: string) => {
      const devices = readDeviceStates(amiList(['DeviceStateChange', { Device: 'PJSIP/provider-a', State }]));
      const outbound = readRegistrations(
        amiList(['OutboundRegistrationDetail', { ...registration, Status: 'Registered' }]),
      );
      const { trunks } = phonesAndTrunks(endpointsFromDevices(devices), outbound, {});
      return trunks.map((entry) => trunkFromEntry(entry, new SkipCounter()));
    };
    const told = { ...row, rawState: 'Registered', registered: true };
    expect(stateWith('UNAVAILABLE')).toEqual([{ ...told, state: 'unreachable' }]);
    expect(stateWith('NOT_INUSE')).toEqual([{ ...told, state: 'registered' }]);
    expect(stateWith('INVALID')).toEqual([{ ...told, state: 'registered' }]);
  });

  test.each([
    ['sip:sip.example.net', 'sip.example.net'],
    ['sip:sip.example.net:5080', 'sip.example.net'],
    ['sips:user@sip.example.net:5061;transport=tls', 'sip.example.net'],
    ['<sip:u@[2001:db8::1]:5060>', '[2001:db8::1]'],
    ['sip:[2001:db8::1]', '[2001:db8::1]'],
    ['sip:192.0.2.9?x=@odd', '192.0.2.9'],
  ])('goes to the host of %s', (ServerUri, host) => {
    expect(trunk(undefined, { ...registration, ServerUri }).trunks).toMatchObject([{ host }]);
  });
});

describe('a trunk by a fixed address', () => {
  const row = { id: 'line', kind: 'pjsip endpoint', host: '192.0.2.1' };

  test.each<[string, Told, object]>([
    ['answers', reachable('8000'), { state: 'reachable', rawState: 'Reachable', roundtripMicroseconds: 8_000 }],
    ['is silent', unreachable, { state: 'unreachable', rawState: 'Unreachable' }],
    ['was not asked yet', unasked, { state: 'reachable', rawState: 'NonQualified' }],
    ['is never asked', { ...unasked, frequency: '0' }, { state: 'unmonitored', rawState: 'NonQualified' }],
  ])('that %s', (_name, contact, expected) => {
    expect(trunk({ contacts: [{ ...contact, fixed: true }] })).toEqual({
      trunks: [{ ...row, ...expected }],
      skipped: {},
    });
  });

  test('with two of them: the one that answers is enough, and it is its word that is shown', () => {
    const contacts = [
      { ...unreachable, fixed: true },
      { ...reachable('8000'), fixed: true },
    ];
    expect(trunk({ contacts }).trunks).toEqual([
      { ...row, state: 'reachable', rawState: 'Reachable', roundtripMicroseconds: 8_000 },
    ]);
  });

  test('with a word that is not known is unknown, and not unmonitored', () => {
    expect(trunk({ contacts: [{ status: 'Dozing', fixed: true }] })).toEqual({
      trunks: [{ ...row, state: 'unknown', rawState: 'Dozing' }],
      skipped: { unknown_state: 1 },
    });
  });

  test.each(deviceStates)('beyond the limit goes by its device state: %s', (device, _other, state) => {
    expect(trunk({ device, contacts: [{ status: '', unread: true }] }).trunks).toEqual([
      { id: 'line', kind: 'pjsip endpoint', state, rawState: device },
    ]);
  });

  test('is unmonitored only where none of its contacts is ever asked', () => {
    const contact = { ...unasked, fixed: false };
    const two = (frequency: string) =>
      trunk({
        contacts: [
          { ...contact, frequency: '0' },
          { ...contact, frequency },
        ],
      });
    expect(two('0').trunks).toMatchObject([{ state: 'unmonitored' }]);
    expect(two('60').trunks).toMatchObject([{ state: 'reachable' }]);
  });

  test.each(deviceStates)('that only trunk_pattern tells, to a user without "system": %s', (_other, word, state) => {
    const devices = readDeviceStates(amiList(['DeviceStateChange', { Device: 'PJSIP/line', State: word }]));
    const { trunks } = phonesAndTrunks(endpointsFromDevices(devices), [], { pattern: /^line/u });
    expect(trunks.map((entry) => trunkFromEntry(entry, new SkipCounter()))).toEqual([
      { id: 'line', kind: 'pjsip endpoint', state, rawState: word },
    ]);
  });

  test('of which one could not be asked for goes by its device state, where the others are silent', () => {
    const contacts = [
      { ...unreachable, fixed: true },
      { status: '', unread: true },
    ];
    expect(trunk({ device: 'Not in use', contacts }).trunks).toMatchObject([
      { state: 'reachable', rawState: 'Not in use' },
    ]);
    const never = { ...unasked, fixed: true, frequency: '0' };
    expect(trunk({ contacts: [never, { status: '', unread: true }] }).trunks).toMatchObject([{ state: 'reachable' }]);
  });
});

describe('a trunk that registers with this PBX', () => {
  const row = { id: 'line', kind: 'pjsip endpoint' };

  test.each<[string, readonly Told[], object]>([
    [
      'and answers',
      [reachable('9000')],
      { state: 'reachable', rawState: 'Reachable', registered: true, roundtripMicroseconds: 9_000 },
    ],
    ['and is silent', [unreachable], { state: 'unreachable', rawState: 'Unreachable', registered: true }],
    ['but does not now', [], { state: 'unregistered', rawState: 'Unavailable', registered: false }],
  ])('%s', (_name, contacts, expected) => {
    expect(trunk({ device: 'Unavailable', contacts }).trunks).toEqual([{ ...row, ...expected }]);
  });

  test('never shows the address it came from', () => {
    expect(trunk({ contacts: [unreachable] }).trunks[0]).not.toHaveProperty('host');
    expect(trunk({ contacts: [unreachable, { ...unreachable, fixed: true }] }).trunks).toMatchObject([
      { host: '192.0.2.2' },
    ]);
  });
});

describe('phones and trunks', () => {
  const fixed = { contacts: [{ ...reachable('1'), fixed: true }] };
  const registered = { contacts: [reachable('1')] };
  const endpoints = [
    { name: 'lobby', ...registered },
    { name: 'gateway', ...fixed },
    { name: '3001', ...fixed },
    { name: '3002', contacts: [] },
    { name: 'far', contacts: [{ status: '', unread: true }] },
    { name: 'gateway2', contacts: [reachable('1'), { ...reachable('1'), fixed: true }] },
    { name: '2gateway', ...fixed },
  ];
  const split = (pattern?: RegExp) => {
    const { phones, trunks } = inventory(endpoints, [{ ObjectName: 'northline' }], pattern);
    return { phones: phones.map(({ name }) => name), trunks: trunks.map(({ name }) => name) };
  };

  test('without a pattern: what has a fixed address and a name that is not all digits is a trunk', () => {
    expect(split()).toEqual({
      phones: ['lobby', '3001', '3002'],
      trunks: ['northline', 'gateway', 'far', 'gateway2', '2gateway'],
    });
  });

  test('with a pattern: what matches', () => {
    expect(split(/^3/u)).toEqual({
      phones: ['lobby', 'gateway', 'far', 'gateway2', '2gateway'],
      trunks: ['northline', '3001', '3002'],
    });
  });
});

test('only endpoints with contacts that the list lacks are asked for one by one', () => {
  const listed = readEndpoints(
    amiList(
      endpointEvent({ name: '1001', contacts: [reachable('1')] }),
      endpointEvent({ name: '1002', contacts: [] }),
      endpointEvent({ name: 'line', contacts: [reachable('1'), { ...reachable('1'), fixed: true }] }),
    ),
  );
  const registered = readRegisteredContacts(
    amiList(
      ...contactEvents({ name: '1001', contacts: [reachable('1')] }, false),
      ...contactEvents({ name: 'line', contacts: [reachable('1')] }, false),
    ),
  );
  expect(endpointsWithStaticContacts(listed, registered)).toEqual(['line']);
});

test('an endpoint that is gone when it is asked for has no contacts', () => {
  const gone = parseAmi('Response: Error\r\nMessage: Unable to retrieve endpoint line\r\n\r\n\r\n');
  expect(readEndpointContacts(gone)).toEqual([]);
});

test('for any contacts: reachable is said only where nothing is said against one, and a roundtrip is one that was told', () => {
  const status = fc.constantFrom('Reachable', 'Unreachable', 'NonQualified', 'Unknown', 'Removed', 'Created');
  const contact = fc.record({ status, roundtrip: fc.constantFrom('N/A', '1', '500', ''), fixed: fc.boolean() });
  fc.assert(
    fc.property(fc.array(contact, { maxLength: 5 }), (contacts) => {
      const [peer] = phone({ contacts }).peers;
      const good = contacts.filter((one) => ['Reachable', 'NonQualified', 'Created'].includes(one.status));
      expect(peer?.state === 'reachable').toBe(good.length > 0);
      const told = contacts.filter((one) => one.status === 'Reachable').map(({ roundtrip }) => roundtrip);
      const smallest = (['1', '500'] as const).find((text) => told.includes(text));
      expect(peer?.roundtripMicroseconds).toBe(smallest === undefined ? undefined : Number(smallest));
      expect(peer?.contacts ?? 0).toBe(contacts.filter((one) => !one.fixed && one.status !== 'Removed').length);
    }),
  );
});
