import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { createLegacySimulator, type LegacySimulator } from '../../../src/simulator/webitel/index.ts';
import type { EngineRelease } from '../../../src/simulator/webitel/settings.ts';
import { ask, type Answer } from '../ask.ts';
import { createHandClock, type HandClock } from '../hand-clock.ts';

const dayMs = 86_400_000;
const password = 'made-up-monitor-password';
let clock: HandClock;
let engine: LegacySimulator;
let base: string;

beforeEach(() => start('3.11'));

async function start(release: EngineRelease): Promise<void> {
  clock = createHandClock();
  const started = createLegacySimulator({ clock, release, peers: 6, trunks: 4 });
  engine = started;
  base = (await started.start()).href;
  onTestFinished(() => started.stop());
}

function login(fields: Readonly<Record<string, unknown>>, query = ''): Promise<Answer> {
  return ask(`${base}/login${query}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(fields),
  });
}

function json(answer: Answer): Record<string, unknown> {
  return JSON.parse(answer.text) as Record<string, unknown>;
}

async function headers(username = 'monitor@pbx.example.org', secret = password): Promise<Record<string, string>> {
  const { token, key } = json(await login({ username, password: secret })) as { token: string; key: string };
  return { 'x-access-token': token, 'x-key': key };
}

test('a login answers with key, token and an absolute end in milliseconds', async () => {
  const answer = await login({ username: 'monitor@pbx.example.org', password });
  expect(answer.status).toBe(200);
  expect(answer.headers).toMatchObject({ 'x-powered-by': 'Webitel', 'access-control-allow-origin': '*' });
  expect(answer.headers.etag).toBeDefined();
  expect(json(answer)).toMatchObject({
    domain: 'pbx.example.org',
    expires: clock.wallTime() + 100 * dayMs,
    role: -1,
    roleName: 'monitor',
  });
  expect(json(await login({ username: 'root', password: 'made-up-root-password' }))).not.toHaveProperty('domain');
});

test('how logins are refused', async () => {
  const refusals: [Promise<Answer>, number, object][] = [
    [login({}), 401, { status: 401, message: 'Invalid credentials' }],
    [
      ask(`${base}/login`, { method: 'POST', body: 'username=root' }),
      401,
      { status: 401, message: 'Invalid credentials' },
    ],
    [login({ username: 'root', password: 'x' }), 401, { status: 'error', info: 'secret incorrect' }],
    [login({ username: '7@d', password: 'x' }), 401, { status: 'error', info: '-ERR user [7@d] not found!\n' }],
  ];
  for (const [asked, status, body] of refusals) {
    const answer = await asked;
    expect(answer.status).toBe(status);
    expect(json(answer)).toEqual(body);
  }
  const broken = await ask(`${base}/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{',
  });
  expect(broken.status).toBe(400);
  engine.switches.console = 'offline';
  const down = await login({ username: 'monitor@pbx.example.org', password });
  expect([down.status, json(down)['info']]).toEqual([401, '-ERR: Console connect error']);
  expect((await login({ username: 'root', password: 'made-up-root-password' })).status).toBe(200);
});

test('the second factor is a 301 without Location, root only', async () => {
  engine.switches.secondFactor = true;
  const answer = await login({ username: 'root', password: 'made-up-root-password' });
  expect([answer.status, answer.headers.location, json(answer)['info']]).toEqual([301, undefined, 'Set security code']);
  const wrong = await login({ username: 'root', password: 'made-up-root-password' }, '?code=123456');
  expect([wrong.status, json(wrong)['info']]).toEqual([401, 'code incorrect']);
});

test.each<[EngineRelease, string, number]>([
  ['3.2', 'Invalid Token or Key', 400],
  ['3.6', 'Invalid token', 400],
  ['3.7', 'Invalid token', 401],
  ['3.11', 'Invalid token', 401],
])('engine %s: how tokens are refused', async (release, invalid, expiredStatus) => {
  await start(release);
  const path = `${base}/api/v2/whoami`;
  const none = await ask(path);
  expect([none.status, json(none)['info']]).toEqual([401, invalid]);
  const good = await headers();
  const withoutKey = await ask(path, { headers: { 'x-access-token': good['x-access-token'] ?? '' } });
  expect(json(withoutKey)['info']).toBe('Invalid Token or Key');
  const wrongKey = await ask(path, { headers: { ...good, 'x-key': 'nobody' } });
  expect(json(wrongKey)['info']).toBe('Invalid User');
  clock.advance(100 * dayMs);
  const expired = await ask(path, { headers: good });
  expect([expired.status, json(expired)['info']]).toEqual([expiredStatus, 'Token Expired']);
});

test('logout ends the session and says so', async () => {
  const good = await headers();
  const answer = await ask(`${base}/logout`, { method: 'POST', headers: good });
  expect(json(answer)).toEqual({ status: 'OK', info: 'Successful logout.' });
  expect((await ask(`${base}/logout`, { method: 'POST', headers: good })).status).toBe(401);
  expect(engine.ledger.sessionsLive).toBe(0);
});

