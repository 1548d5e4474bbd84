import { describe, expect, onTestFinished, test } from 'vitest';
import { createPortsipSimulator, type PortsipSimulator } from '../../../src/simulator/portsip/index.ts';
import type { PortsipOptions } from '../../../src/simulator/portsip/settings.ts';
import { otherDomain, tenantDomain } from '../../../src/simulator/portsip/settings.ts';
import { setExtension, setTrunk } from '../../../src/simulator/kit/world.ts';
import { ask, postForm, type Answer } from '../ask.ts';
import { createHandClock, type HandClock } from '../hand-clock.ts';

const clientId = '9d806019-75b2-4b3d-bb8b-f5a3a412cc0a';
const good = { username: 'metrics', password: 'correct horse', domain: tenantDomain };

interface Bench {
  readonly simulator: PortsipSimulator;
  readonly clock: HandClock;
  readonly get: (path: string, headers?: Readonly<Record<string, string>>) => Promise<Answer>;
  readonly post: (path: string, body?: unknown, headers?: Readonly<Record<string, string>>) => Promise<Answer>;
  readonly form: (path: string, fields: Readonly<Record<string, string>>) => Promise<Answer>;
}

async function setUp(options: Omit<PortsipOptions, 'clock'> = {}): Promise<Bench> {
  const clock = createHandClock();
  const simulator = createPortsipSimulator({ clock, peers: 12, ...options });
  const base = await simulator.start();
  onTestFinished(() => simulator.stop());
  return {
    simulator,
    clock,
    get: (path, headers = {}) => ask(`${base.href}${path}`, { headers }),
    post: (path, body, headers = {}) =>
      ask(`${base.href}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: body === undefined ? '' : JSON.stringify(body),
      }),
    form: (path, fields) => postForm(`${base.href}${path}`, fields),
  };
}

interface Body {
  readonly [name: string]: unknown;
}

function bodyOf({ text }: Answer): Body {
  return JSON.parse(text) as Body;
}

function bearer(answer: Answer): { authorization: string } {
  return { authorization: `Bearer ${String(bodyOf(answer)['access_token'])}` };
}

function codeOf(answer: Answer): string {
  const { errors } = JSON.parse(answer.text) as { errors: { code: string; message: string }[] };
  return errors[0]?.code ?? '';
}

describe('ways to log in', () => {
  test('POST /login with the token in its answer, by which everything else is asked', async () => {
    const { get, post, simulator } = await setUp();
    const login = await post('/login', good);
    expect(login.status).toBe(200);
    expect(bodyOf(login)).toEqual({
      access_token: expect.stringMatching(/^[0-9A-F]{32}\.$/),
      expires_at: '2026-01-10T00:30:01.000Z',
      expires_in: 1800,
      role: 'Read Only',
    });
    expect((await get('/users', bearer(login))).status).toBe(200);
    expect((await post('/logout', undefined, bearer(login))).status).toBe(204);
    expect((await get('/users', bearer(login))).status).toBe(401);
    expect(simulator.ledger).toMatchObject({ loginsGood: 1, sessionsLive: 0 });
  });

  test.each([
    ['cookie', 200],
    ['no-content', 204],
  ] as const)('POST /login with %s: the token is behind GET /login', async (loginAnswer, status) => {
    const { get, post } = await setUp({ switches: { loginAnswer } });
    const login = await post('/login', good);
    expect({ status: login.status, text: login.text }).toEqual({ status, text: '' });
    const cookie = login.headers['set-cookie']?.[0]?.split(';')[0] ?? '';
    const token = await get('/login', { cookie });
    expect((await get('/users', bearer(token))).status).toBe(200);
    expect((await get('/login')).status).toBe(401);
  });

  test('POST /auth/sign_in gives four fields and renews; old tokens are dead', async () => {
    const { get, post } = await setUp();
    const login = await post('/auth/sign_in', good);
    expect(Object.keys(bodyOf(login)).sort()).toEqual(['access_token', 'expires_in', 'refresh_token', 'token_type']);
    const refresh = { refresh_token: bodyOf(login)['refresh_token'] };
    const renewed = await post('/auth/refresh_token', refresh);
    expect(renewed.status).toBe(200);
    expect((await get('/users', bearer(renewed))).status).toBe(200);
    expect((await get('/users', bearer(login))).status).toBe(401);
    expect((await post('/auth/refresh_token', refresh)).status).toBe(400);
    expect((await post('/auth/sign_out', undefined, bearer(renewed))).status).toBe(200);
    expect((await get('/users', bearer(renewed))).status).toBe(401);
  });

  test('POST /login/oauth/token takes a form with the published client', async () => {
    const { get, post, form } = await setUp();
    const fields = { grant_type: 'password', scope: 'all', client_id: clientId, ...good };
    const login = await form('/login/oauth/token', fields);
    expect((await get('/users', bearer(login))).status).toBe(200);
    const renewal = { grant_type: 'refresh_token', client_id: clientId };
    const refreshToken = String(bodyOf(login)['refresh_token']);
    expect((await form('/login/oauth/token', { ...renewal, refresh_token: refreshToken })).status).toBe(200);
    expect((await form('/login/oauth/token', { ...fields, client_id: 'other' })).status).toBe(400);
    expect((await post('/login/oauth/token', good)).status).toBe(400);
  });

  test('a second factor is asked for with status 200 and a token that opens nothing', async () => {
    const { get, post, simulator } = await setUp({ switches: { twoFactor: true } });
    const answer = await post('/auth/sign_in', good);
    expect(answer.status).toBe(200);
    expect(bodyOf(answer)).toMatchObject({ two_factor_enabled: true });
    expect((await get('/users', { authorization: `Bearer ${String(bodyOf(answer)['token'])}` })).status).toBe(401);
    expect(simulator.ledger.sessionsLive).toBe(0);
  });

  test.each([
    ['16.4', { '/login': 200, '/auth/sign_in': 404, '/tokens': 200 }],
    ['22.0', { '/login': 200, '/auth/sign_in': 404, '/tokens': 404 }],
    ['22.3', { '/login': 200, '/auth/sign_in': 200, '/tokens': 404 }],
    ['22.6', { '/login': 200, '/auth/sign_in': 200, '/tokens': 404 }],
  ] as const)('release %s has its ways, and plain text for the others', async (release, paths) => {
    const { post } = await setUp({ switches: { release } });
    for (const [path, status] of Object.entries(paths)) {
      const answer = await post(path, good);
      expect([path, answer.status]).toEqual([path, status]);
      expect(answer.text).not.toContain('errors');
    }
  });

  test('expires_in as text or absent, and a wrong clock', async () => {
    const text = await setUp({ switches: { expiresIn: 'text', clockSkewSeconds: -3600 } });
    expect(bodyOf(await text.post('/login', good))).toMatchObject({
      expires_in: '1800',
      expires_at: '2026-01-09T23:30:01.000Z',
    });
    const absent = await setUp({ switches: { expiresIn: 'absent' } });
    expect(bodyOf(await absent.post('/login', good))).not.toHaveProperty('expires_in');
  });

  test('a token lives for its time, used or not', async () => {
    const { get, post, clock } = await setUp({ switches: { tokenLifeSeconds: 60 } });
    const login = await post('/login', good);
    clock.advance(59_000);
    expect((await get('/users', bearer(login))).status).toBe(200);
    clock.advance(1_000);
    expect((await get('/users', bearer(login))).status).toBe(401);
  });
});

describe('refusals', () => {
  test('five wrong passwords block the address for an hour; the right one is refused, too', async () => {
    const { post, clock, simulator } = await setUp();
    for (let time = 0; time < 5; time += 1) {
      const answer = await post('/login', { ...good, password: 'wrong' });
      expect([answer.status, codeOf(answer)]).toEqual([400, 'UNAUTHORIZED']);
    }
    const blocked = await post('/login', good);
    expect([blocked.status, codeOf(blocked)]).toEqual([403, 'DENIED']);
    expect(blocked.text).toContain('has been blocked until 2026-01-10T01:00:01.000Z');
    expect(simulator.ledger).toMatchObject({ loginsRefused: 5, bans: 1, refusedWhileLocked: 1 });
    clock.advance(3_600_000);
    expect((await post('/login', good)).status).toBe(200);
  });

  test('a block leaves sessions alone, or not', async () => {
    for (const [blocks, status] of [
      ['login', 200],
      ['everything', 403],
    ] as const) {
      const { get, post } = await setUp({ switches: { blocks, failedLogins: 1 } });
      const login = await post('/login', good);
      await post('/login', { ...good, password: 'wrong' });
      expect((await get('/users', bearer(login))).status).toBe(status);
    }
  });

  test('an unknown domain is 404 with errors; a tenant user without domain is a wrong password; a blank domain is malformed', async () => {
    const { post, simulator } = await setUp();
    const unknown = await post('/login', { ...good, domain: 'nowhere.example.net' });
    expect([unknown.status, codeOf(unknown)]).toEqual([404, 'TENANT_NOT_FOUND']);
    const { domain: _left, ...withoutDomain } = good;
    expect((await post('/login', withoutDomain)).status).toBe(400);
    expect(codeOf(await post('/login', { ...good, domain: '' }))).toBe('VALIDATE_FAILED');
    expect(simulator.ledger.loginsRefusedByReason).toEqual({ 'unknown-domain': 1, 'wrong-password': 1 });
  });

  test('only a bearer token opens anything: not the header of v12', async () => {
    const { get, post } = await setUp();
    const token = String(bodyOf(await post('/login', good))['access_token']);
    expect((await get('/users', { access_token: token })).status).toBe(401);
    expect((await get('/users', { authorization: token })).status).toBe(401);
    expect(codeOf(await get('/users'))).toBe('UNAUTHORIZED');
  });

  test('with concurrent logins off, the second login ends the first', async () => {
    const { get, post } = await setUp({ switches: { concurrentLogins: false } });
    const first = await post('/login', good);
    await post('/login', good);
    expect((await get('/users', bearer(first))).status).toBe(401);
  });

  test('too many requests in a minute are refused with the time to wait', async () => {
    const { get, clock } = await setUp({ switches: { requestsPerMinute: 3 } });
    for (let time = 0; time < 3; time += 1) expect((await get('/info')).status).toBe(200);
    clock.advance(20_000);
    const refused = await get('/info');
    expect([refused.status, refused.headers['retry-after']]).toEqual([429, '40']);
    clock.advance(40_000);
    expect((await get('/info')).status).toBe(200);
  });

  test('rights are checked one by one', async () => {
    const { get, post, simulator } = await setUp();
    const headers = bearer(await post('/login', good));
    simulator.switches.denied.add('trunks');
    expect((await get('/providers', headers)).status).toBe(403);
    expect((await get('/users', headers)).status).toBe(200);
    expect((await get('/admin/status', headers)).status).toBe(403);
  });
});

describe('lists and states', () => {
  async function loggedIn(options: Omit<PortsipOptions, 'clock'> = {}) {
    const bench = await setUp(options);
    const headers = bearer(await bench.post('/login', good));
    return { ...bench, read: (path: string) => bench.get(path, headers), headers };
  }

  test('pages by skip and top, at most 100, and an empty page past the end', async () => {
    const { read } = await loggedIn({ peers: 130, switches: { administrator: false } });
    const page = bodyOf(await read('/users')) as unknown as { count: number; items: Body[] };
    expect([page.count, page.items.length]).toEqual([130, 100]);
    const rest = bodyOf(await read('/users?skip=100&top=100')) as unknown as { items: Body[] };
    expect(rest.items).toHaveLength(30);
    expect(rest.items[0]).toMatchObject({ id: '904417235518029924', extension_number: '1101', email: null });
    expect(bodyOf(await read('/users?skip=500'))).toEqual({ count: 130, items: [] });
    expect(codeOf(await read('/users?top=101'))).toBe('VALIDATE_FAILED');
    expect(codeOf(await read('/users?skip=-1'))).toBe('VALIDATE_FAILED');
  });

  test('ids as bare numbers, where switched on', async () => {
    const { read } = await loggedIn({ switches: { bareIds: true } });
    expect((await read('/users?skip=1&top=1')).text).toContain('"id":904417235518029824,');
  });

  test.each([
    ['16.4', { status: 'ON_CALL' }, false],
    ['22.0', { status: 'ON_CALL', presence: 'ON_CALL' }, true],
    ['22.3', { status: 'OTHER_CALL', presence: 'OTHER_CALL' }, true],
  ] as const)('words of release %s for a user in a call', async (release, words, hasPresence) => {
    const { read, simulator } = await loggedIn({ switches: { release } });
    setExtension(simulator.world, '1001', { call: 'talking' });
    const status = bodyOf(await read(`/users/${simulator.userId('1001')}/status`));
    expect(status).toMatchObject(words);
    expect('presence' in status).toBe(hasPresence);
  });

  test('devices: several, none, and one that only a push message reaches', async () => {
    const { read, simulator } = await loggedIn();
    const status = async (number: string) => bodyOf(await read(`/users/${simulator.userId(number)}/status`));
    expect((await status('1004'))['registration']).toHaveLength(2);
    expect(await status('1003')).toMatchObject({ status: 'OFFLINE', registration: null });
    expect(await status('1002')).toMatchObject({ status: 'OFFLINE', registration: [{ enable_push: true }] });
    setExtension(simulator.world, '1006', { state: 'unreachable' });
    expect(await status('1006')).toMatchObject({ status: 'OFFLINE', registration: [{ enable_push: false }] });
  });

  test('trunks of all types, one shared and disabled, two with one name', async () => {
    const { read } = await loggedIn();
    const { items } = bodyOf(await read('/providers')) as unknown as { items: Body[] };
    const details = await Promise.all(items.map(async ({ id }) => bodyOf(await read(`/providers/${String(id)}`))));
    expect(new Set(details.map((trunk) => trunk['auth_mode']))).toEqual(
      new Set(['REGISTER_AUTH', 'IP_AUTH', 'TEAMS', 'WHATS_APP', 'ACCEPT_REGISTER']),
    );
    expect(items.filter(({ shared }) => shared === true)).toHaveLength(1);
    expect(items.filter(({ enabled }) => enabled === false)).toHaveLength(1);
    expect(items.filter(({ name }) => name === 'northline')).toHaveLength(2);
    expect(items[0]).not.toHaveProperty('auth_mode');
  });

  test.each([
    ['16.4', 'REGISTERED', 'REGISTERED'],
    ['22.3', 'ONLINE', 'OFFLINE'],
  ] as const)('release %s: a trunk by address says %s, and without its provider %s', async (release, up, down) => {
    const { read, simulator } = await loggedIn({ switches: { release } });
    const path = `/providers/${simulator.trunkId('bluewire')}/status`;
    expect(bodyOf(await read(path))).toEqual({ status: up });
    setTrunk(simulator.world, 'bluewire', { state: 'unreachable' });
    expect(bodyOf(await read(path))).toEqual({ status: down });
  });

  test('totals of the tenant, and of the system for its administrator only', async () => {
    const { read, post, get, simulator } = await loggedIn();
    expect(bodyOf(await read('/tenant/status'))).toMatchObject({ version: '22.3.11.2295 Release', current_users: 12 });
    expect((await read('/sessions')).status).toBe(201);
    const headers = bearer(await post('/login', { username: 'admin', password: 'made-up-admin-3' }));
    expect(bodyOf(await get('/admin/status', headers))).toHaveProperty('license_key');
    expect((await get('/users', headers)).status).toBe(403);
    expect(simulator.ledger.requestsOf('GET /admin/status')).toBe(1);
  });

  test('switching the tenant changes what everybody with that token sees', async () => {
    const { post, get } = await setUp();
    const headers = bearer(await post('/login', { username: 'admin', password: 'made-up-admin-3' }));
    const { items } = bodyOf(await get('/tenants', headers)) as unknown as { items: Body[] };
    const other = items.find(({ domain }) => domain === otherDomain);
    expect((await post(`/tenants/switch?id=${String(other?.['id'])}`, {}, headers)).status).toBe(200);
    expect(bodyOf(await get('/users', headers))).toMatchObject({ count: 1, items: [{ extension_number: '2001' }] });
  });

  test('many states at once, where the release has it', async () => {
    const { post, simulator, headers } = await loggedIn();
    const ids = [simulator.userId('1001'), simulator.userId('1003'), '1'];
    expect((await post('/users/status/get_many', { ids }, headers)).status).toBe(404);
    simulator.switches.bulk = 'map';
    const answer = bodyOf(await post('/users/status/get_many', { ids }, headers));
    expect(Object.keys(answer).sort()).toEqual(ids.slice(0, 2));
  });

  test('the restart of the API ends sessions and refresh tokens', async () => {
    const { read, post, simulator } = await loggedIn();
    const login = await post('/auth/sign_in', good);
    simulator.endSessions();
    expect((await read('/users')).status).toBe(401);
    expect((await post('/auth/refresh_token', { refresh_token: bodyOf(login)['refresh_token'] })).status).toBe(400);
    expect(simulator.ledger.sessionsLive).toBe(0);
  });

  test('everything is below /api', async () => {
    const { simulator } = await setUp();
    const base = await simulator.start();
    expect((await ask(new URL('/login', base), { method: 'POST', body: JSON.stringify(good) })).status).toBe(404);
  });
});
