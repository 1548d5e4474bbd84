import { expect, test } from 'vitest';
import type { SimulatorRequest } from '../../../../src/simulator/kit/request.ts';
import type { ModernSwitches } from '../../../../src/simulator/webitel/settings.ts';
import { everything, modernBench } from '../bench.ts';

const hourMs = 3_600_000;
const account = {
  kind: 'password',
  username: 'monitor@pbx.example.org',
  password: 'made-up-monitor-password',
} as const;

test('a token is replaced once when its time is over, before Webitel refuses it', async () => {
  const { bench, simulator } = await modernBench({ target: { intervalMs: 24 * hourMs } });
  await bench.rounds(7);
  expect(simulator.ledger.loginsGood).toBe(1);
  const record = await bench.rounds(1);
  expect(simulator.ledger.loginsGood).toBe(2);
  expect(record.counters.requests['user_info']).toEqual({ ok: 9 });
  await bench.target.stop();
  expect(simulator.ledger.sessionsLive).toBe(0);
});

test('without a told lifetime a token counts as good for an hour', async () => {
  const { bench, simulator } = await modernBench({ target: { intervalMs: hourMs } });
  simulator.switches.hideLifetime = true;
  await bench.rounds(4);
  expect(simulator.ledger.loginsGood).toBe(4);
});

test('the token may lie below "authorization", and the domain may go apart', async () => {
  const { bench, simulator } = await modernBench({
    target: { account: { ...account, username: 'monitor' }, options: { domain: 'pbx.example.org' } },
  });
  simulator.switches.wrapAuthorization = true;
  expect((await bench.poll()).up).toBe(true);
});

test.each<[string, (switches: ModernSwitches) => void, string, string]>([
  ['a second factor', (switches) => (switches.secondFactor = true), 'two_factor_required', 'use a user access token'],
  ['an expired password', (switches) => (switches.password = 'expired'), 'bad_credentials', 'set a new one'],
  ['a password to be changed', (switches) => (switches.password = 'must-change'), 'bad_credentials', 'set a new one'],
])('%s suspends the logins', async (_case, change, reason, hint) => {
  const { bench, simulator } = await modernBench();
  change(simulator.switches);
  const record = await bench.rounds(2);
  expect(record.counters.roundFailures).toMatchObject({ [reason]: 1, suspended: 1 });
  expect(record.lastRound).toMatchObject({ reason });
  expect(record.lastRound?.detail).toContain(hint);
  expect(simulator.ledger.requestsOf('login')).toBe(1);
});

test.each(['expired', 'none-left'] as const)(
  'a licence that is %s has its own words and is tried again',
  async (licence) => {
    const { bench, simulator } = await modernBench();
    simulator.switches.licence = licence;
    const record = await bench.rounds(20);
    expect(record.lastRound).toMatchObject({ reason: 'forbidden' });
    expect(record.lastRound?.detail).toContain('licence');
    expect(simulator.ledger.requestsOf('login')).toBeLessThan(7);
    simulator.switches.licence = 'good';
    expect((await bench.rounds(10)).up).toBe(true);
  },
);

test('ways to log in, offered with 300, are neither a login nor a redirect', async () => {
  const { bench, simulator } = await modernBench();
  await simulator.faults.set({ kind: 'status', status: 300, body: '{"providers":[]}' }, { call: 'login' });
  expect((await bench.poll()).lastRound?.reason).toBe('config');
});

test('a session that ends between any two requests costs one login and no round', async () => {
  const { bench, simulator } = await modernBench({ target: { collect: everything, options: { page_size: 3 } } });
  simulator.switches.wrappedErrors = true;
  await bench.poll();
  const before = simulator.ledger.requestsTotal;
  await bench.rounds(1);
  const perRound = simulator.ledger.requestsTotal - before;
  const loginsBefore = simulator.ledger.loginsGood;
  for (let position = 0; position < perRound; position += 1) {
    const logins = simulator.ledger.loginsGood;
    let seen = 0;
    const endAt = (): boolean => {
      if (seen === position) simulator.endSessions();
      seen += 1;
      return false;
    };
    await simulator.faults.set({ kind: 'close' }, { matches: endAt });
    const record = await bench.rounds(1);
    await simulator.faults.clear();
    expect(Object.values(record.collectors).every(({ success }) => success)).toBe(true);
    expect(simulator.ledger.loginsGood - logins).toBeLessThanOrEqual(1);
  }
  // The last request is about rights, so the driver logs in again only in the next round.
  await bench.rounds(1);
  expect(simulator.ledger.loginsGood - loginsBefore).toBe(perRound);
});

test('a static token needs no login and is never logged out', async () => {
  const { bench, simulator } = await modernBench({ pbx: { staticToken: true } });
  expect((await bench.rounds(10)).up).toBe(true);
  await bench.target.stop();
  expect(simulator.ledger.requestsOf('login') + simulator.ledger.requestsOf('logout')).toBe(0);
});

