import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readExtensions as readAll } from '../../../src/drivers/yeastar-p/peers.ts';
import { countAgents, readQueueList, readWaitingCallers } from '../../../src/drivers/yeastar-p/queues.ts';
import { readTrunks } from '../../../src/drivers/yeastar-p/trunks.ts';
import { SkipCounter } from '../../../src/drivers/kit/collectors.ts';

/** Returns extensions without their devices, which have separate tests. */
function readExtensions(...parameters: Parameters<typeof readAll>) {
  return readAll(...parameters).map(({ devices: _left, ...peer }) => peer);
}

/** "Query Trunk List" in the P-Series developer guides, table "Trunk status", with a type of trunk that has the code. */
describe('a trunk that does not register, by its code', () => {
  test.each([
    [0, 'peer', 'unknown', 'unknown'],
    [1, 'peer', 'reachable', 'idle'],
    [2, 'peer', 'reachable', 'busy'],
    [3, 'peer', 'unmonitored', 'idle, unmonitored'],
    [42, 'peer', 'unreachable', 'unreachable'],
    [44, 'peer', 'disabled', 'disabled'],
    [1, 'FXO', 'reachable', 'idle'],
    [2, 'FXO', 'reachable', 'busy'],
    [11, 'FXO', 'failed', 'FXO failure'],
    [12, 'FXO', 'failed', 'no line plugged in'],
    [1, 'E1', 'reachable', 'idle'],
    [21, 'E1', 'failed', 'wrong protocol settings'],
    [22, 'BRI', 'failed', 'interface failure'],
    [23, 'T1', 'failed', 'nothing plugged in'],
    [1, 'GSM', 'reachable', 'idle'],
    [5, 'GSM', 'registering', 'registering'],
    [31, 'GSM', 'failed', 'module failure'],
    [32, 'GSM', 'failed', 'module powered off'],
    [33, 'UMTS', 'failed', 'no SIM card'],
    [34, 'LTE', 'failed', 'no signal'],
    [35, 'CDMA', 'failed', 'PIN error'],
    [36, 'LTE', 'failed', 'network registration failed'],
  ])('%i of type %s is %s', (status, type, state, word) => {
    const skipped = new SkipCounter();
    const row = { id: 7, name: 'line', type, status, host_port: '' };
    expect(readTrunks([row], skipped)).toEqual([
      { id: '7', name: 'line', kind: type.toLowerCase(), state, rawState: `${word} (${status})` },
    ]);
    expect(skipped.counts()).toEqual({});
  });
});

describe.each(['register', 'account'])('a trunk of type %s, by its code', (type) => {
  test.each([
    [0, 'unknown', 'unknown', {}],
    [1, 'registered', 'idle', { registered: true }],
    [2, 'registered', 'busy', { registered: true }],
    [3, 'registered', 'idle, unmonitored', { registered: true }],
    [4, 'registering', 'registering', { registered: false }],
    [41, 'failed', 'registration failed', { registered: false }],
    [43, 'unregistered', 'unavailable', { registered: false }],
    [45, 'rejected', 'authentication failed', { registered: false }],
    // The code does not show whether the trunk is registered.
    [42, 'unreachable', 'unreachable', {}],
    [44, 'disabled', 'disabled', {}],
  ])('%i is %s', (status, state, word, registered) => {
    const skipped = new SkipCounter();
    expect(readTrunks([{ id: 7, type, status }], skipped)).toEqual([
      { id: '7', kind: type, state, rawState: `${word} (${status})`, ...registered },
    ]);
    expect(skipped.counts()).toEqual({});
  });

  test('a code that is not known is noted and kept, and says nothing about a registration', () => {
    const words = new Set<string>();
    const skipped = new SkipCounter((word) => words.add(word));
    expect(readTrunks([{ id: 7, type, status: 46 }], skipped)).toEqual([
      { id: '7', kind: type, state: 'unknown', rawState: '46' },
    ]);
    expect(skipped.counts()).toEqual({ unknown_state: 1 });
    expect([...words]).toEqual(['46']);
  });
});

describe('rows of trunks', () => {
  const one = (row: object) => readTrunks([{ id: 7, type: 'peer', status: 1, ...row }], new SkipCounter())[0];

  test('the id is the key, the name is for people', () => {
    expect(one({ id: 12, name: 'carrier' })).toMatchObject({ id: '12', name: 'carrier' });
  });

  test.each([
    ['sip.example.net:5060', 'sip.example.net'],
    ['sip.example.net', 'sip.example.net'],
    ['192.0.2.7:5061', '192.0.2.7'],
    ['[2001:db8::7]:5060', '[2001:db8::7]'],
    ['sip.example.net:', 'sip.example.net'],
  ])('host of %s', (host_port, host) => {
    expect(one({ host_port })).toMatchObject({ host });
  });

  test('the other side of an account trunk has a device address, which is not shown', () => {
    expect(one({ type: 'account', host_port: '198.51.100.9:5060' })).not.toHaveProperty('host');
    expect(one({ type: 'register', host_port: '198.51.100.9:5060' })).toHaveProperty('host', '198.51.100.9');
  });

  test('codes and ids may be text; a row without an id is malformed and costs no other row', () => {
    const skipped = new SkipCounter();
    const rows = [null, { status: 1 }, { id: '', status: 1 }, { id: '8', type: 'Register', status: '1' }];
    expect(readTrunks(rows, skipped)).toEqual([
      { id: '8', kind: 'register', state: 'registered', rawState: 'idle (1)', registered: true },
    ]);
    expect(skipped.counts()).toEqual({ malformed: 3 });
  });
});

