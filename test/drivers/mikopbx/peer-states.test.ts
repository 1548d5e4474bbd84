import { describe, expect, test } from 'vitest';
import { isAllDown } from '../../../src/drivers/mikopbx/shared/confirmation.ts';
import { legacyPeer } from '../../../src/drivers/mikopbx/legacy/peers.ts';
import { isInCall, readPeersStatuses } from '../../../src/drivers/mikopbx/shared/peers-list.ts';
import { readSipPeer } from '../../../src/drivers/mikopbx/legacy/peer-detail.ts';
import { listedPeer, readSipStatuses, statusPeer } from '../../../src/drivers/mikopbx/v3/peers.ts';
import { SkipCounter } from '../../../src/drivers/kit/collectors.ts';
import { reasonOf } from './answer.ts';

const envelope = (data: unknown, notices: readonly string[] = []) => ({ data, notices });

describe('getPeersStatuses', () => {
  const read = (rows: unknown) => {
    const skipped = new SkipCounter();
    return { peers: [...readPeersStatuses(envelope(rows), skipped).peers.values()], skipped: skipped.counts() };
  };

  test('web phones are merged, the better one wins; trunks are left out', () => {
    const { peers } = read([
      { id: '201', state: 'UNKNOWN' },
      { id: '201-WS', state: 'OK' },
      { id: '0202', state: 'OK' },
      { id: 'SIP-1601534775', state: 'OK' },
      { id: 'SIP-TRUNK-AB12CD34-AUTH', state: 'OK' },
      { id: 'IAX-TRUNK-AB12CD34', state: 'OK' },
      { id: '203-AUTH', state: 'OK', 'detailed-state': 'Busy' },
    ]);
    expect(peers.map(({ id, state, names }) => [id, state, names.join(' ')])).toEqual([
      ['201', 'ok', '201 201-WS'],
      ['0202', 'ok', '0202'],
      ['203', 'ok', '203'],
    ]);
    expect(peers.map(isInCall)).toEqual([undefined, undefined, true]);
  });

  // Device states of Asterisk in `detailed-state`: only Unavailable, Invalid and Unknown mean that a phone is down.
  test.each([
    ['OK', 'Not in use', 'ok', false],
    ['OK', 'Busy', 'ok', true],
    ['OK', 'Ringing', 'ok', true],
    ['OK', 'In use', 'ok', true],
    ['UNKNOWN', 'In use', 'ok', true],
    ['UNKNOWN', 'Ring+Inuse', 'ok', true],
    ['UNKNOWN', 'On Hold', 'ok', true],
    ['UNKNOWN', 'Unavailable', 'unknown', undefined],
    ['UNKNOWN', 'Invalid', 'unknown', undefined],
    ['UNKNOWN', 'Unknown', 'unknown', undefined],
    ['UNKNOWN', '', 'unknown', undefined],
    ['OK', '', 'ok', undefined],
  ])('%s, device %j: %s, in a call: %j', (state, device, expected, inCall) => {
    const { peers, skipped } = read([{ id: '201', state, 'detailed-state': device }]);
    expect(peers.map((peer) => [peer.id, peer.state, isInCall(peer)])).toEqual([['201', expected, inCall]]);
    expect(skipped).toEqual({});
  });

  test.each([
    [['OK', 'Not in use'], ['OK', 'Busy'], 'ok', true],
    [['OK', 'Busy'], ['OK', 'Not in use'], 'ok', true],
    [['OK', 'Not in use'], ['UNKNOWN', 'Unavailable'], 'ok', false],
    [['UNKNOWN', 'Unavailable'], ['OK', 'Not in use'], 'ok', false],
    [['UNKNOWN', 'Unavailable'], ['UNKNOWN', 'Unavailable'], 'unknown', undefined],
    [['LAGGED', ''], ['UNKNOWN', 'Unavailable'], 'unknown', undefined],
  ])(
    'a phone %j and its web phone %j are one: %s, in a call: %j',
    ([state, device], [webState, webDevice], ...then) => {
      const { peers } = read([
        { id: '201', state, 'detailed-state': device },
        { id: '201-WS', state: webState, 'detailed-state': webDevice },
      ]);
      expect(peers.map((peer) => [peer.state, isInCall(peer)])).toEqual([then]);
      expect(peers[0]?.names).toEqual(['201', '201-WS']);
    },
  );

  test('one name that is listed twice is asked for once', () => {
    expect(
      read([
        { id: '201', state: 'OK' },
        { id: '201-AUTH', state: 'OK' },
      ]).peers[0]?.names,
    ).toEqual(['201']);
  });

  test('broken rows and unknown words are counted, unknown ones are kept', () => {
    const { peers, skipped } = read([null, {}, { id: '201' }, { id: '', state: 'OK' }, { id: 202, state: 'LAGGED' }]);
    expect(peers).toEqual([{ id: '202', state: 'unknown_word', names: ['202'] }]);
    expect(skipped).toEqual({ malformed: 4, unknown_state: 1 });
  });

  test.each([{}, null, 'x', undefined])('%j is no list', (data) => {
    expect(reasonOf(() => read(data))).toBe('protocol');
  });
});

