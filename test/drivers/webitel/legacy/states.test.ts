import { describe, expect, test } from 'vitest';
import { SkipCounter } from '../../../../src/drivers/kit/collectors.ts';
import { readAccounts } from '../../../../src/drivers/webitel/legacy/peers.ts';
import { readGateways } from '../../../../src/drivers/webitel/legacy/trunks.ts';
import { readAgents, readQueueNames, readWaitingCallers } from '../../../../src/drivers/webitel/legacy/queues.ts';
import { Failure } from '../../../../src/transport/failure.ts';

function failureOf(work: () => unknown): Failure {
  try {
    work();
  } catch (thrown) {
    if (thrown instanceof Failure) return thrown;
    throw thrown;
  }
  throw new Error('no failure was thrown');
}

/** A table of the console in place of another response, as seen when the replies are shifted by one. */
const shifted = { undefined: { 'Gateway\tDomain\tData\tState': 'external::itsp-a\tpbx.example.org\tsip:x\tREGED' } };

/** `state` is the registration of the device, SIP or WebRTC (docs.webitel.com, accounts). */
describe('an account', () => {
  const account = (fields: object) => {
    const skipped = new SkipCounter();
    const payload = { '1001': { id: '1001', domain: 'pbx.example.org', online: false, ...fields } };
    return { peers: readAccounts(payload, 'pbx.example.org', skipped), skipped: skipped.counts() };
  };

  test.each([
    ['ONHOOK', { state: 'reachable', registered: true, inCall: false }],
    ['ISBUSY', { state: 'reachable', registered: true, inCall: true }],
    ['NONREG', { state: 'unregistered', registered: false }],
    ['nonreg', { state: 'unregistered', registered: false }],
    [' onhook ', { state: 'reachable', registered: true, inCall: false }],
    ['', { state: 'unknown' }],
  ])('with state %j', (state, expected) => {
    expect(account({ state })).toStrictEqual({ peers: [{ id: '1001', ...expected }], skipped: {} });
  });

  test.each(['DND', 'constructor', '__proto__', 'ONHOOK?'])('with state %j is unknown, and counted', (state) => {
    expect(account({ state })).toStrictEqual({
      peers: [{ id: '1001', state: 'unknown' }],
      skipped: { unknown_state: 1 },
    });
  });

  test('whether its web client is connected, and why its user is away, say nothing about the phone', () => {
    const away = { online: true, status: 'DND', cc_logged: true };
    expect(account({ ...away, state: 'NONREG' }).peers).toMatchObject([{ state: 'unregistered' }]);
    expect(account({ ...away, online: false, state: 'ONHOOK' }).peers).toMatchObject([{ state: 'reachable' }]);
  });

  test('has a name for people, percent-encoded', () => {
    expect(account({ state: 'NONREG', name: 'Bob%20B ' }).peers).toMatchObject([{ name: 'Bob B' }]);
    expect(account({ state: 'NONREG', name: '100%' }).peers).toMatchObject([{ name: '100%' }]);
    expect(account({ state: 'NONREG', name: ' ' }).peers[0]).not.toHaveProperty('name');
  });

  test('ids are texts, and have to be the key', () => {
    const skipped = new SkipCounter();
    const payload = {
      '0077': { id: '0077', state: 'ONHOOK' },
      '78': { id: 78, state: 'ONHOOK' },
      '79': { id: '80', state: 'ONHOOK' },
      '81': { state: 'ONHOOK' },
    };
    expect(
      readAccounts(payload, undefined, skipped)
        .map(({ id }) => id)
        .toSorted(),
    ).toEqual(['0077', '78']);
    expect(skipped.counts()).toEqual({ malformed: 2 });
  });

  test('without state is unknown, as long as the answer can only be a list of accounts', () => {
    const skipped = new SkipCounter();
    const payload = {
      '1001': { id: '1001', state: 'ONHOOK' },
      '1002': { id: '1002', name: 'Bob' },
      '1003': { id: '1003', state: null },
    };
    expect(readAccounts(payload, undefined, skipped)).toStrictEqual([
      { id: '1001', state: 'reachable', registered: true, inCall: false },
      { id: '1002', name: 'Bob', state: 'unknown' },
      { id: '1003', state: 'unknown' },
    ]);
    expect(skipped.counts()).toEqual({});
  });

  test.each([
    ['no row has a state', { '1001': { id: '1001' }, '1002': { id: '1002' } }],
    ['an id is not its key', { '1001': { id: '1001', state: 'ONHOOK' }, '1002': { id: '1003' } }],
    ['a row has no id', { '1001': { id: '1001', state: 'ONHOOK' }, '1002': { name: 'x' } }],
    ['a row is none', { '1001': { id: '1001', state: 'ONHOOK' }, '1002': null, '1003': { id: '1003' } }],
  ])('without state is another table where %s', (_case, payload) => {
    expect(failureOf(() => readAccounts(payload, undefined, new SkipCounter())).reason).toBe('protocol');
  });

  test('no accounts are no peers; something else is a failure, and so are those of another domain', () => {
    expect(readAccounts({}, 'pbx.example.org', new SkipCounter())).toEqual([]);
    for (const payload of [shifted, [], null, 'x'])
      expect(failureOf(() => readAccounts(payload, undefined, new SkipCounter()))).toMatchObject({
        reason: 'protocol',
        message: expect.stringContaining('something other than its accounts'),
      });
    const row = (domain: unknown) => ({ '1001': { id: '1001', state: 'ONHOOK', domain } });
    const read = (domain: unknown) => readAccounts(row(domain), 'pbx.example.org', new SkipCounter());
    expect(failureOf(() => read('other.example.org')).message).toContain('another domain');
    for (const domain of ['PBX.example.org ', '', undefined]) expect(read(domain)).toHaveLength(1);
  });
});

