import { beforeEach, expect, onTestFinished, test } from 'vitest';
import {
  createModernSimulator,
  createWebitelSimulator,
  type ModernSimulator,
} from '../../../src/simulator/webitel/index.ts';
import { ask, type Answer } from '../ask.ts';
import { createHandClock, type HandClock } from '../hand-clock.ts';

let clock: HandClock;
let pbx: ModernSimulator;
let base: string;

beforeEach(async () => {
  clock = createHandClock();
  const started = createModernSimulator({ clock, peers: 20, trunks: 4 });
  pbx = started;
  base = (await started.start()).href;
  onTestFinished(() => started.stop());
});

function post(path: string, body: unknown, headers = {}): Promise<Answer> {
  return ask(`${base}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
}

function json(answer: Answer): Record<string, unknown> {
  return JSON.parse(answer.text) as Record<string, unknown>;
}

const credentials = { username: 'monitor@pbx.example.org', password: 'made-up-monitor-password' };

async function get(path: string): Promise<Answer> {
  const token = json(await post('/login', credentials))['access_token'];
  return ask(`${base}${path}`, { headers: { 'x-webitel-access': String(token) } });
}

test('a login answers like OAuth, lifetimes are seconds', async () => {
  expect(json(await post('/login', credentials))).toMatchObject({ token_type: 'bearer', expires_in: 604_800 });
  const apart = { username: 'monitor', domain: 'pbx.example.org', password: credentials.password };
  expect((await post('/login', apart)).status).toBe(200);
  expect((await post('/login', { ...credentials, password: 'x' })).status).toBe(401);
});

test('what else a login can answer', async () => {
  pbx.switches.secondFactor = true;
  const second = await post('/login', credentials);
  expect([second.status, Object.keys(json(second))]).toEqual([200, ['id']]);
  pbx.switches.password = 'must-change';
  const change = await post('/login', credentials);
  expect([change.status, json(change)['id']]).toEqual([412, 'app.password.force_change']);
  pbx.switches.licence = 'expired';
  expect(json(await post('/login', credentials))['id']).toBe('app.license.product.expired');
  expect((await ask(`${base}/login?domain=pbx.example.org`)).status).toBe(300);
});

test('tokens expire, are logged out and refused; static ones are not sessions', async () => {
  const token = String(json(await post('/login', credentials))['access_token']);
  const headers = { 'x-webitel-access': token };
  expect((await ask(`${base}/userinfo`, { headers })).status).toBe(200);
  clock.advance(604_800_000);
  const expired = await ask(`${base}/userinfo`, { headers });
  expect([expired.status, json(expired)['id']]).toEqual([401, 'app.session.unauthenticated']);
  pbx.switches.wrappedErrors = true;
  expect(json(await ask(`${base}/userinfo`, { headers }))).toMatchObject({ code: 16, details: [] });
  const [fixed] = pbx.switches.accessTokens;
  expect((await ask(`${base}/userinfo`, { headers: { 'x-webitel-access': fixed?.token } })).status).toBe(200);
  expect(pbx.ledger.sessionsLive).toBe(0);
});

test('lists: false, 0 and empty texts are left out, numbers are text, pages end without next', async () => {
  const first = json(await get('/devices?fields=id&fields=account&fields=reged'));
  expect(first).toMatchObject({ page: 1, size: 16, next: true });
  const items = first['items'] as Record<string, unknown>[];
  expect(items).toHaveLength(16);
  expect(items[0]).toEqual({ id: '11', account: '1001', reged: true });
  expect(items[2]).toEqual({ id: '13', account: '1003' });
  const second = json(await get('/devices?fields=id&page=2'));
  expect(second).not.toHaveProperty('next');
  expect(second['items']).toHaveLength(4);
  expect(json(await get('/devices?page=3'))).not.toHaveProperty('items');
  expect(json(await get('/devices?size=-1'))['items']).toHaveLength(20);
});

test('without fields even passwords come', async () => {
  expect((await get('/devices?size=1')).text).toContain('"password"');
  expect((await get('/devices?size=1&fields=id')).text).not.toContain('password');
});

test('gateways: states by number, 0 left out', async () => {
  const items = json(await get('/sip/gateways'))['items'] as Record<string, unknown>[];
  expect(items.map(({ register, r_state: state }) => [register, state])).toEqual([
    [true, 3],
    [undefined, undefined],
    [true, 6],
    [true, undefined],
  ]);
});

test('rights: 403 by class, rows left out in silence', async () => {
  pbx.switches.denied.add('gateways');
  expect((await get('/sip/gateways')).status).toBe(403);
  pbx.switches.visibleRows.set('devices', 1);
  expect(json(await get('/devices'))['items']).toHaveLength(1);
  expect(json(await get('/userinfo'))['scope']).toContainEqual({
    class: 'devices',
    access: 'r',
    obac: true,
    rbac: true,
  });
});

test('outside /api there is the web client, and the socket of the SIP server', async () => {
  const page = await ask(new URL('/login', base));
  expect([page.status, page.headers['content-type']]).toEqual([200, 'text/html']);
  expect((await ask(new URL('/sip/gateways', base))).status).toBe(426);
});

test('odd seeds make a legacy engine, even ones a modern Webitel', async () => {
  for (const [seed, path] of [
    [1, '/engine'],
    [2, '/api'],
  ] as const) {
    const either = createWebitelSimulator({ clock, seed });
    expect((await either.start()).pathname).toBe(path);
    await either.stop();
  }
});