describe('getSipPeer', () => {
  const contact = (suffix: string, fields: Readonly<Record<string, string>>) =>
    Object.fromEntries(
      Object.entries({ URI: 'sip:x', EndpointName: '201', ...fields }).map(([key, value]) => [
        `${key}${suffix}`,
        value,
      ]),
    );
  const read = (data: unknown, asked = '201') => readSipPeer(envelope(data), asked);

  test('several contacts with the suffixes of 2021.3', () => {
    const data = {
      ...contact('', { Status: 'Unreachable', RoundtripUsec: 'N/A' }),
      state: 'OK',
      ...contact('-1', { Status: 'Reachable', RoundtripUsec: '5871' }),
      ...contact('-2', { Status: 'Reachable', RoundtripUsec: '4000', QualifyFrequency: '60' }),
    };
    expect(read(data)).toMatchObject({
      anonymous: false,
      several: true,
      contacts: [
        { status: 'unreachable' },
        { status: 'reachable', roundtripMicroseconds: 5_871 },
        { status: 'reachable', roundtripMicroseconds: 4_000, qualifyFrequency: 60 },
      ],
    });
  });

  test('web phones first, as from 2022.1 on', () => {
    const data = {
      ...contact('', { EndpointName: '201-WS', Status: 'Reachable', RoundtripUsec: '900' }),
      ...contact('-WS1', { EndpointName: '201-WS', Status: 'Unreachable' }),
      ...contact('-0', { Status: 'Reachable', RoundtripUsec: '700' }),
      ...contact('-1', { Status: 'NonQualified' }),
      state: 'OK',
    };
    expect(read(data)?.contacts.map(({ status }) => status)).toEqual([
      'reachable',
      'unreachable',
      'reachable',
      'nonqualified',
    ]);
  });

  test.each(['', 'N/A', 'nan', '-1', '1e3', ' '])('a roundtrip of %j is none', (RoundtripUsec) => {
    expect(read(contact('', { Status: 'Reachable', RoundtripUsec }))?.contacts).toMatchObject([
      { status: 'reachable' },
    ]);
    expect(read(contact('', { Status: 'Reachable', RoundtripUsec }))?.contacts[0]).not.toHaveProperty(
      'roundtripMicroseconds',
    );
  });

  test('a roundtrip of 0 is one, and one of a contact that does not answer is none', () => {
    expect(read(contact('', { Status: 'Reachable', RoundtripUsec: '0' }))?.contacts[0]?.roundtripMicroseconds).toBe(0);
    expect(read(contact('', { Status: 'Unreachable', RoundtripUsec: '12' }))?.contacts).toMatchObject([
      { status: 'unreachable' },
    ]);
  });

  test('not registered, unknown, or no Asterisk: an answer without a name', () => {
    expect(read({ state: 'UNKNOWN' })).toEqual({ contacts: [], anonymous: true, several: false });
  });

  test('an answer about another phone is none', () => {
    expect(read(contact('', { Status: 'Reachable' }), '202')).toBeUndefined();
    expect(read({ URI: 'sip:201@192.0.2.1', Status: 'Reachable' })).toBeUndefined();
    expect(read(contact('', { EndpointName: '201-WS', Status: 'Reachable' }))).toBeDefined();
    expect(read({ ...contact('', {}), EndpointName: '', AOR: '201' })).toBeDefined();
  });

  test('fields that tell nothing of a contact make none', () => {
    const data = { ...contact('', { Status: 'Reachable' }), 'QualifyFrequency-1': '60', 'Status-X': 'Reachable' };
    expect(read(data)?.contacts).toHaveLength(1);
    expect(read({ XStatus: 'Reachable', AOR: '201' })).toMatchObject({ contacts: [], anonymous: true });
    expect(read({ EndpointName: '201', 'Status-0': 'Unreachable', 'AOR-0': '201' })?.contacts).toMatchObject([
      { status: 'unreachable' },
    ]);
    expect(read(contact('', { QualifyFrequency: '0', UserAgent: 'Phone' }))).toMatchObject({
      contacts: [{ status: '', qualifyFrequency: 0 }],
      anonymous: false,
      several: false,
    });
  });

  test('something else is a failure', () => {
    for (const data of [[], null, 'x', 3]) expect(reasonOf(() => read(data))).toBe('protocol');
  });
});

