import { expect, test } from 'vitest';
import { readLogin } from '../../../src/drivers/mikopbx/legacy/login.ts';
import { generationOf, isOlder, readPing, versionOfPage } from '../../../src/drivers/mikopbx/generation.ts';
import { mikopbx } from '../../../src/drivers/mikopbx/index.ts';
import { createMikoSimulator } from '../../../src/simulator/mikopbx/index.ts';
import { releaseNames, traitsOf } from '../../../src/simulator/mikopbx/releases.ts';
import { createHandClock } from '../../simulator/hand-clock.ts';
import { benchTarget } from '../../support/target-bench.ts';
import { answer, reasonOf } from './answer.ts';
import { bench } from './support.ts';

const cookie = { cookies: { PHPSESSID: '0123456789abcdef0123456789abcdef' } };

test.each(releaseNames)('auto finds the API of %s with one public request and one login', async (release) => {
  const { poll, pbx } = await bench(release);
  const record = await poll();
  const isV3 = ['C', 'D'].includes(traitsOf(release).generation);
  expect(record.up).toBe(true);
  expect(record.retained.system?.value.version).toBe(release);
  expect(pbx.ledger).toMatchObject({ loginsGood: 1, loginsRefused: 0 });
  expect(pbx.ledger.requestsOf('system:ping')).toBe(1);
  expect(pbx.ledger.requestsOf(isV3 ? 'session/start' : 'auth:login')).toBe(0);
  expect(generationOf(isV3 ? 'v3' : 'legacy', release)).toBe(traitsOf(release).generation);
});

test.each([
  ['2020.2.857', 'legacy'],
  ['2026.1.223', 'v3'],
] as const)('with a fixed API %s is not probed', async (release, api) => {
  const { poll, pbx } = await bench(release, {}, { options: { api } });
  expect((await poll()).up).toBe(true);
  expect(pbx.ledger.requestsOf('system:ping')).toBe(0);
});

test.each([
  ['2024.1.114', 'v3'],
  ['2026.1.223', 'legacy'],
] as const)('the wrong fixed API for %s is named as a matter of configuration', async (release, api) => {
  const { rounds, pbx } = await bench(release, {}, { options: { api } });
  const record = await rounds(20);
  expect(record.lastRound?.reason).toBe('config');
  expect(pbx.ledger.requestsTotal).toBe(1);
});

test('a PBX that is upgraded to the other API costs one login and no option', async () => {
  const clock = createHandClock();
  const before = createMikoSimulator({ clock, release: '2024.1.114', peers: 6 });
  const made = await benchTarget(mikopbx, before, clock);
  expect((await made.poll()).up).toBe(true);
  const port = Number((await before.start()).port);
  await before.stop();
  const after = createMikoSimulator({ clock, release: '2026.1.223', peers: 6, port });
  await after.start();
  try {
    const record = await made.rounds(3);
    expect(record.up).toBe(true);
    expect(after.ledger).toMatchObject({ loginsGood: 1, loginsRefused: 0 });
    expect(after.ledger.requestsOf('session/start')).toBe(0);
  } finally {
    await after.stop();
  }
});

test('an API key for a PBX without API keys is named', async () => {
  const { poll, pbx } = await bench('2024.1.114', {}, { account: { kind: 'token', token: 'a'.repeat(64) } });
  const record = await poll();
  expect(record.lastRound).toMatchObject({ reason: 'config' });
  expect(record.lastRound?.detail).toContain('older than 2025.1');
  expect(pbx.refusals).toBe(0);
});

test('an API key needs no login and is proven by the first call', async () => {
  const { poll, pbx } = await bench('2026.1.223', { useApiKey: true });
  expect((await poll()).up).toBe(true);
  expect(pbx.ledger).toMatchObject({ loginsGood: 0, sessionsOpened: 0 });
  expect(pbx.refusals).toBe(0);
});

test('an API key that is refused everywhere is a wrong key, and is shown rarely', async () => {
  const { rounds, pbx } = await bench('2026.1.223', {}, { account: { kind: 'token', token: 'b'.repeat(64) } });
  const record = await rounds(120);
  expect(record.lastRound?.reason).toBe('bad_credentials');
  expect(pbx.refusals).toBeLessThanOrEqual(6);
});

test('an API key that is deleted later is named as a wrong key', async () => {
  const { rounds, pbx } = await bench('2026.1.223', { useApiKey: true });
  await rounds(2);
  pbx.switches.apiKeys = [];
  const record = await rounds(1);
  expect(record.up).toBe(false);
  expect(record.lastRound?.reason).toBe('bad_credentials');
});

test('a login that is refused in words that are not those of the PBX is named as refused', async () => {
  const { rounds, pbx } = await bench('2026.1.223');
  await rounds(1);
  await pbx.faults.set({ kind: 'status', status: 401, body: '<h1>Sign in</h1>' });
  const record = await rounds(4);
  expect(record.counters.roundFailures).toMatchObject({ bad_credentials: 1, suspended: 3 });
  expect(record.counters.logins).toEqual({ success: 1, failure: 1 });
  expect(record.lastRound?.detail).not.toContain('Sign in');
});

test('a password that the filter takes for an attack is not called a wrong one', async () => {
  const password = "it's; '; 1=1";
  const { poll } = await bench('2026.1.223', { switches: { bodyFilter: true, password } });
  const record = await poll();
  expect(record.lastRound?.reason).toBe('config');
  expect(record.lastRound?.detail).toContain('choose another password or an API key');
});