test('a static token that was deleted needs a person: no storm', async () => {
  const { bench, simulator } = await modernBench({ pbx: { staticToken: true } });
  await bench.poll();
  const [token] = simulator.switches.accessTokens;
  if (token !== undefined) token.enabled = false;
  const record = await bench.rounds(20);
  expect(record).toMatchObject({ up: false, lastRound: { reason: 'bad_credentials' } });
  expect(record.counters.roundFailures.suspended).toBeGreaterThan(10);
});

test('a missing right fails its collector only', async () => {
  const { bench, simulator } = await modernBench();
  simulator.switches.denied.add('devices');
  const record = await bench.poll();
  expect(record.up).toBe(true);
  expect(record.collectors).toEqual({
    peers: { success: false, reason: 'forbidden', detail: 'the role of the account lacks the right to read devices' },
    trunks: { success: true },
    system: { success: true },
  });
});

test('rows that record-based access may hide make the list partial, unless the role reads all or the admin says so', async () => {
  const { bench, simulator } = await modernBench();
  simulator.switches.visibleRows.set('devices', 1);
  const record = await bench.poll();
  expect(record.collectors.peers).toMatchObject({ success: false, reason: 'forbidden' });
  expect(record.collectors.peers?.detail).toContain('can hide rows');
  expect(record.retained.peers?.value).toHaveLength(1);
  simulator.switches.readsAll = true;
  const whole = await bench.rounds(1);
  expect(whole.collectors.peers).toEqual({ success: true });
  expect(whole.retained.peers?.value).toHaveLength(4);
  const trusting = await modernBench({ target: { options: { record_access: 'ignore' } } });
  trusting.simulator.switches.visibleRows.set('devices', 2);
  expect((await trusting.bench.poll()).collectors.peers).toEqual({ success: true });
});

test('lists are read page by page to their end', async () => {
  const { bench, simulator } = await modernBench({ target: { options: { page_size: 2 } } });
  const record = await bench.poll();
  expect(record.retained.peers?.value.map(({ id }) => id)).toEqual(['1001', '1002', '1003', '0077']);
  expect(record.retained.trunks?.value).toHaveLength(7);
  expect(simulator.ledger.requestsOf('devices')).toBe(2);
  expect(simulator.ledger.requestsOf('sip gateways')).toBe(4);
});

test.each(['missing', 'broken'] as const)(
  'GET /userinfo that is %s costs nothing but what it would have told',
  async (userInfo) => {
    for (const staticToken of [false, true]) {
      const { bench, simulator } = await modernBench({ pbx: { staticToken }, target: { collect: everything } });
      simulator.switches.userInfo = userInfo;
      const record = await bench.rounds(20);
      expect(Object.values(record.collectors).every(({ success }) => success)).toBe(true);
      expect(record).toMatchObject({ up: true, retained: { system: { value: { model: 'modern' } } } });
      expect(simulator.ledger.loginsGood).toBe(staticToken ? 0 : 1);
    }
  },
);

test('where nothing but the system is read, /userinfo is what tells that it works', async () => {
  const { bench, simulator } = await modernBench({ target: { collect: ['system'] } });
  expect((await bench.poll()).up).toBe(true);
  simulator.switches.userInfo = 'broken';
  expect(await bench.rounds(1)).toMatchObject({ up: false, collectors: { system: { reason: 'service_unavailable' } } });
  simulator.switches.userInfo = 'good';
  simulator.endSessions();
  expect((await bench.rounds(3)).up).toBe(true);
});

test('rights that were told once are not forgotten because /userinfo fails', async () => {
  const { bench, simulator } = await modernBench();
  simulator.switches.visibleRows.set('devices', 1);
  await bench.poll();
  simulator.switches.userInfo = 'broken';
  expect((await bench.rounds(1)).collectors.peers).toMatchObject({ success: false, reason: 'forbidden' });
});

test('nobody asks for rights that change nothing', async () => {
  const { bench, simulator } = await modernBench({
    target: { options: { flavor: 'modern', record_access: 'ignore' } },
  });
  await bench.rounds(2);
  expect(simulator.ledger.requestsOf('userinfo')).toBe(0);
});

test('a list that keeps answering 401 while the session serves others costs its collector, and no login', async () => {
  const { bench, simulator } = await modernBench();
  await bench.poll();
  simulator.switches.refusedLists.add('gateways');
  const record = await bench.rounds(40);
  expect(record.collectors).toMatchObject({
    peers: { success: true },
    trunks: { success: false, reason: 'forbidden' },
    system: { success: true },
  });
  expect(record).toMatchObject({ up: true, suspendedUntilWall: 0 });
  expect(simulator.ledger).toMatchObject({ loginsGood: 1, sessionsLive: 1 });
  simulator.switches.refusedLists.clear();
  expect((await bench.rounds(1)).collectors.trunks).toEqual({ success: true });
});

test('a list that was refused from the first round on does the same', async () => {
  const { bench, simulator } = await modernBench();
  simulator.switches.refusedLists.add('devices');
  const record = await bench.rounds(10);
  expect(record).toMatchObject({ up: true, collectors: { peers: { reason: 'forbidden' }, trunks: { success: true } } });
  expect(simulator.ledger.loginsGood).toBe(1);
});

