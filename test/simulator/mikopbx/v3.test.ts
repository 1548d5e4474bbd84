import { describe, expect, onTestFinished, test } from 'vitest';
import { createMikoSimulator, type MikoSimulator } from '../../../src/simulator/mikopbx/index.ts';
import type { Release } from '../../../src/simulator/mikopbx/releases.ts';
import type { MikoOptions } from '../../../src/simulator/mikopbx/settings.ts';
import { isWebPhone, richWorld, trunkTypeOf } from '../../drivers/mikopbx/support.ts';
import { type Answer, ask } from '../ask.ts';
import { createHandClock, type HandClock } from '../hand-clock.ts';

interface Lab {
  readonly pbx: MikoSimulator;
  readonly clock: HandClock;
  readonly key: string;
  readonly get: (path: string, authorization?: string) => Promise<Answer>;
  readonly post: (path: string, body?: unknown, headers?: Readonly<Record<string, string>>) => Promise<Answer>;
}

async function lab(release: Release = '2026.1.223', options: Partial<MikoOptions> = {}): Promise<Lab> {
  const clock = createHandClock();
  const switches = { trunkTypeOf, isWebPhone, ...options.switches };
  const pbx = createMikoSimulator({ clock, release, world: richWorld(), ...options, switches });
  const url = await pbx.start();
  onTestFinished(() => pbx.stop());
  return {
    pbx,
    clock,
    key: `Bearer ${pbx.switches.apiKeys[0]?.key ?? ''}`,
    get: (path, authorization) =>
      ask(new URL(`pbxcore/api/v3/${path}`, url), authorization === undefined ? {} : { headers: { authorization } }),
    post: (path, body, headers = {}) =>
      ask(new URL(`pbxcore/api/v3/${path}`, url), {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
  };
}

const json = (answer: Answer): Readonly<Record<string, unknown>> => JSON.parse(answer.text) as Record<string, unknown>;
const dataOf = (answer: Answer): Record<string, never> => json(answer)['data'] as Record<string, never>;
const cookieOf = (answer: Answer): string => answer.headers['set-cookie']?.[0]?.split(';')[0] ?? '';
const right = { login: 'exporter', password: 'made-up-password' };

describe('tokens', () => {
  test('an access token lives for 900 s, and 600 s longer than it says', async () => {
    const { post, get, clock } = await lab();
    const data = dataOf(await post('auth:login', right));
    expect(data).toMatchObject({ tokenType: 'Bearer', expiresIn: 900 });
    const bearer = `Bearer ${data['accessToken']}`;
    clock.advance(1_499_000);
    expect((await get('sip:getPeersStatuses', bearer)).status).toBe(200);
    clock.advance(2_000);
    expect((await get('sip:getPeersStatuses', bearer)).status).toBe(401);
  });

  test.each([
    ['2025.1.158-dev', true],
    ['2026.1.223', false],
  ] as const)('renewal by the cookie alone; %s replaces it: %s', async (release, replaces) => {
    const { post, pbx } = await lab(release);
    const cookie = cookieOf(await post('auth:login', right));
    const renewed = await post('auth:refresh', undefined, { cookie });
    expect(renewed.status).toBe(200);
    expect(renewed.headers['set-cookie'] !== undefined).toBe(replaces);
    expect((await post('auth:refresh', undefined, { cookie })).status).toBe(replaces ? 401 : 200);
    expect(pbx.ledger.sessionsLive).toBe(1);
  });

  test('logout ends the renewal, the access token lives on', async () => {
    const { post, get } = await lab();
    const login = await post('auth:login', right);
    const bearer = `Bearer ${dataOf(login)['accessToken']}`;
    const cookie = cookieOf(login);
    await post('auth:logout', undefined, { authorization: bearer, cookie });
    expect((await post('auth:refresh', undefined, { cookie })).status).toBe(401);
    expect((await get('sip:getPeersStatuses', bearer)).status).toBe(200);
  });

  test('ten failures lock the login for everybody until the next five minutes begin', async () => {
    const { post, clock } = await lab();
    for (let count = 0; count < 10; count += 1)
      expect((await post('auth:login', { ...right, password: 'x' })).status).toBe(401);
    const locked = await post('auth:login', right);
    expect([locked.status, json(locked)['result'], locked.headers['retry-after']]).toEqual([429, false, undefined]);
    clock.advance(300_000);
    expect((await post('auth:login', right)).status).toBe(200);
  });

  test('fields missing, wrong verb, passwords that look like an attack', async () => {
    const { post, get, pbx } = await lab();
    expect((await post('auth:login', { login: 'x' })).status).toBe(400);
    expect((await get('auth:login')).status).toBe(405);
    pbx.switches.bodyFilter = true;
    const blocked = await post('auth:login', { ...right, password: "a'; b" });
    expect([blocked.status, blocked.text]).toEqual([403, 'Security violation detected']);
  });
});

describe('API keys', () => {
  test('a key without the right, a wrong key and no key look the same: 401', async () => {
    const { get, key } = await lab('2026.1.223', { switches: { apiKeys: [{ key: 'k1', rights: ['sip'] }] } });
    expect((await get('sip:getPeersStatuses', key)).status).toBe(200);
    const answers = [
      await get('providers:getStatuses', key),
      await get('sip:getPeersStatuses', 'Bearer wrong'),
      await get('sip:getPeersStatuses'),
    ];
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401]);
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
  });

  test('the header has to be written exactly so', async () => {
    const { get, key } = await lab();
    for (const other of [key.replace('Bearer', 'bearer'), key.replace(' ', '  '), key.slice(7)])
      expect((await get('sip:getPeersStatuses', other)).status).toBe(401);
  });
});