test('a domain token works without a key, from 3.6 on, until it is disabled', async () => {
  const token = { 'x-access-token': engine.switches.domainToken.token };
  const answer = await ask(`${base}/api/v2/whoami`, { headers: token });
  expect(json(answer)).not.toHaveProperty('expires');
  engine.switches.domainToken.enabled = false;
  expect(json(await ask(`${base}/api/v2/whoami`, { headers: token }))['info']).toBe('Not found token');
  await start('3.2');
  expect((await ask(`${base}/api/v2/whoami`, { headers: token })).status).toBe(401);
});

test('accounts are an object by id, gateways a list; everybody but root gets the own domain', async () => {
  const monitor = await headers();
  const accounts = json(await ask(`${base}/api/v2/accounts?domain=other.example.net`, { headers: monitor }));
  expect(Object.keys(accounts['info'] as object)).toEqual(['1001', '1002', '1003', '1004', '1005', '1006']);
  const root = await headers('root', 'made-up-root-password');
  const without = await ask(`${base}/api/v2/accounts`, { headers: root });
  expect([without.status, json(without)['info']]).toEqual([400, 'Domain is require.']);
  const gateways = json(await ask(`${base}/api/v2/gateway`, { headers: root }))['info'] as object[];
  expect(gateways).toHaveLength(5);
  const plural = await ask(`${base}/api/v2/gateways`, { headers: root });
  expect([plural.status, json(plural)['info']]).toEqual([404, '/engine/api/v2/gateways not found.']);
});

test('rights: 403 without one, only the own account with "own"', async () => {
  engine.switches.roles['monitor'] = { account: ['ro'] };
  const monitor = await headers();
  const accounts = await ask(`${base}/api/v2/accounts`, { headers: monitor });
  expect(json(accounts)).toEqual({ status: 'OK', info: {} });
  const gateways = await ask(`${base}/api/v2/gateway`, { headers: monitor });
  expect([gateways.status, json(gateways)['info']]).toEqual([403, 'Permission denied!']);
});

test('after one lost reply the next answers belong to somebody else', async () => {
  const root = await headers('root', 'made-up-root-password');
  engine.switches.lostReplies = 1;
  const first = ask(`${base}/api/v2/accounts?domain=pbx.example.org`, { headers: root });
  while (engine.ledger.requestsOf('accounts') < 1) await ask(`${base}/api/v2/status`, { headers: root });
  const second = ask(`${base}/api/v2/gateway?domain=pbx.example.org`, { headers: root });
  const table = json(await first)['info'] as Record<string, object>;
  expect(Object.keys(table)).toEqual(['undefined']);
  expect(Object.keys(table['undefined'] ?? {})[0]).toBe('Gateway\tDomain\tData\tState');
  const status = json(await ask(`${base}/api/v2/status`, { headers: root }));
  expect(status['wConsole']).toMatchObject({ apiQueue: 1 });
  const third = ask(`${base}/api/v2/accounts?domain=pbx.example.org`, { headers: root });
  const rows = json(await second)['info'] as object[];
  expect(Object.keys(rows[0] ?? {})[0]).toMatch(/^user\|name\|role/);
  await engine.stop();
  expect((await third).error).toBeDefined();
});

test('the status is 200 with everything switched off; 3.2 has other keys', async () => {
  engine.switches.freeSwitch = 'offline';
  const answer = await ask(`${base}/api/v2/status`, { headers: await headers() });
  expect(answer.status).toBe(200);
  expect(json(answer)).toMatchObject({ freeSWITCH: 'No ESL connect.', wConsole: { status: 'Connected' } });
  const calls = await ask(`${base}/api/v2/calls`, { headers: await headers() });
  expect([calls.status, json(calls)['info']]).toEqual([500, '-ERR: FreeSWITCH server connect close!']);
  await start('3.2');
  expect(json(await ask(`${base}/api/v2/status`, { headers: await headers() }))).toMatchObject({
    Version: '3.2.2',
    Webitel: { Status: 'Connected', ApiQueue: 0 },
  });
});

test('outside the prefix there is the web client', async () => {
  const answer = await ask(new URL('/login', base));
  expect([answer.status, answer.headers['content-type'], answer.headers['x-powered-by']]).toEqual([
    200,
    'text/html',
    undefined,
  ]);
});

test('a silent phone is still registered, one that is off is not', async () => {
  const accounts = json(await ask(`${base}/api/v2/accounts`, { headers: await headers() }))['info'] as Record<
    string,
    { state: string; online: boolean }
  >;
  expect(accounts['1002']).toMatchObject({ state: 'ONHOOK', online: false });
  expect(accounts['1003']).toMatchObject({ state: 'NONREG' });
});
