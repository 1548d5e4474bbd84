import { describe, expect, test } from 'vitest';
import type { PortsipFlow, PortsipSwitches } from '../../../src/simulator/portsip/settings.ts';
import { tenantDomain } from '../../../src/simulator/portsip/settings.ts';
import { setUp } from './support.ts';

const minute = 60_000;
/** One request per round, for tests with many rounds. */
const little = { collect: ['system'] } as const;
const loginPaths: Readonly<Record<PortsipFlow, string>> = {
  login: 'POST /login',
  sign_in: 'POST /auth/sign_in',
  oauth: 'POST /login/oauth/token',
  tokens: 'POST /tokens',
};

function loginRequests(requests: Readonly<Record<string, number>>): Record<string, number> {
  const names = [...Object.values(loginPaths), 'GET /login'];
  return Object.fromEntries(Object.entries(requests).filter(([name]) => names.includes(name)));
}

describe('login_flow: auto', () => {
  test.each<[string, Partial<PortsipSwitches>, Record<string, number>]>([
    ['the token in the answer to POST /login', { loginAnswer: 'body' }, { 'POST /login': 1 }],
    ['an empty answer with a cookie', { loginAnswer: 'cookie' }, { 'POST /login': 1, 'GET /login': 1 }],
    ['204 with a cookie', { loginAnswer: 'no-content' }, { 'POST /login': 1, 'GET /login': 1 }],
    [
      'an empty answer and no session behind it: the account was accepted, so the next way is safe',
      { loginAnswer: 'nothing' },
      { 'POST /login': 1, 'GET /login': 1, 'POST /auth/sign_in': 1 },
    ],
    [
      'no POST /login',
      { flows: new Set(['sign_in', 'oauth'] as const) },
      { 'POST /login': 1, 'POST /auth/sign_in': 1 },
    ],
    [
      'the OAuth form only',
      { flows: new Set(['oauth'] as const) },
      { 'POST /login': 1, 'POST /auth/sign_in': 1, 'POST /login/oauth/token': 1 },
    ],
    [
      '/tokens only, as in v16',
      { flows: new Set(['tokens'] as const), release: '16.4' },
      { 'POST /login': 1, 'POST /auth/sign_in': 1, 'POST /login/oauth/token': 1, 'POST /tokens': 1 },
    ],
  ])('%s', async (_name, switches, expected) => {
    const { bench, simulator } = await setUp({ switches });
    const record = await bench.poll();
    expect(record.up).toBe(true);
    expect(loginRequests(simulator.ledger.requests)).toEqual(expected);
    expect(simulator.ledger.loginsRefused).toBe(0);
    await bench.target.stop();
    expect(simulator.ledger.sessionsLive).toBe(0);
    expect(simulator.ledger.sessionsEnded.logout).toBe(1);
  });

  test('what worked is remembered: the next login goes straight there', async () => {
    const { bench, simulator } = await setUp({ switches: { flows: new Set(['oauth']) } });
    await bench.poll();
    simulator.endSessions();
    await bench.rounds(1);
    expect(simulator.ledger.loginsGood).toBe(2);
    expect(loginRequests(simulator.ledger.requests)).toMatchObject({ 'POST /login': 1, 'POST /auth/sign_in': 1 });
  });

  test('after an upgrade that takes the remembered way away, the others are tried', async () => {
    const { bench, simulator } = await setUp({ switches: { release: '16.4', flows: new Set(['tokens']) } });
    await bench.poll();
    simulator.endSessions();
    simulator.switches.flows = new Set(['sign_in']);
    const record = await bench.rounds(1);
    expect(record.up).toBe(true);
    expect(simulator.ledger.loginsRefused).toBe(0);
  });

  test('a PBX with none of the ways is a wrong url, and nothing was counted as a failed login', async () => {
    const { bench, simulator } = await setUp({ switches: { flows: new Set() } });
    const record = await bench.poll();
    expect(record.lastRound?.reason).toBe('config');
    expect(simulator.ledger.loginsRefused).toBe(0);
  });

  test('a refusal is the end: no other way is tried with the same wrong password', async () => {
    const { bench, simulator } = await setUp(
      {},
      { account: { kind: 'password', username: 'metrics', password: 'wrong' } },
    );
    const record = await bench.poll();
    expect(record.lastRound?.reason).toBe('bad_credentials');
    expect(simulator.ledger.requestsTotal).toBe(1);
    expect(simulator.ledger.loginsRefusedByReason).toEqual({ 'wrong-password': 1 });
  });

  test('an unknown domain is told from a path that does not exist', async () => {
    const { bench, simulator } = await setUp({}, { options: { domain: 'elsewhere.example.net' } });
    const record = await bench.poll();
    expect(record.lastRound).toMatchObject({ reason: 'config', detail: expect.stringContaining('domain') });
    expect(simulator.ledger.requestsTotal).toBe(1);
    expect(record.suspendedUntilWall).toBeGreaterThan(0);
  });
});

test.each<PortsipFlow>(['login', 'sign_in', 'oauth', 'tokens'])('login_flow: %s asks nothing else', async (flow) => {
  const all = new Set<PortsipFlow>(['login', 'sign_in', 'oauth', 'tokens']);
  const options = { domain: tenantDomain, login_flow: flow };
  const { bench, simulator } = await setUp({ switches: { flows: all } }, { options });
  expect((await bench.poll()).up).toBe(true);
  expect(loginRequests(simulator.ledger.requests)).toEqual({ [loginPaths[flow]]: 1 });
  await bench.target.stop();
  expect(simulator.ledger).toMatchObject({ sessionsLive: 0, sessionsEnded: { logout: 1 } });
});