describe('paths', () => {
  test('ping is public, old paths are 404 with success:false, unknown methods 405 with a token and 401 without', async () => {
    const { get, key, pbx } = await lab();
    expect(json(await get('system:ping'))).toMatchObject({ result: true, data: [], function: 'ping' });
    const url = await pbx.start();
    const old = await ask(new URL('pbxcore/api/sip/getRegistry', url));
    expect([old.status, json(old)]).toEqual([404, expect.objectContaining({ success: false, data: null })]);
    expect((await get('sip:foo', key)).status).toBe(405);
    expect((await get('sip:foo')).status).toBe(401);
    expect((await ask(`${url.origin}//pbxcore/api/v3/system:ping`)).status).toBe(401);
  });

  test('the session login is gone: 500 with a body that is no JSON, whatever its type says', async () => {
    const { pbx } = await lab();
    const url = new URL('admin-cabinet/session/start', await pbx.start());
    const answer = await ask(url, { method: 'POST', headers: { 'x-requested-with': 'XMLHttpRequest' } });
    expect([answer.status, answer.headers['content-type']]).toEqual([500, 'application/json']);
    expect(() => json(answer)).toThrow(SyntaxError);
    expect((await ask(new URL('index', url))).text).toContain("globalPBXVersion = '2026.1.223'");
  });

  test('request 201 within a minute is refused, and everything for five minutes, then for ten', async () => {
    const { get, clock, pbx } = await lab();
    for (let count = 0; count < 200; count += 1) await get('system:ping');
    expect(pbx.ledger.bans).toBe(0);
    const refused = await get('system:ping');
    expect([refused.status, refused.text]).toEqual([429, 'Too many requests\n']);
    clock.advance(299_000);
    expect((await get('system:ping')).status).toBe(429);
    clock.advance(1_001);
    expect((await get('system:ping')).status).toBe(200);
    pbx.blockClient('127.0.0.1');
    clock.advance(599_000);
    expect((await get('system:ping')).status).toBe(429);
    clock.advance(1_001);
    expect((await get('system:ping')).status).toBe(200);
  });

  test('a full queue', async () => {
    const { get, key } = await lab('2026.1.223', { switches: { queueFull: true } });
    expect((await get('sip:getPeersStatuses', key)).status).toBe(503);
  });

  test('redirect to HTTPS, for the ping too', async () => {
    const { get } = await lab('2026.1.223', { switches: { redirectToHttps: true } });
    const answer = await get('system:ping');
    expect([answer.status, answer.headers.location]).toEqual([301, 'https://127.0.0.1:443/pbxcore/api/v3/system:ping']);
  });
});