/** Names of FreeSWITCH gateway states (mod_sofia), and `DOWN` for a gateway that is not attached. */
describe('a gateway', () => {
  const gateway = (fields: object) => {
    const skipped = new SkipCounter();
    const row = { Gateway: 'external::itsp-a', Domain: '', Data: 'sip:380@sip.example.net', ...fields };
    return { trunks: readGateways([row], {}, skipped), skipped: skipped.counts() };
  };

  test.each([
    ['REGED', { state: 'registered', registered: true }],
    ['TRYING', { state: 'registering', registered: false }],
    ['REGISTER', { state: 'registering', registered: false }],
    ['UNREGED', { state: 'unregistered', registered: false }],
    ['UNREGISTER', { state: 'unregistered', registered: false }],
    ['EXPIRED', { state: 'unregistered', registered: false }],
    ['FAILED', { state: 'failed', registered: false }],
    ['FAIL_WAIT', { state: 'failed', registered: false }],
    ['TIMEOUT', { state: 'failed', registered: false }],
    // Configured not to register, and in service.
    ['NOREG', { state: 'unmonitored' }],
    // Not attached; this may be intended by the admin.
    ['DOWN', { state: 'unregistered', registered: false }],
  ])('with State %s', (State, expected) => {
    expect(gateway({ State })).toStrictEqual({
      trunks: [{ id: 'itsp-a', kind: 'external', host: 'sip.example.net', rawState: State, ...expected }],
      skipped: {},
    });
  });

  test.each([
    ['FAILED (retry: 21s)', 'failed', 'FAILED'],
    ['TRYING (retry: NEVER)', 'registering', 'TRYING'],
    ['FAILED(retry: 21s)', 'failed', 'FAILED'],
    [' reged ', 'registered', 'REGED'],
  ])('with State %j, whose first word counts', (State, state, rawState) => {
    expect(gateway({ State }).trunks).toMatchObject([{ state, rawState }]);
  });

  test('with a State that is empty is unknown; with a word that is not known it is counted, too', () => {
    const row = { id: 'itsp-a', kind: 'external', host: 'sip.example.net', state: 'unknown' };
    expect(gateway({ State: '' })).toStrictEqual({ trunks: [row], skipped: {} });
    expect(gateway({ State: 'SLEEPY' })).toStrictEqual({
      trunks: [{ ...row, rawState: 'SLEEPY' }],
      skipped: { unknown_state: 1 },
    });
    expect(gateway({ State: '__proto__' }).trunks).toMatchObject([{ state: 'unknown' }]);
  });

  test('that is parked is what the configuration says', () => {
    const row = { Gateway: 'itsp-a', Domain: '', Data: '', State: 'DOWN' };
    expect(readGateways([row], { parked: 'disabled' }, new SkipCounter())).toStrictEqual([
      { id: 'itsp-a', rawState: 'DOWN', state: 'disabled' },
    ]);
  });

  test('bears one name, whether it is attached to a profile or not', () => {
    const up = gateway({ State: 'REGED' }).trunks[0];
    const down = gateway({ Gateway: 'itsp-a', State: 'DOWN' }).trunks[0];
    expect([up?.id, down?.id]).toEqual(['itsp-a', 'itsp-a']);
    expect(down).not.toHaveProperty('kind');
    expect(gateway({ Gateway: 'nonreg::a::b', State: 'NOREG' }).trunks).toMatchObject([{ id: 'b', kind: 'nonreg::a' }]);
    expect(gateway({ Data: '', State: 'DOWN' }).trunks[0]).not.toHaveProperty('host');
  });

  test('without name is malformed, without State unknown, and costs no other row', () => {
    const skipped = new SkipCounter();
    const rows = [null, { State: 'REGED' }, { Gateway: 'x::', State: 'REGED' }, { Gateway: 'a' }];
    const good = { Gateway: 'b', State: 'NOREG' };
    expect(readGateways([...rows, good], {}, skipped)).toStrictEqual([
      { id: 'a', state: 'unknown' },
      { id: 'b', state: 'unmonitored', rawState: 'NOREG' },
    ]);
    expect(skipped.counts()).toEqual({ malformed: 3 });
  });

  test('none are no trunks; something else is a failure, and so are those of another domain', () => {
    expect(readGateways([], {}, new SkipCounter())).toEqual([]);
    for (const payload of [shifted, {}, null, [{ 'user|name|role': '1001|Ann|user' }], [{ Gateway: 'a' }]])
      expect(failureOf(() => readGateways(payload, {}, new SkipCounter()))).toMatchObject({
        reason: 'protocol',
        message: expect.stringContaining('something other than its gateways'),
      });
    const row = { Gateway: 'a', State: 'REGED', Domain: 'other.example.org' };
    expect(failureOf(() => readGateways([row], { domain: 'pbx.example.org' }, new SkipCounter())).message).toContain(
      'another domain',
    );
    expect(readGateways([{ ...row, Domain: '' }], { domain: 'pbx.example.org' }, new SkipCounter())).toHaveLength(1);
  });
});