describe('a phone up to 2024, by the list and its contacts', () => {
  interface Contact {
    readonly status: string;
    readonly qualifyFrequency?: number;
    readonly roundtripMicroseconds?: number;
  }
  const peer = (
    state: 'ok' | 'unknown' | 'unknown_word',
    contacts: readonly Contact[] | undefined,
    { trustAnonymous = true, reportsAllContacts = true } = {},
  ) => {
    const skipped = new SkipCounter();
    const detail = contacts && { contacts, anonymous: contacts.length === 0, several: contacts.length > 1 };
    const evidence = { detail, trustAnonymous, reportsAllContacts, name: 'Lift' };
    const { id, name, devices: _left, ...facts } = legacyPeer({ id: '201', state, names: ['201'] }, evidence, skipped);
    expect([id, name]).toEqual(['201', 'Lift']);
    return { ...facts, skipped: skipped.counts() };
  };
  const reachable = { status: 'reachable', qualifyFrequency: 60, roundtripMicroseconds: 5_871 };
  const unreachable = { status: 'unreachable', qualifyFrequency: 60 };
  const waiting = { status: 'nonqualified', qualifyFrequency: 60 };
  const one = { registered: true, contacts: 1 };
  const two = { registered: true, contacts: 2 };

  test.each<['ok' | 'unknown' | 'unknown_word', readonly Contact[] | undefined, object]>([
    // OK in the list is derived from the device state and is never overridden.
    ['ok', undefined, { state: 'reachable' }],
    ['ok', [reachable], { state: 'reachable', ...one, roundtripMicroseconds: 5_871 }],
    ['ok', [unreachable], { state: 'reachable', ...one }],
    ['ok', [waiting], { state: 'reachable', ...one }],
    // Not checked yet, not registered, or just registering: the contacts determine the state.
    ['unknown', undefined, { state: 'unknown' }],
    ['unknown', [], { state: 'unregistered', registered: false, contacts: 0 }],
    ['unknown', [unreachable], { state: 'unreachable', ...one }],
    ['unknown', [reachable], { state: 'reachable', ...one, roundtripMicroseconds: 5_871 }],
    ['unknown', [unreachable, reachable], { state: 'reachable', ...two, roundtripMicroseconds: 5_871 }],
    ['unknown', [unreachable, unreachable], { state: 'unreachable', ...two }],
    ['unknown', [waiting], { state: 'unknown', ...one }],
    ['unknown', [waiting, unreachable], { state: 'unknown', ...two }],
    ['unknown', [{ ...waiting, qualifyFrequency: 0 }], { state: 'reachable', ...one }],
    ['unknown', [{ status: 'nonqualified' }], { state: 'unknown', ...one }],
    ['unknown', [{ status: 'unknown' }], { state: 'unknown', ...one }],
    ['unknown', [{ status: 'removed' }], { state: 'unknown', ...one }],
    // For an unknown word, the state is not guessed from the contacts.
    ['unknown_word', [unreachable], { state: 'unknown', ...one }],
    ['unknown_word', undefined, { state: 'unknown' }],
  ])('%s with %j is %j', (state, contacts, expected) => {
    expect(peer(state, contacts)).toEqual({ ...expected, skipped: {} });
  });

  test('what the phones say they are, over which transport, and until when they are registered', () => {
    const told = { URI: 'sip:201@192.0.2.7;transport=ws', UserAgent: 'Browser 201/1.2', Status: 'Reachable' };
    const data = {
      EndpointName: '201-WS',
      ...told,
      RegExpire: '1706950000',
      'Status-0': 'Unreachable',
      'AOR-0': '201',
    };
    const detail = readSipPeer(envelope(data), '201');
    const evidence = { detail, trustAnonymous: true, reportsAllContacts: true, name: 'Lift' };
    expect(legacyPeer({ id: '201', state: 'ok', names: ['201'] }, evidence, new SkipCounter())).toMatchObject({
      devices: [{ userAgent: 'Browser /1.2', transport: 'ws' }, { userAgent: 'unknown' }],
      registrationExpiry: 1_706_950_000,
    });
  });

  test('the best of several roundtrips', () => {
    const contacts = [9_000, 4_000, 7_000].map((roundtripMicroseconds) => ({ ...reachable, roundtripMicroseconds }));
    expect(peer('ok', contacts).roundtripMicroseconds).toBe(4_000);
  });

  test('up to 2021.2 one contact is all that is told, so their number is not known', () => {
    const only = { reportsAllContacts: false };
    expect(peer('ok', [reachable], only)).not.toHaveProperty('contacts');
    expect(peer('ok', [reachable, unreachable], only)).toHaveProperty('contacts', 2);
    expect(peer('unknown', [], only)).toHaveProperty('contacts', 0);
  });

  test('no contact in an answer that proves nothing leaves the matter open', () => {
    expect(peer('unknown', [], { trustAnonymous: false })).toEqual({ state: 'unknown', skipped: {} });
    expect(peer('ok', [])).toEqual({ state: 'reachable', skipped: {} });
  });

  test('a word that is not known is counted and unknown', () => {
    expect(peer('unknown', [{ status: 'sleeping' }, unreachable])).toMatchObject({
      state: 'unknown',
      skipped: { unknown_state: 1 },
    });
  });

  test.each([
    ['not in use', { inCall: false }],
    ['on hold', { inCall: true }],
    ['unavailable', {}],
  ])('device %s of 2024.2: %j', (device, inCall) => {
    const evidence = { detail: undefined, trustAnonymous: true, reportsAllContacts: true, name: undefined };
    expect(legacyPeer({ id: '201', state: 'ok', names: ['201'], device }, evidence, new SkipCounter())).toEqual({
      id: '201',
      state: 'reachable',
      ...inCall,
    });
  });
});