describe('lists', () => {
  test('the list of phones is a map by number and is kept for 30 s', async () => {
    const { get, key, clock, pbx } = await lab();
    const first = await get('sip:getStatuses', key);
    expect(dataOf(first)).toMatchObject({
      '0204': { status: 'Available', rtt: 12.34 },
      202: { status: 'Unavailable', devices: [], rtt: null },
      203: { status: 'Unavailable', rtt: null, devices: [{ rtt: null }] },
    });
    pbx.world.extensions = [];
    clock.advance(29_000);
    const kept = await get('sip:getStatuses', key);
    expect(dataOf(kept)).toEqual(dataOf(first));
    expect(json(kept)['messages']).toEqual({ info: ['Using cached data (fresh)'] });
    clock.advance(1_000);
    expect(dataOf(await get('sip:getStatuses', key))).toEqual([]);
  });

  test.each([
    ['2025.1.158-dev', '201-AUTH', 'SIP-TRUNK-AB12C004-AUTH'],
    ['2026.1.223', '201', 'user-branch'],
  ] as const)('ids of the fresh list, %s', async (release, phone, trunk) => {
    const { get, key } = await lab(release);
    const ids = (dataOf(await get('sip:getPeersStatuses', key)) as unknown as { id: string }[]).map(({ id }) => id);
    expect(ids).toContain(phone);
    expect(ids).toContain(trunk);
  });

  test.each([
    [
      '2025.1.158-dev',
      { '1': 'registered', '2': 'rejected', '4': 'REGISTERED', '5': 'UNREGISTERED', '6': 'UNKNOWN', '8': 'OFF' },
    ],
    [
      '2026.1.223',
      {
        '1': 'registered',
        '2': 'rejected',
        '4': 'REGISTERED',
        '5': 'UNREGISTERED',
        '6': 'OK',
        '7': 'UNKNOWN',
        '8': 'OFF',
      },
    ],
  ] as const)('words of trunks, %s', async (release, words) => {
    const { get, key } = await lab(release);
    const { sip } = dataOf(await get('providers:getStatuses', key)) as unknown as {
      sip: Readonly<Record<string, { state: string }>>;
    };
    for (const [position, word] of Object.entries(words)) expect(sip[`SIP-TRUNK-AB12C00${position}`]?.state).toBe(word);
  });

  test('the plain registry: -REG for outbound, UNKNOWN for inbound, OK for what answers nothing', async () => {
    const { get, key } = await lab();
    const rows = dataOf(await get('sip:getRegistry', key)) as unknown as { id: string; state: string }[];
    const states = Object.fromEntries(rows.map(({ id, state }) => [id, state]));
    expect(states).toMatchObject({
      'SIP-TRUNK-AB12C001-REG': 'REGISTERED',
      'SIP-TRUNK-AB12C004': 'UNKNOWN',
      'SIP-TRUNK-AB12C007': 'OK',
      'SIP-TRUNK-AB12C008': 'OFF',
    });
  });

  test('an IAX registration empties its half and breaks its call; so does a SIP trunk without a port', async () => {
    const { get, key, pbx, clock } = await lab('2026.1.223', {
      switches: { trunkTypeOf: (trunk) => (trunk.name === 'office' ? 'iax-outbound' : 'outbound') },
    });
    expect(dataOf(await get('providers:getStatuses', key))['iax']).toEqual([]);
    const broken = await get('iax:getRegistry', key);
    expect([broken.status, json(broken)['messages']]).toEqual([422, ['Undefined array key "Addr"']]);
    pbx.switches.portlessTrunk = true;
    clock.advance(10_000);
    expect(dataOf(await get('providers:getStatuses', key))['sip']).toEqual([]);
    expect((await get('sip:getRegistry', key)).status).toBe(422);
  });
});