test.each(['2024.1.114', '2026.1.223'] as const)(
  'a redirect to HTTPS is named and not followed, %s',
  async (release) => {
    const { rounds, pbx } = await bench(release, { switches: { redirectToHttps: true } });
    const record = await rounds(10);
    expect(record.lastRound?.reason).toBe('redirect');
    expect(pbx.ledger.requestsTotal).toBe(1);
  },
);

test('a refresh token that 2025.1 replaces each time is followed', async () => {
  const { rounds, pbx } = await bench('2025.1.158-dev', {}, { intervalMs: 600_000 });
  const record = await rounds(20);
  expect(record.up).toBe(true);
  expect(pbx.ledger.loginsGood).toBe(1);
  expect(pbx.ledger.requestsOf('auth:refresh')).toBe(9);
});

test.each(['2020.2.857', '2024.1.114', '2025.1.158-dev', '2026.1.223'] as const)(
  'stopping logs out, %s',
  async (release) => {
    const { poll, target, pbx } = await bench(release);
    await poll();
    expect(pbx.ledger.sessionsLive).toBe(1);
    await target.stop();
    expect(pbx.ledger.sessionsLive).toBe(0);
  },
);

test('the version is asked for once, and again after the PBX was away', async () => {
  const { rounds, pbx } = await bench('2026.1.223', { useApiKey: true }, { intervalMs: 600_000 });
  await rounds(20);
  expect(pbx.ledger.requestsOf('session/index')).toBe(1);
  await pbx.faults.set({ kind: 'refuse' });
  await rounds(1);
  await pbx.faults.clear();
  await rounds(20);
  expect(pbx.ledger.requestsOf('session/index')).toBe(2);
});

test('on 2020 releases, which empty their caches for it, the login page is asked for once only', async () => {
  const { rounds, pbx } = await bench('2020.2.857', {}, { intervalMs: 600_000 });
  await rounds(10);
  pbx.endSessions();
  await rounds(10);
  expect(pbx.ledger.requestsOf('session/index')).toBe(1);
});

test.each([
  ['a', { success: true, reload: 'index/index', message: [] }],
  ['b', { success: true, reload: false, message: [] }],
  ['b with an address to go to', { success: true, reload: '/admin-cabinet/extensions/index', message: [] }],
])('a good login of generation %s', (_generation, body) => {
  expect(readLogin(answer(200, body, cookie))).toEqual({
    headers: { cookie: `PHPSESSID=${cookie.cookies.PHPSESSID}` },
  });
});

test.each([
  ['wrong password', { success: false, reload: false, message: { error: ['Authorization error'] } }, 'bad_credentials'],
  ['attempts left', { success: false, message: { error: ['you have 9 attempts left'] } }, 'bad_credentials'],
  [
    'success that is none',
    { success: true, reload: '/admin-cabinet/session/index', message: { error: ['?'] } },
    'locked_out',
  ],
  ['no such page', { success: false, message: 'Page not found - 404', reload: false }, 'config'],
  ['no success at all', { reload: false }, 'protocol'],
  ['a list', [], 'protocol'],
])('a login answered with "%s"', (_name, body, reason) => {
  expect(reasonOf(() => readLogin(answer(200, body, cookie)))).toBe(reason);
});

test('a good login without a cookie is no login', () => {
  expect(reasonOf(() => readLogin(answer(200, { success: true, reload: false, message: [] })))).toBe('protocol');
});

test('the missing login of newer versions is told from a program error', () => {
  const trace = "Action 'start' was not found on handler 'Session'\n#0 {main}\n{\"error\":{}}";
  expect(reasonOf(() => readLogin(answer(500, trace)))).toBe('config');
  expect(reasonOf(() => readLogin(answer(500, 'Exception: refused\nStack trace:\n#0 {main}')))).toBe(
    'service_unavailable',
  );
});

test('the safe probe', () => {
  const old = { jsonapi: { version: '1.0' }, errors: ['404 (Not Found)'], meta: {} };
  expect(readPing(answer(404, old))).toBe('legacy');
  expect(readPing(answer(200, { result: true, data: [], messages: [], function: 'ping' }))).toBe('v3');
  expect(reasonOf(() => readPing(answer(404, '<html>')))).toBe('config');
  expect(reasonOf(() => readPing(answer(200, '<html>')))).toBe('protocol');
  expect(reasonOf(() => readPing(answer(200, 'PONG')))).toBe('protocol');
  expect(reasonOf(() => readPing(answer(301, '')))).toBe('redirect');
  expect(reasonOf(() => readPing(answer(401, { result: false, messages: [] })))).toBe('http_status');
});

test('versions', () => {
  expect(versionOfPage(answer(200, "x var globalPBXVersion = '2024.1.114'; y"))).toBe('2024.1.114');
  expect(versionOfPage(answer(200, 'nothing'))).toBeUndefined();
  expect(versionOfPage(answer(302, "globalPBXVersion = '2024.1.114'"))).toBeUndefined();
  expect(isOlder('2021.2.194', [2021, 3])).toBe(true);
  expect(isOlder('2021.4.175', [2021, 3])).toBe(false);
  expect(generationOf('v3', undefined)).toBe('D');
});
