import { describe, expect, test } from 'vitest';
import { messagesOf, readEnvelope } from '../../../src/drivers/mikopbx/answers.ts';
import { readCalls } from '../../../src/drivers/mikopbx/calls.ts';
import { legacyPeer } from '../../../src/drivers/mikopbx/legacy-peers.ts';
import { readEmployees, readExtensionNames } from '../../../src/drivers/mikopbx/names.ts';
import { isInCall, readPeersStatuses } from '../../../src/drivers/mikopbx/peers-list.ts';
import { providersShowLife, providerTrunk, readProviders } from '../../../src/drivers/mikopbx/providers.ts';
import { readRegistry } from '../../../src/drivers/mikopbx/registry.ts';
import { registryTrunk, showsLife } from '../../../src/drivers/mikopbx/registry-trunks.ts';
import { readSipPeer } from '../../../src/drivers/mikopbx/sip-peer.ts';
import { readSipStatuses, statusPeer } from '../../../src/drivers/mikopbx/sip-statuses.ts';
import { SkipCounter } from '../../../src/drivers/parts.ts';
import { Failure } from '../../../src/transport/failure.ts';
import { answer, reasonOf } from './answer.ts';

const envelope = (data: unknown, notices: readonly string[] = []) => ({ data, notices });

describe('which answers count', () => {
  test.each([
    ['an answer', 200, { result: true, data: [1], messages: [] }, 'suspended'],
    ['no result', 200, { data: [1], messages: [] }, 'protocol'],
    ['a result that is no truth', 200, { result: 'true', data: [1] }, 'protocol'],
    ['a refusal', 200, { result: false, data: [], messages: { error: ['no'] } }, 'service_unavailable'],
    ['an unknown action', 200, { result: false, messages: ['Unknown action - foo in x'] }, 'config'],
    ['an unknown action of 2024.1', 200, { result: false, messages: { error: ['Unknown action - foo'] } }, 'config'],
    ['a fatal error', 200, 'Fatal error: Uncaught PDOException: x', 'service_unavailable'],
    ['a web page', 200, '<!DOCTYPE html><html>exception</html>', 'protocol'],
    ['a cut answer', 200, '{"result":true,"data":[{"id":"20', 'protocol'],
    ['nothing', 200, '', 'protocol'],
    ['null', 200, 'null', 'protocol'],
    ['a name that sounds like an error', 200, { result: true, data: ['Fatal error: Uncaught'] }, 'suspended'],
    [
      'gave up',
      400,
      { result: false, messages: { error: ['Request timeout or worker not responding'] } },
      'service_unavailable',
    ],
    ['an id is missing', 400, { result: false, messages: { error: ['id required'] } }, 'http_status'],
    ['the role', 403, { errors: ['The route is not allowed'] }, 'forbidden'],
    ['a ban', 403, 'Access denied', 'locked_out'],
    ['the filter', 403, 'Security violation detected', 'config'],
    ['an old path', 404, { success: false, messages: { error: ['Endpoint not found: /x'] }, data: null }, 'config'],
    ['a verb', 405, { result: false, messages: {}, meta: {} }, 'config'],
    ['a PHP warning', 422, { result: false, messages: ['Undefined array key "Addr"'], data: [] }, 'http_status'],
    ['the limit', 429, 'Too many requests\n', 'rate_limited'],
    ['no process answered', 500, { jsonapi: {}, errors: ['500 (Internal Server Error) '] }, 'service_unavailable'],
    ['a trace', 500, 'Exception: x\nStack trace:\n#0 {main}', 'service_unavailable'],
    ['something else', 500, 'oops', 'http_status'],
    [
      'the queue',
      503,
      { result: false, messages: { error: ['Service temporarily unavailable'] } },
      'service_unavailable',
    ],
    ['a redirect', 301, '', 'redirect'],
  ])('%s (HTTP %s)', (_name, status, body, reason) => {
    const read = () => {
      readEnvelope(answer(status, body));
      throw new Failure('suspended', 'the answer counts');
    };
    expect(reasonOf(read)).toBe(reason);
  });

  test('messages in all their shapes', () => {
    expect(messagesOf({ messages: [] })).toEqual([]);
    expect(messagesOf({ messages: ['One'] })).toEqual(['one']);
    expect(messagesOf({ messages: { info: ['Using cached data (fresh)'], error: 'x' } })).toEqual([
      'info: using cached data (fresh)',
      'error: x',
    ]);
    expect(messagesOf({ message: 'Page not found - 404' })).toEqual(['page not found - 404']);
    expect(messagesOf({})).toEqual([]);
  });
});