describe('sip:getStatuses', () => {
  const device = (rtt: number | null) => ({ ip: '192.0.2.31', port: 5062, user_agent: 'Phone', rtt });
  const peer = (row: object, listed?: 'ok' | 'unknown', { deviceState = '', firstQualifyPending = false } = {}) => {
    const skipped = new SkipCounter();
    const [first] = readSipStatuses(envelope({ '0201': { extension: '0201', callerid: 'Lift', ...row } }), skipped);
    if (first === undefined) throw new Error('the row was dropped');
    const fresh = listed && { id: '0201', state: listed, names: ['0201'], ...(deviceState && { device: deviceState }) };
    const { devices, ...facts } = statusPeer(first, { listed: fresh, firstQualifyPending }, skipped);
    // There is one device per contact.
    expect(devices?.length ?? 0).toBe(facts.contacts ?? 0);
    return { ...facts, skipped: skipped.counts() };
  };

  test('the best of several devices, in microseconds, and leading zeros', () => {
    expect(peer({ status: 'Available', devices: [device(null), device(7.1), device(5.87)], rtt: 5.87 })).toEqual({
      id: '0201',
      name: 'Lift',
      state: 'reachable',
      registered: true,
      contacts: 3,
      roundtripMicroseconds: 5_870,
      skipped: {},
    });
  });

  const one = { registered: true, contacts: 1 };
  const none = { registered: false, contacts: 0 };
  const silent = { devices: [device(null)], rtt: null };
  const gone = { devices: [], rtt: null };

  test.each<[object, 'ok' | 'unknown' | undefined, object]>([
    [
      { status: 'Available', devices: [device(121)], rtt: 121 },
      'unknown',
      { state: 'reachable', ...one, roundtripMicroseconds: 121_000 },
    ],
    [
      { status: 'Available', devices: [device(0)], rtt: 0 },
      undefined,
      { state: 'reachable', ...one, roundtripMicroseconds: 0 },
    ],
    // Without a roundtrip, the contact may still wait for its first check, so the newer list decides.
    [{ status: 'Available', ...silent }, 'ok', { state: 'reachable', ...one }],
    [{ status: 'Available', ...silent }, 'unknown', { state: 'unknown', ...one }],
    [{ status: 'Available', ...silent }, undefined, { state: 'unknown', ...one }],
    // Not registered, or registered but not responding.
    [{ status: 'Unavailable', ...gone }, 'unknown', { state: 'unregistered', ...none }],
    [{ status: 'Unavailable', ...gone }, undefined, { state: 'unregistered', ...none }],
    [{ status: 'Unavailable', ...silent }, 'unknown', { state: 'unreachable', ...one }],
    [{ status: 'Unavailable', ...silent }, undefined, { state: 'unreachable', ...one }],
    [{ status: 'Unavailable' }, undefined, { state: 'unreachable' }],
    [{ status: 'Unavailable', devices: [device(12)], rtt: 12 }, undefined, { state: 'unreachable', ...one }],
    // The list can be half a minute old. The newer list overrides it, and the devices of the old list are outdated as well.
    [{ status: 'Unavailable', ...gone }, 'ok', { state: 'reachable' }],
    [{ status: 'Unknown', ...gone }, 'ok', { state: 'unknown', ...none }],
    [{ status: 'Unknown', ...silent }, undefined, { state: 'unknown', ...one }],
    [{ status: 'Disabled', ...gone }, undefined, { state: 'disabled' }],
    [
      { status: 'AVAILABLE', devices: [device(1)] },
      undefined,
      { state: 'reachable', ...one, roundtripMicroseconds: 1_000 },
    ],
  ])('%j with %s in the fresh list is %j', (row, listed, expected) => {
    expect(peer(row, listed)).toEqual({ id: '0201', name: 'Lift', ...expected, skipped: {} });
  });

  test('a cached "Available" is lowered by a fresh device state that says otherwise, and its devices are old news', () => {
    const cached = { status: 'Available', devices: [device(121)], rtt: 121 };
    const known = { id: '0201', name: 'Lift', skipped: {} };
    for (const deviceState of ['unavailable', 'invalid'])
      expect(peer(cached, 'unknown', { deviceState })).toEqual({ ...known, state: 'unreachable' });
    expect(peer(cached, 'ok', { deviceState: 'busy' })).toMatchObject({ state: 'reachable', inCall: true });
    // Just after a start of Asterisk, the contact may only be waiting for its first check.
    expect(peer(cached, 'unknown', { deviceState: 'unavailable', firstQualifyPending: true })).toEqual({
      ...known,
      state: 'unknown',
    });
    expect(peer({ status: 'Available', ...silent }, 'unknown', { deviceState: 'unavailable' })).toMatchObject({
      state: 'unknown',
      registered: true,
    });
  });

  test('devices by what they say they are, without the name and number of their user', () => {
    const agents = ['Zoiper rv2.10 0201', '', 'Desk of Lift 1.2'];
    const devices = agents.map((user_agent) => ({ ...device(1), user_agent }));
    const row = { extension: '0201', callerid: 'Lift <0201>', status: 'Available', devices, rtt: 1 };
    const [first] = readSipStatuses(envelope({ '0201': row }), new SkipCounter());
    const evidence = { listed: undefined, firstQualifyPending: false };
    expect(first && statusPeer(first, evidence, new SkipCounter()).devices).toEqual([
      { userAgent: 'Zoiper rv2.10' },
      { userAgent: 'unknown' },
      { userAgent: 'Desk of 1.2' },
    ]);
  });

  test('whether it is in a call stands in the fresh list only', () => {
    const skipped = new SkipCounter();
    const row = { id: '201', name: '', status: 'available', devices: 1, roundtripMicroseconds: 5 };
    const inCall = (deviceState: string) =>
      statusPeer(
        row,
        { listed: { id: '201', state: 'ok', names: ['201'], device: deviceState }, firstQualifyPending: false },
        skipped,
      ).inCall;
    expect(['ringing', 'not in use', 'unavailable'].map(inCall)).toEqual([true, false, undefined]);
    expect(statusPeer(row, { listed: undefined, firstQualifyPending: false }, skipped)).not.toHaveProperty('inCall');
  });

  test.each([
    ['ok', 'not in use', { state: 'reachable', inCall: false }],
    ['ok', 'on hold', { state: 'reachable', inCall: true }],
    ['ok', undefined, { state: 'reachable' }],
    ['unknown', 'unavailable', { state: 'unreachable' }],
    ['unknown_word', undefined, { state: 'unknown' }],
  ] as const)('where the plain list is all there is: %s, device %s is %j', (state, deviceState, expected) => {
    const listed = { id: '201', state, names: ['201'], ...(deviceState === undefined ? {} : { device: deviceState }) };
    expect(listedPeer(listed)).toEqual({ id: '201', ...expected });
  });

  test.each([
    ['Lift <0201>', 'Lift'],
    ['"Lift" <sip:0201>', '"Lift"'],
    ['Lift', 'Lift'],
    ['<b> Lift', '<b> Lift'],
  ])('name of %s', (callerid, name) => {
    expect(peer({ callerid, status: 'Available' })).toHaveProperty('name', name);
  });

  test('words that are not known are counted; rows without one are dropped', () => {
    expect(peer({ status: 'LAGGED' })).toMatchObject({ state: 'unknown', skipped: { unknown_state: 1 } });
    const skipped = new SkipCounter();
    expect(readSipStatuses(envelope({ 201: [], 202: {}, 203: null }), skipped)).toEqual([]);
    expect(skipped.counts()).toEqual({ malformed: 3 });
  });

  test('an empty map is a list; another list or an old one is a failure', () => {
    expect(readSipStatuses(envelope([]), new SkipCounter())).toEqual([]);
    expect(reasonOf(() => readSipStatuses(envelope([1]), new SkipCounter()))).toBe('protocol');
    for (const notice of ['warning: fetch failed, using cached data', 'error: x', 'info: using stale data']) {
      const old = envelope({ 201: { status: 'Available' } }, [notice]);
      expect(reasonOf(() => readSipStatuses(old, new SkipCounter()))).toBe('service_unavailable');
    }
    const fresh = envelope({ 201: { status: 'Available' } }, ['info: using cached data (fresh)', 'info: error: none']);
    expect(readSipStatuses(fresh, new SkipCounter())).toHaveLength(1);
  });
});

describe('a list without any sign of life, as Asterisk leaves it when it goes', () => {
  const peer = (
    state: 'reachable' | 'unreachable' | 'unregistered' | 'unknown' | 'disabled',
    registered?: boolean,
  ) => ({
    id: '201',
    state,
    ...(registered === undefined ? {} : { registered }),
  });

  test.each([
    ['all unregistered', [peer('unregistered', false), peer('unregistered', false)], true],
    ['one silent, nobody registered', [peer('unreachable'), peer('unknown')], true],
    ['one that is reachable', [peer('unregistered'), peer('reachable')], false],
    ['one that is registered, but silent', [peer('unregistered', false), peer('unreachable', true)], false],
    ['nobody down', [peer('unknown'), peer('disabled')], false],
    ['nobody', [], false],
  ])('%s: %j', (_name, peers, expected) => {
    expect(isAllDown(peers)).toBe(expected);
  });
});
