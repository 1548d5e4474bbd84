import { expect, test } from 'vitest';
import type { Account } from '../../../../src/drivers/driver.ts';
import { legacyBench, rootAccount } from '../bench.ts';

const dayMs = 86_400_000;
const monitor = { kind: 'password', username: 'monitor@pbx.example.org', password: 'wrong' } as const;

test.each<[string, Account, string]>([
  ['a wrong password', monitor, 'user name or password refused'],
  ['an unknown user', { ...monitor, username: '7@pbx.example.org' }, 'user name or password refused'],
  [
    'a user without domain',
    { ...monitor, username: 'monitor' },
    'user name or password refused (the user name is user@domain, or root)',
  ],
])('%s is refused and suspends the logins', async (_case, account, detail) => {
  const { bench, simulator } = await legacyBench({ target: { account } });
  const record = await bench.poll();
  expect(record.lastRound).toMatchObject({ reason: 'bad_credentials', detail });
  expect(record.suspendedUntilWall).toBeGreaterThan(0);
  expect(simulator.ledger.loginsRefused).toBe(1);
});

test('a 401 that is an outage of the console is told apart from bad credentials and is over when the console is back', async () => {
  const { bench, simulator } = await legacyBench();
  simulator.switches.console = 'offline';
  const during = await bench.rounds(20);
  expect(during.lastRound?.reason).toBe('service_unavailable');
  expect(during.suspendedUntilWall).toBe(0);
  expect(simulator.ledger.loginsRefusedByReason['console-down']).toBeLessThan(7);
  simulator.switches.console = 'connected';
  expect((await bench.rounds(10)).up).toBe(true);
});

test.each([
  ['a table that somebody else asked for', 'user|name|state\n1001|Ada|ONHOOK\n+OK'],
  ['a refusal of the console', '-ERR out of memory'],
  ['nothing at all', ''],
])('a 401 whose reason is %s is no refusal: nothing is suspended', async (_case, consoleReply) => {
  const { bench, simulator } = await legacyBench();
  simulator.switches.consoleReply = consoleReply;
  const during = await bench.rounds(20);
  expect(during).toMatchObject({ up: false, lastRound: { reason: 'service_unavailable' }, suspendedUntilWall: 0 });
  expect(JSON.stringify(during.lastRound)).not.toContain('Ada');
  expect(simulator.ledger.requestsOf('login')).toBeLessThan(7);
  simulator.switches.consoleReply = undefined;
  expect((await bench.rounds(10)).up).toBe(true);
});

test('a console that refuses while the session lives costs its collectors, and no login', async () => {
  const { bench, simulator } = await legacyBench();
  await bench.poll();
  const body = '{"status":"error","info":"user|name|state\\n1001|Ada|ONHOOK"}';
  await simulator.faults.set({ kind: 'status', status: 401, body }, { call: 'accounts' });
  const record = await bench.rounds(5);
  expect(record.collectors).toMatchObject({
    peers: { success: false, reason: 'service_unavailable' },
    trunks: { success: true },
  });
  expect(simulator.ledger.loginsGood).toBe(1);
});

test('a user without a role is forbidden everything: one login, not one in every round', async () => {
  const { bench, simulator } = await legacyBench();
  for (const user of simulator.switches.users) user.role = '';
  const record = await bench.rounds(20);
  expect(record.collectors.peers).toMatchObject({ success: false, reason: 'forbidden' });
  expect(record.collectors.peers?.detail).toContain('role');
  expect(simulator.ledger.loginsGood).toBe(1);
});

test('root logs in without the console; what needs the console fails, the rest does not', async () => {
  const { bench, simulator } = await legacyBench({
    target: { account: rootAccount, options: { domain: 'pbx.example.org' } },
  });
  simulator.switches.console = 'offline';
  const { collectors } = await bench.poll();
  expect(simulator.ledger.loginsGood).toBe(1);
  expect(collectors.peers).toMatchObject({ success: false, reason: 'service_unavailable' });
  expect(collectors.trunks).toMatchObject({ success: false, reason: 'service_unavailable' });
  expect(collectors.system).toMatchObject({ success: false, detail: 'the engine has no connection to its console' });
});

test('the 301 of a second factor is no redirect: nothing is followed, the logins are suspended', async () => {
  const { bench, simulator } = await legacyBench({ target: { account: rootAccount } });
  simulator.switches.secondFactor = true;
  const record = await bench.rounds(10);
  expect(record.counters.roundFailures).toMatchObject({ two_factor_required: 1, suspended: 9 });
  expect(simulator.ledger.requests).toEqual({ whoami: 1, login: 1 });
});