/** "Query Extension List" in the P-Series developer guides: a device is online when its status, or one in its list, is 1. */
describe('an extension by its devices', () => {
  const phone = (...codes: readonly unknown[]) => ({
    ext_dev_type: 'sip',
    status_list: codes.map((status) => ({ status, ip: '192.0.2.31:5060' })),
  });
  const app = (status: unknown) => ({ status, ext_dev_type: 'linkusmobile' });
  const offline = { linkus_desktop: app(0), linkus_mobile: app(0), linkus_web: app(0) };

  test.each([
    ['one phone', { sip_phone: phone(1), ...offline }, 'reachable', { registered: true, contacts: 1 }],
    ['two phones', { sip_phone: phone(1, 1) }, 'reachable', { registered: true, contacts: 2 }],
    ['one of two phones', { sip_phone: phone(0, 1) }, 'reachable', { registered: true, contacts: 1 }],
    ['no phone registered', { sip_phone: phone(), ...offline }, 'unregistered', { registered: false, contacts: 0 }],
    ['a phone that is offline', { sip_phone: phone(0) }, 'unregistered', { registered: false, contacts: 0 }],
    [
      'a phone and its own status',
      { sip_phone: { ...phone(1), status: 1 } },
      'reachable',
      { registered: true, contacts: 1 },
    ],
    ['only its own status', { sip_phone: { status: 1 } }, 'reachable', { registered: true }],
    ['only its own status, 0', { sip_phone: { status: 0 } }, 'unregistered', { registered: false, contacts: 0 }],
    [
      'a desktop app',
      { sip_phone: phone(), ...offline, linkus_desktop: app(1) },
      'reachable',
      { registered: false, contacts: 0 },
    ],
    ['a mobile app', { ...offline, linkus_mobile: app(1) }, 'reachable', {}],
    ['a web app', { ...offline, linkus_web: app('1') }, 'reachable', {}],
    ['apps, all offline', offline, 'unregistered', {}],
    ['an analogue phone', { fxs_phone: app(1) }, 'reachable', {}],
    ['an analogue phone that is offline', { fxs_phone: app(0), ...offline }, 'unregistered', {}],
  ])('%s', (_name, online_status, state, registration) => {
    const skipped = new SkipCounter();
    const row = { number: '1001', caller_id_name: 'Ana Ruiz', presence_status: 'off_work', online_status };
    expect(readExtensions([row], 'all', skipped)).toEqual([{ id: '1001', name: 'Ana Ruiz', state, ...registration }]);
    expect(skipped.counts()).toEqual({});
  });

  test.each([
    ['an app alone', { sip_phone: phone(), linkus_mobile: app(1) }, 'unregistered'],
    ['a phone', { sip_phone: phone(1), linkus_mobile: app(0) }, 'reachable'],
    ['an analogue phone', { fxs_phone: app(1), linkus_mobile: app(0) }, 'reachable'],
    ['nothing but apps', { linkus_mobile: app(1) }, 'unknown'],
  ])('where phones alone count: %s', (_name, online_status, state) => {
    expect(readExtensions([{ number: '1001', online_status }], 'phones', new SkipCounter())).toMatchObject([{ state }]);
  });

  test.each([
    ['a code that is not known', { sip_phone: phone(7) }, '7'],
    ['among codes that are', { sip_phone: phone(0, 7) }, '7'],
    ['as its own status', { sip_phone: { status: 9 }, linkus_web: app(0) }, '9'],
    ['an entry without a code', { sip_phone: { status_list: [{}] } }, ''],
    ['an entry that is none', { sip_phone: { status_list: [null] } }, ''],
    ['an app with a code that is not known', { linkus_mobile: app(3) }, '3'],
    ['no devices', {}, ''],
    ['devices of another shape', { sip_phone: 'online' }, ''],
  ])('%s leaves the matter open and is noted', (_name, online_status, word) => {
    const words = new Set<string>();
    const skipped = new SkipCounter((word) => words.add(word));
    expect(readExtensions([{ number: '1001', online_status }], 'all', skipped)).toEqual([
      { id: '1001', state: 'unknown' },
    ]);
    expect(skipped.counts()).toEqual({ unknown_state: 1 });
    expect([...words]).toEqual([word]);
  });

  test('one device online is enough, whatever the others say', () => {
    const online = { sip_phone: phone(1), linkus_web: app(9) };
    const skipped = new SkipCounter();
    expect(readExtensions([{ number: '1001', online_status: online }], 'all', skipped)).toEqual([
      { id: '1001', state: 'reachable', registered: true, contacts: 1 },
    ]);
    expect(skipped.counts()).toEqual({});
    const strange = { sip_phone: phone(1, 7) };
    expect(readExtensions([{ number: '1001', online_status: strange }], 'all', new SkipCounter())).toEqual([
      { id: '1001', state: 'reachable' },
    ]);
  });

  test('never more registered phones than the list has', () => {
    const code = fc.constantFrom(0, 1, '1', '0', undefined);
    fc.assert(
      fc.property(code, fc.array(code), (status, codes) => {
        const online_status = { sip_phone: { ...phone(...codes), status } };
        const [peer] = readExtensions([{ number: '1', online_status }], 'all', new SkipCounter());
        expect(peer?.contacts ?? 0).toBeLessThanOrEqual(codes.length);
      }),
    );
  });

  test('a row without a number is malformed and costs no other row', () => {
    const skipped = new SkipCounter();
    const rows = [null, {}, { number: '' }, { number: '0042', online_status: { sip_phone: phone(1) } }];
    expect(readExtensions(rows, 'all', skipped)).toEqual([
      { id: '0042', state: 'reachable', registered: true, contacts: 1 },
    ]);
    expect(skipped.counts()).toEqual({ malformed: 3 });
  });
});