describe('getPeersStatuses', () => {
  const read = (rows: unknown) => {
    const skipped = new SkipCounter();
    return { peers: [...readPeersStatuses(envelope(rows), skipped).values()], skipped: skipped.counts() };
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

  test('broken rows and unknown words are counted, unknown ones are kept', () => {
    const { peers, skipped } = read([null, {}, { id: '201' }, { id: '', state: 'OK' }, { id: 202, state: 'LAGGED' }]);
    expect(peers).toEqual([{ id: '202', state: 'odd', names: ['202'] }]);
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
    expect(read(data)).toEqual({
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

  test.each(['', 'N/A', 'nan', '-1', '1e3', ' '])('a round trip of %j is none', (RoundtripUsec) => {
    expect(read(contact('', { Status: 'Reachable', RoundtripUsec }))?.contacts).toEqual([{ status: 'reachable' }]);
  });

  test('a round trip of 0 is one, and one of a contact that does not answer is none', () => {
    expect(read(contact('', { Status: 'Reachable', RoundtripUsec: '0' }))?.contacts[0]?.roundtripMicroseconds).toBe(0);
    expect(read(contact('', { Status: 'Unreachable', RoundtripUsec: '12' }))?.contacts).toEqual([
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

  test('something else is a failure', () => {
    for (const data of [[], null, 'x', 3]) expect(reasonOf(() => read(data))).toBe('protocol');
  });
});

describe('a phone by the list and its contacts', () => {
  const peer = (
    state: 'ok' | 'unknown',
    contacts: readonly { status: string; qualifyFrequency?: number }[] | undefined,
    trustAnonymous = true,
  ) => {
    const skipped = new SkipCounter();
    const detail = contacts && { contacts, anonymous: contacts.length === 0, several: contacts.length > 1 };
    const evidence = { detail, trustAnonymous, tellsAllContacts: true, name: undefined };
    return { ...legacyPeer({ id: '201', state, names: ['201'] }, evidence, skipped), skipped: skipped.counts() };
  };

  test.each([
    ['ok', undefined, 'reachable'],
    ['ok', [{ status: 'unreachable' }], 'reachable'],
    ['unknown', undefined, 'unknown'],
    ['unknown', [], 'unregistered'],
    ['unknown', [{ status: 'unreachable' }], 'unreachable'],
    ['unknown', [{ status: 'unreachable' }, { status: 'reachable' }], 'reachable'],
    ['unknown', [{ status: 'nonqualified', qualifyFrequency: 60 }], 'unknown'],
    ['unknown', [{ status: 'nonqualified', qualifyFrequency: 0 }], 'reachable'],
    ['unknown', [{ status: 'nonqualified' }, { status: 'unreachable' }], 'unknown'],
    ['unknown', [{ status: 'removed' }], 'unknown'],
  ] as const)('%s with %j is %s', (state, contacts, expected) => {
    expect(peer(state, contacts).state).toBe(expected);
  });

  test('no contact in an answer that proves nothing leaves the matter open', () => {
    expect(peer('unknown', [], false)).toMatchObject({ state: 'unknown' });
    expect(peer('unknown', [], false)).not.toHaveProperty('registered');
    expect(peer('ok', [])).not.toHaveProperty('registered');
  });

  test('a word that is not known is counted and unknown', () => {
    expect(peer('unknown', [{ status: 'sleeping' }])).toMatchObject({
      state: 'unknown',
      skipped: { unknown_state: 1 },
    });
  });
});

describe('getRegistry', () => {
  const trunk = (row: object, kind: 'sip' | 'iax' = 'sip', unknownMeansUnregistered = true) => {
    const skipped = new SkipCounter();
    const [first] = readRegistry(envelope([{ id: 'SIP-1', username: 'u', host: 'h', ...row }]), kind, skipped);
    if (first === undefined) throw new Error('the row was dropped');
    return { ...registryTrunk(first, { unknownMeansUnregistered }, skipped), skipped: skipped.counts() };
  };

  test.each([
    [{ state: 'REGISTERED' }, 'registered', true],
    [{ state: 'Registered' }, 'registered', true],
    [{ state: 'UNREGISTERED' }, 'unregistered', false],
    [{ state: 'REJECTED' }, 'rejected', false],
    [{ state: 'OK' }, 'unmonitored', undefined],
    [{ state: 'OFF' }, 'disabled', undefined],
    [{ state: 'UNKNOWN' }, 'unknown', undefined],
    [{ state: 'UNKNOWN', host: '' }, 'unregistered', false],
  ])('SIP %j', (row, state, registered) => {
    expect(trunk(row).state).toBe(state);
    expect(trunk(row).registered).toBe(registered);
  });

  test('from 2025.1 on UNKNOWN says nothing about a trunk that registers with the PBX, and ids bear -REG', () => {
    expect(trunk({ state: 'UNKNOWN', host: '' }, 'sip', false).state).toBe('unknown');
    expect(trunk({ id: 'SIP-TRUNK-AB12CD34-REG', state: 'REGISTERED' }).id).toBe('SIP-TRUNK-AB12CD34');
  });

  test.each([
    ['Registered', '0', '', 'registered', true],
    ['Request Sent', '0', '', 'registering', false],
    ['Auth. Sent', '0', '', 'registering', false],
    ['Rejected', '0', '', 'rejected', false],
    ['No Authentication', '0', '', 'rejected', false],
    ['Timeout', '0', '', 'failed', false],
    ['Error register.', '0', '', 'unknown', undefined],
    ['OFF', '0', '', 'disabled', undefined],
    ['OK', '1', '15', 'reachable', undefined],
    ['OK', '1', 'N/A', 'unmonitored', undefined],
    ['OK', '1', '', 'unmonitored', undefined],
    ['LAGGED', '1', '2100', 'reachable', undefined],
    ['UNREACHABLE', '1', 'N/A', 'unreachable', undefined],
    ['UNKNOWN', '1', '', 'unknown', undefined],
  ])('IAX %s, noregister %s, %j ms', (state, noregister, time, expected, registered) => {
    const found = trunk({ state, noregister, 'time-response': time }, 'iax');
    expect(found).toMatchObject({ state: expected, rawState: state.toUpperCase(), skipped: {} });
    expect(found.registered).toBe(registered);
    expect(found.roundtripMicroseconds).toBe(expected === 'reachable' ? Number(time) * 1000 : undefined);
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
    expect(showsLife(rows('OFF', 'UNKNOWN', 'Error register.'))).toBe(false);
    expect(showsLife(rows('OFF', 'REJECTED'))).toBe(true);
    expect(showsLife([])).toBe(false);
  });
});

describe('providers:getStatuses', () => {
  const trunk = (row: object, kind: 'sip' | 'iax' = 'sip') => {
    const skipped = new SkipCounter();
    const data = {
      sip: [],
      iax: [],
      [kind]: { T1: { id: 'T1', host: 'h', username: 'u', description: 'Carrier', ...row } },
    };
    const [first] = readProviders(envelope(data), skipped)[kind];
    if (first === undefined) throw new Error('the row was dropped');
    return { ...providerTrunk(first, skipped), skipped: skipped.counts() };
  };

  test.each([
    [{ state: 'registered' }, 'registered', true],
    [{ state: 'REGISTERED' }, 'registered', true],
    [{ state: 'registered', contactStatus: 'Reachable' }, 'registered', true],
    [{ state: 'registered', contactStatus: 'Unreachable' }, 'unreachable', true],
    [{ state: 'unreachable', contactStatus: 'Unreachable' }, 'unreachable', undefined],
    [{ state: 'unregistered' }, 'unregistered', false],
    [{ state: 'UNREGISTERED' }, 'unregistered', false],
    [{ state: 'rejected', contactStatus: 'Unreachable' }, 'rejected', false],
    [{ state: 'OK', contactStatus: 'Reachable' }, 'reachable', undefined],
    [{ state: 'OK', contactStatus: 'NonQualified' }, 'unmonitored', undefined],
    [{ state: 'OK' }, 'unmonitored', undefined],
    [{ state: 'UNKNOWN', contactStatus: 'Unreachable' }, 'unreachable', undefined],
    [{ state: 'UNKNOWN', contactStatus: 'Avail' }, 'reachable', undefined],
    [{ state: 'UNKNOWN' }, 'unknown', undefined],
    [{ state: 'OFF' }, 'disabled', undefined],
  ])('SIP %j', (row, state, registered) => {
    expect(trunk(row)).toMatchObject({ state, name: 'Carrier', skipped: {} });
    expect(trunk(row).registered).toBe(registered);
  });

  test.each([
    [{ state: 'registered' }, 'registered'],
    [{ state: 'rejected' }, 'rejected'],
    [{ state: 'unregistered' }, 'unknown'],
    [{ state: 'OK' }, 'unmonitored'],
    [{ state: 'OK', rtt: 12 }, 'reachable'],
    [{ state: 'lagged', rtt: 3000 }, 'reachable'],
    [{ state: 'unreachable' }, 'unreachable'],
    [{ state: 'UNKNOWN' }, 'unknown'],
  ])('IAX %j', (row, state) => {
    expect(trunk(row, 'iax').state).toBe(state);
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
      return providersShowLife(readProviders(envelope(data), new SkipCounter()));
    };
    expect(life([{ state: 'UNKNOWN' }, { state: 'OFF' }, { state: 'UNREGISTERED' }], [{ state: 'unregistered' }])).toBe(
      false,
    );
    expect(life([{ state: 'unregistered' }])).toBe(true);
    expect(life([{ state: 'rejected' }])).toBe(true);
    expect(life([{ state: 'UNKNOWN', contactStatus: 'Unreachable' }])).toBe(true);
    expect(life([{ state: 'UNKNOWN' }], [{ state: 'OK' }])).toBe(true);
  });
});

describe('sip:getStatuses', () => {
  const device = (rtt: number | null) => ({ ip: '192.0.2.31', port: 5062, user_agent: 'Phone', rtt });
  const peer = (row: object, listed?: 'ok' | 'unknown') => {
    const skipped = new SkipCounter();
    const [first] = readSipStatuses(envelope({ '0201': { extension: '0201', callerid: 'Lift', ...row } }), skipped);
    if (first === undefined) throw new Error('the row was dropped');
    const fresh = listed && { id: '0201', state: listed, names: ['0201'] };
    return { ...statusPeer(first, fresh, skipped), skipped: skipped.counts() };
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

  test.each([
    [{ status: 'Available', devices: [device(null)], rtt: null }, 'ok', 'reachable'],
    [{ status: 'Available', devices: [device(null)], rtt: null }, 'unknown', 'unknown'],
    [{ status: 'Available', devices: [device(null)], rtt: null }, undefined, 'unknown'],
    [{ status: 'Available', devices: [device(121)], rtt: 121 }, 'unknown', 'reachable'],
    [{ status: 'Unavailable', devices: [], rtt: null }, 'unknown', 'unregistered'],
    [{ status: 'Unavailable', devices: [], rtt: null }, 'ok', 'reachable'],
    [{ status: 'Unavailable', devices: [device(null)], rtt: null }, undefined, 'unreachable'],
    [{ status: 'Unknown', devices: [], rtt: null }, undefined, 'unknown'],
    [{ status: 'Disabled', devices: [], rtt: null }, undefined, 'disabled'],
  ] as const)('%j with %s in the fresh list is %s', (row, listed, state) => {
    expect(peer(row, listed).state).toBe(state);
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
    const old = envelope({}, ['warning: fetch failed, using cached data']);
    expect(reasonOf(() => readSipStatuses(old, new SkipCounter()))).toBe('service_unavailable');
  });
});

describe('calls, names, employees', () => {
  test('channels of one call share their linkedid', () => {
    expect(readCalls(envelope([{ linkedid: 'a' }, { linkedid: 'b' }, { linkedid: 'a' }]), 5)).toEqual({ all: 2 });
    expect(readCalls(envelope([]), 5)).toEqual({ all: 0 });
  });

  test('no calls after two seconds of waiting are no answer', () => {
    expect(reasonOf(() => readCalls(envelope([]), 2_010))).toBe('service_unavailable');
    expect(readCalls(envelope([{ linkedid: 'a' }]), 2_010)).toEqual({ all: 1 });
    expect(reasonOf(() => readCalls(envelope(['[]']), 5))).toBe('protocol');
    expect(reasonOf(() => readCalls(envelope({}), 5))).toBe('protocol');
  });

  test('names without their HTML and number', () => {
    const row = (name: string, value: string, type = 'USER') => ({ name, value, type });
    const names = readExtensionNames(
      envelope([
        row('<i class="icons"><i class="user icon"></i></i> Anna &amp; Co &lt;201&gt;', '201'),
        row('Plain', '0202'),
        row('Queue &lt;2200100&gt;', '2200100', 'QUEUE'),
        'x',
      ]),
    );
    expect([...names]).toEqual([
      ['201', 'Anna & Co'],
      ['0202', 'Plain'],
    ]);
  });

  test('switched-off employees in every way that PHP writes a truth', () => {
    const row = (number: string, disabled: unknown) => ({ number, user_username: `N${number}`, disabled });
    const rows = [row('201', '0'), row('202', '1'), row('203', true), row('204', false), row('205', 1), row('', true)];
    const page = readEmployees(envelope({ data: rows, recordsTotal: 6 }));
    expect([...page.disabled.keys()]).toEqual(['202', '203', '205']);
    expect(page).toMatchObject({ rows: 6, total: 6 });
  });
});