test('where nobody can say whether the session lives, it is given up, and logged out of', async () => {
  const { bench, simulator } = await modernBench();
  await bench.poll();
  simulator.switches.refusedLists.add('gateways');
  simulator.switches.userInfo = 'broken';
  const record = await bench.rounds(40);
  expect(record).toMatchObject({ up: true, collectors: { peers: { success: true }, trunks: { reason: 'forbidden' } } });
  expect(simulator.ledger.loginsGood).toBe(2);
  expect(simulator.ledger).toMatchObject({ sessionsLive: 1, sessionsPeak: 1 });
});

test('a list that repeats itself or never ends is no list', async () => {
  const { bench, simulator } = await modernBench();
  await simulator.faults.set(
    { kind: 'altered-body', alter: (body) => body.replace('{', '{"next":true,') },
    { call: 'devices' },
  );
  const { collectors } = await bench.poll();
  expect(collectors.peers).toMatchObject({
    success: false,
    reason: 'protocol',
    detail: 'the next page of the list contained nothing new',
  });
  expect(simulator.ledger.requestsOf('devices')).toBe(2);
});

test('a row that moves to the next page while the list is read is one row', async () => {
  const { bench, simulator } = await modernBench({ target: { options: { page_size: 3 } } });
  const second = '{"page":2,"items":[{"id":"14","account":"0077"},{"id":"13","account":"1003"}]}';
  await simulator.faults.set({ kind: 'status', status: 200, body: second }, { call: 'devices', after: 1 });
  const record = await bench.poll();
  expect(record.retained.peers?.value.map(({ id }) => id)).toEqual(['1001', '1002', '1003', '0077']);
  expect(record.counters.rowsSkipped).toEqual({});
});

test('rows of equal names do not fall between two pages', async () => {
  const { bench, simulator } = await modernBench({ target: { options: { page_size: 2 } } });
  for (const trunk of simulator.world.trunks) trunk.name = 'itsp';
  const record = await bench.poll();
  expect(record.retained.trunks?.value.map(({ id }) => id)).toEqual(['3', '4', '5', '6', '7', '8', '9']);
});

test('null for what is false, 0 or empty is read as such', async () => {
  const { bench, simulator } = await modernBench({ target: { collect: everything } });
  simulator.switches.nulls = true;
  simulator.world.calls.splice(0);
  const record = await bench.poll();
  expect(Object.values(record.collectors).every(({ success }) => success)).toBe(true);
  expect(record.retained.peers?.value.map(({ state }) => state)).not.toContain('unknown');
  expect(record.retained.calls?.value).toEqual({ all: 0 });
  expect(record.counters.rowsSkipped).toEqual({});
});

test('calls in progress are counted without their second legs, which are not even sent', async () => {
  const { bench, simulator } = await modernBench({ target: { collect: ['calls'] } });
  const bodies: string[] = [];
  await simulator.faults.set(
    { kind: 'altered-body', alter: (body) => (bodies.push(body), body) },
    { call: 'active calls' },
  );
  expect((await bench.poll()).retained.calls?.value).toEqual({ all: 2 });
  expect(bodies.join('')).not.toContain('parent_id');
});

test('an error of the engine in JSON is its own trouble', async () => {
  const { bench, simulator } = await modernBench();
  const body = '{"id":"app.process.error","code":500,"status":"Internal"}';
  await simulator.faults.set({ kind: 'status', status: 500, body }, { call: 'devices' });
  expect((await bench.poll()).collectors.peers).toMatchObject({ success: false, reason: 'service_unavailable' });
});

test('every list names its columns, and none of them is a password', async () => {
  const { bench, simulator } = await modernBench({ target: { collect: everything } });
  const seen: SimulatorRequest[] = [];
  await simulator.faults.set({ kind: 'close' }, { matches: (request) => seen.push(request) < 0 });
  await bench.rounds(2);
  const lists = seen.filter(({ call }) => !['userinfo', 'login', 'licences', 'other path'].includes(call));
  expect(lists).toHaveLength(8);
  for (const { query } of lists) expect(query.getAll('fields')).not.toContain('password');
  // The list of calls ignores the requested columns; it contains no secrets.
  for (const { query, call } of lists) expect(query.getAll('fields').length > 1).toBe(call !== 'active calls');
  expect(seen.every(({ rawTarget }) => !/token|password/i.test(rawTarget))).toBe(true);
  expect(await bench.page()).not.toMatch(/made-up|roundtrip/);
  expect(simulator.ledger.requestsInFlightPeak).toBeLessThanOrEqual(2);
});

test('420 is the second way to say that there are too many requests', async () => {
  const { bench, simulator } = await modernBench();
  await simulator.faults.set({ kind: 'status', status: 420, body: '{}' }, { call: 'devices' });
  expect((await bench.poll()).collectors.peers).toMatchObject({ success: false, reason: 'rate_limited' });
});