/** "Query Agent Status of a Queue" in the P-Series developer guides. */
describe('agents of a queue', () => {
  test.each([
    [0, 1, 0, 'unknown'],
    [1, 1, 0, 'available'],
    [2, 1, 0, 'in_call'],
    [3, 1, 0, 'ringing'],
    [4, 1, 0, 'in_call'],
    [5, 1, 0, 'on_hold'],
    // A call takes precedence over a pause, and a pause over being free.
    [1, 1, 1, 'paused'],
    [0, 1, 1, 'paused'],
    [2, 1, 1, 'in_call'],
    [3, 1, 1, 'ringing'],
    [5, 1, 1, 'on_hold'],
    // An agent who is not logged in to the queue does not serve it; a call in progress continues.
    [1, 0, 0, 'unavailable'],
    [0, 0, 1, 'unavailable'],
    [2, 0, 0, 'in_call'],
  ])('call_status %i, is_login %i, is_pause %i: %s', (call_status, is_login, is_pause, state) => {
    const skipped = new SkipCounter();
    expect(countAgents([{ call_status, is_login, is_pause }], skipped)).toEqual({ [state]: 1 });
    expect(countAgents([{ call_status: String(call_status), is_login: String(is_login), is_pause }], skipped)).toEqual({
      [state]: 1,
    });
    expect(skipped.counts()).toEqual({});
  });

  test('a code that is not known is noted, and nobody is dropped', () => {
    const words = new Set<string>();
    const skipped = new SkipCounter((word) => words.add(word));
    expect(countAgents([{ call_status: 6, is_login: 1, is_pause: 0 }, null, 'x'], skipped)).toEqual({ unknown: 3 });
    expect([...words]).toEqual(['6', '']);
    expect(skipped.counts()).toEqual({ unknown_state: 3 });
  });
});

describe('queues', () => {
  test('have an id to ask with and a number to show; a row without either is malformed', () => {
    const skipped = new SkipCounter();
    const rows = [{ id: 3, number: '6400', name: 'Sales' }, { id: 4 }, { number: '6401' }, null];
    expect(readQueueList(rows, skipped)).toEqual([{ id: '3', number: '6400' }]);
    expect(skipped.counts()).toEqual({ malformed: 3 });
  });

  test('waiting callers: a number, nobody where the PBX has no data, and no guess', () => {
    expect([{ waiting_calls: 0 }, { waiting_calls: '2' }, undefined].map(readWaitingCallers)).toEqual([0, 2, 0]);
    for (const answer of [{}, { waiting_calls: '' }, { waiting_calls: -1 }])
      expect(() => readWaitingCallers(answer)).toThrow(/the number of waiting callers/);
  });
});

test('each device that is online is told by its kind, or by the name of its place', () => {
  const online = {
    sip_phone: { ext_dev_type: 'sip', status: 1, status_list: [{ status: 1 }, { status: 0 }, { status: '1' }] },
    fxs_phone: { status: 1 },
    linkus_mobile: { status: 1, ext_dev_type: 'linkusmobile' },
    linkus_web: { status: 0, ext_dev_type: 'linkusweb' },
  };
  const [row] = readAll([{ number: '1001', online_status: online }], 'phones', new SkipCounter());
  expect(row?.devices?.map(({ userAgent }) => userAgent)).toEqual(['sip', 'sip', 'fxs_phone', 'linkusmobile']);
});