describe('Asterisk is away', () => {
  /** Advances the clock until a response arrives. Returns the response and the elapsed seconds. */
  async function late({ clock }: Lab, question: Promise<Answer>): Promise<{ answer: Answer; seconds: number }> {
    const state: { answer?: Answer } = {};
    void question.then((answer) => (state.answer = answer));
    for (let halves = 0; halves < 200; halves += 1) {
      for (let turn = 0; turn < 40 && state.answer === undefined; turn += 1)
        await new Promise((resolve) => setImmediate(resolve));
      if (state.answer !== undefined) return { answer: state.answer, seconds: halves / 2 };
      clock.advance(500);
    }
    throw new Error('no answer within 100 s');
  }

  test('down: an empty list at once, phones unavailable late, and 400 where there are many', async () => {
    const one = await lab('2026.1.223', { switches: { asterisk: 'down' } });
    expect(dataOf((await late(one, one.get('sip:getPeersStatuses', one.key))).answer)).toEqual([]);
    const phones = await late(one, one.get('sip:getStatuses', one.key));
    expect(phones.seconds).toBeGreaterThan(5);
    expect(dataOf(phones.answer)).toMatchObject({ 201: { status: 'Unavailable', devices: [] } });
    const trunks = await late(one, one.get('providers:getStatuses', one.key));
    expect(trunks.answer.text).not.toContain('contactStatus');
    expect(dataOf(trunks.answer)).toMatchObject({ iax: { 'IAX-TRUNK-AB12C009': { state: 'unregistered' } } });
    const { world } = createMikoSimulator({ clock: one.clock, peers: 36 });
    one.pbx.world.extensions = world.extensions;
    one.clock.advance(30_000);
    const gaveUp = await late(one, one.get('sip:getStatuses', one.key));
    expect([gaveUp.answer.status, Math.floor(gaveUp.seconds)]).toEqual([400, 30]);
    one.pbx.switches.asterisk = 'up';
    one.clock.advance(10_000);
    const cached = await one.get('sip:getStatuses', one.key);
    expect(json(cached)['messages']).toEqual({ info: ['Using cached data (fresh)'] });
    expect(cached.text).not.toContain('"Available"');
  });

  test('hung: the empty list comes after 6.6 s, the lists with more in them not within 30 s', async () => {
    const one = await lab('2026.1.223', { switches: { asterisk: 'hung' } });
    const fresh = await late(one, one.get('sip:getPeersStatuses', one.key));
    expect([dataOf(fresh.answer), Math.floor(fresh.seconds)]).toEqual([[], 7]);
    expect((await late(one, one.get('sip:getStatuses', one.key))).answer.status).toBe(400);
    expect((await late(one, one.get('providers:getStatuses', one.key))).answer.status).toBe(400);
  });

  test('started: each of three processes answers once late and with less, and for a minute nothing is checked', async () => {
    const one = await lab();
    one.pbx.restartAsterisk();
    for (let process = 0; process < 3; process += 1) {
      const answer = await late(one, one.get('sip:getPeersStatuses', one.key));
      expect([dataOf(answer.answer), answer.seconds]).toEqual([[], 2.5]);
    }
    const rows = dataOf(await one.get('sip:getPeersStatuses', one.key)) as unknown as { id: string; state: string }[];
    expect(rows.find(({ id }) => id === '201')?.state).toBe('UNKNOWN');
    expect(dataOf(await one.get('sip:getStatuses', one.key))).toMatchObject({
      203: { status: 'Available', rtt: null },
    });
    one.clock.advance(60_000);
    expect(dataOf(await one.get('sip:getStatuses', one.key))).toMatchObject({ 203: { status: 'Unavailable' } });
  });
});