/** mod_callcenter of FreeSWITCH: the status that the agent chose, and the agent's current activity. */
describe('agents of a queue', () => {
  test.each([
    ['Available', 'Waiting', 'available'],
    ['Available (On Demand)', 'Waiting', 'available'],
    ['Available', 'Receiving', 'ringing'],
    ['Available', 'In a queue call', 'in_call'],
    ['Available', 'Idle', 'unavailable'],
    ['On Break', 'Waiting', 'paused'],
    ['On Break', 'Receiving', 'paused'],
    ['On Break', 'In a queue call', 'in_call'],
    ['Logged Out', 'Waiting', 'unavailable'],
    ['Logged Out', 'In a queue call', 'in_call'],
  ])('%s, %s: %s', (status, state, expected) => {
    const skipped = new SkipCounter();
    expect(readAgents([{ status, state }], skipped)).toStrictEqual({ [expected]: 1 });
    expect(skipped.counts()).toEqual({});
  });

  test.each([
    ['Available', 'Dreaming'],
    ['Available', 'constructor'],
    ['On Holiday', 'Waiting'],
  ])('%s, %s: unknown, and counted', (status, state) => {
    const skipped = new SkipCounter();
    expect(readAgents([{ status, state }], skipped)).toStrictEqual({ unknown: 1 });
    expect(skipped.counts()).toEqual({ unknown_state: 1 });
  });

  test('something else than agents is a failure', () => {
    for (const payload of [null, {}, [null], [{ state: 'Waiting' }], [{ status: 'Available' }]])
      expect(failureOf(() => readAgents(payload, new SkipCounter())).reason).toBe('protocol');
  });
});

describe('callers of a queue', () => {
  test.each([
    ['Waiting', 1],
    ['Trying', 1],
    ['trying', 1],
    ['Answered', 0],
    ['Abandoned', 0],
  ])('%s: %i waits', (state, waiting) => {
    expect(readWaitingCallers([{ state }])).toBe(waiting);
  });

  test('something else than callers is a failure, never nobody', () => {
    for (const payload of [null, {}, [{}], [{ state: 'Waiting' }, { state: 7 }]])
      expect(failureOf(() => readWaitingCallers(payload)).reason).toBe('protocol');
  });
});

test('queues by name, without their domain; what cannot stand in a path is malformed', () => {
  const skipped = new SkipCounter();
  const rows = ['sales@pbx.example.org', 'a@b@pbx.example.org', 'sales', '.', '..', '', 7, null].map((name) => ({
    name,
  }));
  expect(readQueueNames(rows, skipped)).toEqual(['sales', 'a@b', '7']);
  expect(skipped.counts()).toEqual({ malformed: 4 });
  expect(readQueueNames([], new SkipCounter())).toEqual([]);
  expect(failureOf(() => readQueueNames([{}], new SkipCounter())).message).toContain('its queues');
});