test('a second factor stops the login for an hour, whatever other ways there are', async () => {
  const { bench, simulator, clock } = await setUp(
    { switches: { flows: new Set(['sign_in', 'oauth']), twoFactor: true } },
    little,
  );
  const record = await bench.poll();
  expect(record.lastRound?.reason).toBe('two_factor_required');
  expect(record.suspendedUntilWall - clock.wallTime()).toBe(60 * minute);
  await bench.rounds(100);
  expect(simulator.ledger.requestsOf('POST /auth/sign_in')).toBe(1);
  expect(simulator.ledger.requestsOf('POST /login/oauth/token')).toBe(0);
});

test('from v22.6 on an administrator can have a second factor, too', async () => {
  const account = { kind: 'password', username: 'admin', password: 'made-up-admin-3' } as const;
  const { bench, simulator } = await setUp(
    { switches: { release: '22.3', twoFactor: true } },
    { account, options: {} },
  );
  expect((await bench.poll()).up).toBe(true);
  simulator.switches.release = '22.6';
  simulator.endSessions();
  const record = await bench.rounds(20);
  expect(record.up).toBe(false);
  expect(record.suspendedUntilWall).toBeGreaterThan(0);
  expect(simulator.ledger.requestsOf('POST /login')).toBe(2);
  expect(simulator.ledger.requestsOf('POST /auth/sign_in')).toBe(0);
});

test.each(['number', 'text'] as const)(
  'expires_in as %s decides, on our own clock: a wrong clock of the PBX does no harm',
  async (expiresIn) => {
    const { bench, simulator } = await setUp(
      { switches: { expiresIn, clockSkewSeconds: -86_400, tokenLifeSeconds: 600 } },
      little,
    );
    await bench.poll();
    await bench.rounds(15);
    expect(simulator.ledger.loginsGood).toBe(1);
    await bench.rounds(1);
    expect(simulator.ledger.loginsGood).toBe(2);
    expect(bench.target.record.counters.requests['tenant_status']).toEqual({ ok: 17 });
  },
);

test('without expires_in the token is taken to live half an hour', async () => {
  const { bench, simulator } = await setUp({ switches: { expiresIn: 'absent', clockSkewSeconds: 86_400 } }, little);
  await bench.poll();
  await bench.rounds(47);
  expect(simulator.ledger.loginsGood).toBe(1);
  await bench.rounds(1);
  expect(simulator.ledger.loginsGood).toBe(2);
});

test.each([
  ['sign_in', 'POST /auth/refresh_token'],
  ['oauth', 'POST /login/oauth/token'],
] as const)('%s renews without the password, each time with the newest refresh token', async (flow, path) => {
  const { bench, simulator } = await setUp({ switches: { flows: new Set([flow]) } }, little);
  await bench.poll();
  const before = simulator.ledger.requestsOf(path);
  const record = await bench.rounds(48 * 4);
  expect(record.up).toBe(true);
  expect(simulator.ledger.loginsGood).toBe(1);
  expect(simulator.ledger.requestsOf(path) - before).toBe(4);
  expect(simulator.ledger.sessionsPeak).toBe(1);
});

test('a refresh token that is no longer good costs one login', async () => {
  const { bench, simulator } = await setUp({ switches: { flows: new Set(['sign_in']) } }, little);
  await bench.poll();
  simulator.endSessions();
  const record = await bench.rounds(48);
  expect(record.up).toBe(true);
  expect(simulator.ledger.loginsGood).toBe(2);
});

test('where a login cannot be renewed, the old session is ended once the next one is there', async () => {
  const { bench, simulator } = await setUp({ switches: { release: '22.0' } }, little);
  await bench.poll();
  await bench.rounds(48 * 3);
  expect(simulator.ledger.loginsGood).toBe(4);
  expect(simulator.ledger.sessionsPeak).toBe(2);
  expect(simulator.ledger.sessionsEnded).toEqual({ logout: 3, expired: 0, revoked: 0 });
  await bench.target.stop();
  expect(simulator.ledger.sessionsLive).toBe(0);
});

test('a gateway that is down when a new login is due costs nothing while the old session lives', async () => {
  const { bench, simulator } = await setUp({ switches: { release: '22.0' } }, little);
  await bench.poll();
  await simulator.faults.set({ kind: 'html', status: 502 }, { call: 'POST /login' });
  for (let round = 1; round < 60; round += 1) expect((await bench.rounds(1)).up).toBe(true);
  expect(simulator.ledger.requestsOf('POST /login')).toBeLessThanOrEqual(6);
  expect((await bench.rounds(1)).lastRound?.reason).toBe('service_unavailable');
  await simulator.faults.clear();
  expect((await bench.rounds(10)).up).toBe(true);
  expect(simulator.ledger.loginsGood).toBe(2);
});

test('the header of v12 is never sent, and the url works with /api and without', async () => {
  const first = await setUp();
  const url = await first.simulator.start();
  expect(url.pathname).toBe('/api');
  expect((await first.bench.poll()).up).toBe(true);
  const second = await setUp();
  const root = new URL('/', await second.simulator.start());
  const third = await setUp({}, { url: root });
  expect(third.simulator.ledger.requestsTotal).toBe(0);
  expect((await third.bench.poll()).up).toBe(true);
  expect(second.simulator.ledger.loginsGood).toBe(1);
});