test('a login that redirects elsewhere is a redirect', async () => {
  const { bench, simulator } = await legacyBench();
  await simulator.faults.set({ kind: 'redirect', to: 'https://other.example.org/', status: 301 }, { call: 'login' });
  expect((await bench.poll()).lastRound?.reason).toBe('redirect');
});

test.each(['3.6', '3.7', '3.11'] as const)(
  'engine %s: an expired token costs one login, whatever the status that says so',
  async (release) => {
    const { bench, simulator, clock } = await legacyBench({ pbx: { release } });
    await simulator.faults.set(
      { kind: 'altered-body', alter: (body) => body.replace(/"expires":\d+/, '"expires":4102444800000') },
      { call: 'login', times: 1 },
    );
    await bench.poll();
    clock.advance(101 * dayMs);
    const record = await bench.poll();
    expect(record.up).toBe(true);
    expect(record.counters.requests['whoami']).toMatchObject({ session_lost: 2 });
    expect(simulator.ledger.loginsGood).toBe(2);
  },
);

test('a token is replaced when its time is over, before the engine refuses it', async () => {
  const { bench, simulator, clock } = await legacyBench();
  await bench.rounds(3);
  clock.advance(96 * dayMs);
  const record = await bench.rounds(3);
  expect(record.up).toBe(true);
  expect(simulator.ledger.loginsGood).toBe(2);
  expect(Object.values(record.counters.requests).some((results) => 'session_lost' in results)).toBe(false);
});

test.each(['"expires":"soon"', '"expires":1', '"expires":null'])(
  '%s leads to no login in every round',
  async (expires) => {
    const { bench, simulator } = await legacyBench();
    await simulator.faults.set(
      { kind: 'altered-body', alter: (body) => body.replace(/"expires":\d+/, expires) },
      { call: 'login' },
    );
    expect((await bench.rounds(20)).up).toBe(true);
    expect(simulator.ledger.loginsGood).toBe(1);
  },
);

test('the lifetime is counted by the clock of the engine, however wrong it is', async () => {
  const { bench, simulator } = await legacyBench({ pbx: { release: '3.2' }, target: { intervalMs: dayMs } });
  simulator.switches.clockAheadMs = 400 * dayMs;
  await bench.rounds(7);
  expect(simulator.ledger.loginsGood).toBe(1);
  const record = await bench.rounds(1);
  expect(simulator.ledger.loginsGood).toBe(2);
  expect(record.counters.requests['whoami']).toEqual({ ok: 9 });
});

test('a session that ends between any two requests costs one login and no round', async () => {
  const { bench, simulator } = await legacyBench({
    target: { collect: ['peers', 'trunks', 'calls', 'queues', 'system'] },
  });
  await bench.poll();
  const first = simulator.ledger.requestsTotal;
  await bench.rounds(1);
  const perRound = simulator.ledger.requestsTotal - first;
  for (let position = 0; position < perRound; position += 1) {
    const before = simulator.ledger.loginsGood;
    let seen = 0;
    const endAt = (): boolean => {
      if (seen === position) simulator.endSessions();
      seen += 1;
      return false;
    };
    await simulator.faults.set({ kind: 'close' }, { matches: endAt });
    const record = await bench.rounds(1);
    await simulator.faults.clear();
    expect(record.collectors).toEqual({
      peers: { success: true },
      trunks: { success: true },
      calls: { success: true },
      queues: { success: true },
      system: { success: true },
    });
    expect(simulator.ledger.loginsGood - before).toBe(1);
  }
});

test('a stop logs out', async () => {
  const { bench, simulator } = await legacyBench();
  await bench.rounds(2);
  await bench.target.stop();
  expect(simulator.ledger.sessionsEnded.logout).toBe(1);
  expect(simulator.ledger.sessionsLive).toBe(0);
});

test('a domain token needs no login, has no key and is never logged out', async () => {
  const { bench, simulator } = await legacyBench({ pbx: { staticToken: true } });
  expect((await bench.rounds(10)).up).toBe(true);
  await bench.target.stop();
  expect(simulator.ledger.requestsOf('login') + simulator.ledger.requestsOf('logout')).toBe(0);
});

test('a domain token that is disabled needs a person: no storm, and it works again once enabled', async () => {
  const { bench, simulator } = await legacyBench({ pbx: { staticToken: true } });
  await bench.poll();
  simulator.switches.domainToken.enabled = false;
  const during = await bench.rounds(20);
  expect(during).toMatchObject({ up: false, counters: { roundFailures: { bad_credentials: 2 } } });
  expect(during.counters.roundFailures.suspended).toBeGreaterThan(10);
  simulator.switches.domainToken.enabled = true;
  expect((await bench.rounds(60)).up).toBe(true);
});
