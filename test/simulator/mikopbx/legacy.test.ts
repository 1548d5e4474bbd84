import { describe, expect, onTestFinished, test } from 'vitest';
import { setExtension } from '../../../src/simulator/kit/world.ts';
import { createMikoSimulator, type MikoSimulator } from '../../../src/simulator/mikopbx/index.ts';
import type { Release } from '../../../src/simulator/mikopbx/releases.ts';
import type { MikoOptions } from '../../../src/simulator/mikopbx/settings.ts';
import { richWorld, trunkTypeOf, isWebPhone } from '../../drivers/mikopbx/support.ts';
import { type Answer, ask } from '../ask.ts';
import { createHandClock, type HandClock } from '../hand-clock.ts';

interface Lab {
  readonly pbx: MikoSimulator;
  readonly clock: HandClock;
  readonly login: (
    fields?: Readonly<Record<string, string>>,
    headers?: Readonly<Record<string, string>>,
  ) => Promise<Answer>;
  readonly get: (path: string, cookie?: string) => Promise<Answer>;
  readonly peer: (name: string, cookie: string) => Promise<Readonly<Record<string, string>>>;
}

async function lab(release: Release, options: Partial<MikoOptions> = {}): Promise<Lab> {
  const clock = createHandClock();
  const switches = { trunkTypeOf, isWebPhone, ...options.switches };
  const pbx = createMikoSimulator({ clock, release, world: richWorld(), ...options, switches });
  const url = await pbx.start();
  onTestFinished(() => pbx.stop());
  const headersOf = (cookie?: string): Record<string, string> => (cookie === undefined ? {} : { cookie });
  return {
    pbx,
    clock,
    get: (path, cookie) => ask(new URL(path, url), { headers: headersOf(cookie) }),
    login: (fields = { login: 'exporter', password: 'made-up-password' }, headers = {}) =>
      ask(new URL('admin-cabinet/session/start', url), {
        method: 'POST',
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          'x-requested-with': 'XMLHttpRequest',
          ...headers,
        },
        body: new URLSearchParams(fields).toString(),
      }),
    peer: async (name, cookie) => {
      const answer = await ask(new URL('pbxcore/api/sip/getSipPeer', url), {
        method: 'POST',
        headers: headersOf(cookie),
        body: JSON.stringify({ peer: name }),
      });
      return (json(answer) as { data: Readonly<Record<string, string>> }).data;
    },
  };
}

const json = (answer: Answer): unknown => JSON.parse(answer.text) as unknown;
const cookieOf = (answer: Answer): string => answer.headers['set-cookie']?.[0]?.split(';')[0] ?? '';
const list = 'pbxcore/api/sip/getPeersStatuses';
const wrong = { login: 'exporter', password: 'x' };

describe('login', () => {
  test.each([
    ['2020.2.857', 'index/index'],
    ['2023.1.223', 'index/index'],
    ['2023.2.206', false],
    ['2024.1.114', false],
  ] as const)('%s says where to go: %s', async (release, reload) => {
    const { login, get } = await lab(release);
    const answer = await login();
    expect(json(answer)).toEqual({ success: true, reload, message: [] });
    expect(answer.headers['set-cookie']).toEqual([expect.stringMatching(/^PHPSESSID=[0-9a-f]{32}; path=\/$/)]);
    expect((await get(list, cookieOf(answer))).status).toBe(200);
  });

  test('without the header the answer is a page, and the login happens all the same', async () => {
    const { login, get } = await lab('2024.1.114');
    const answer = await login(undefined, { 'x-requested-with': 'xmlhttprequest' });
    expect(answer.text).toContain('<html>');
    expect((await get(list, cookieOf(answer))).status).toBe(200);
  });

  test('whoever sends a cookie gets none: that very id becomes valid', async () => {
    const { login, get } = await lab('2023.1.223');
    const answer = await login(undefined, { cookie: 'PHPSESSID=invented' });
    expect(answer.headers['set-cookie']).toBeUndefined();
    expect(json(await get(list, 'PHPSESSID=invented'))).toHaveProperty('result', true);
  });

  test('a live cookie: checked in A, not checked in B, and 2023.2 hands out secrets', async () => {
    for (const [release, success, secrets] of [
      ['2023.1.223', false, false],
      ['2023.2.206', true, true],
      ['2024.1.114', true, false],
    ] as const) {
      const { login } = await lab(release);
      const answer = await login(wrong, { cookie: cookieOf(await login()) });
      expect(json(answer)).toHaveProperty('success', success);
      expect(answer.text.includes('sip-secret')).toBe(secrets);
    }
  });

  test('the tenth login within five minutes by the clock succeeds in nothing, in 2024.1 only', async () => {
    const { login, get, clock } = await lab('2024.1.114');
    for (let count = 0; count < 9; count += 1) await login();
    const tenth = await login();
    expect(json(tenth)).toMatchObject({ success: true, reload: '/admin-cabinet/session/index' });
    expect((await get(list, cookieOf(tenth))).status).toBe(401);
    clock.advance(300_000);
    expect(json(await login())).toMatchObject({ reload: false });
    const older = await lab('2023.1.223');
    for (let count = 0; count < 12; count += 1) await older.login();
    expect(older.pbx.ledger.loginsGood).toBe(12);
  });

  test('a login that a redirect turned into a GET counts as a failed one', async () => {
    const { pbx } = await lab('2023.1.223');
    const url = new URL('admin-cabinet/session/start', await pbx.start());
    const answer = await ask(url, { headers: { 'x-requested-with': 'XMLHttpRequest' } });
    expect(json(answer)).toMatchObject({ success: false, form: '' });
    expect(pbx.refusals).toBe(1);
  });
});

describe('sessions and bans', () => {
  test('no session: HTTP 200 with errors in A, 401 and a stray cookie in B', async () => {
    const early = await (await lab('2023.1.223')).get(list);
    expect([early.status, json(early)]).toEqual([200, expect.objectContaining({ errors: ['Invalid auth token'] })]);
    expect(early.headers['set-cookie']).toBeUndefined();
    const late = await (await lab('2024.1.114')).get(list);
    expect([late.status, json(late)]).toEqual([
      401,
      expect.objectContaining({ errors: ["The user isn't authenticated."] }),
    ]);
    expect(late.headers['set-cookie']).toBeDefined();
  });

  test.each(['2020.2.857', '2024.1.114'] as const)(
    'three refused calls within 30 minutes cut off for twelve hours: %s',
    async (release) => {
      const { get, login, pbx, clock } = await lab(release);
      const cookie = cookieOf(await login());
      await get(list);
      clock.advance(31 * 60_000);
      for (let call = 0; call < 2; call += 1) await get(list);
      expect(pbx.ledger.bans).toBe(0);
      expect((await get(list, cookie)).status).toBe(200);
      await get(list);
      expect(pbx.ledger.bans).toBe(1);
      expect((await get(list, cookie)).error).toBeDefined();
      clock.advance(12 * 3_600_000 + 1);
      expect((await get(list, cookie)).error).toBeUndefined();
    },
  );

  test('a session of B lives for an hour after its last use, one of A until it is thrown away', async () => {
    const late = await lab('2024.1.114');
    const cookie = cookieOf(await late.login());
    late.clock.advance(3_000_000);
    expect((await late.get(list, cookie)).status).toBe(200);
    late.clock.advance(3_000_000);
    expect((await late.get(list, cookie)).status).toBe(200);
    late.clock.advance(3_600_001);
    expect((await late.get(list, cookie)).status).toBe(401);
    const early = await lab('2023.1.223', { switches: { sessionFileLifeMs: 1_440_000 } });
    const file = cookieOf(await early.login());
    early.clock.advance(1_400_000);
    expect(json(await early.get(list, file))).toHaveProperty('result', true);
    early.clock.advance(100_000);
    expect(json(await early.get(list, file))).toHaveProperty('errors');
  });

  test('unknown groups, actions and roles', async () => {
    const { get, login, pbx } = await lab('2024.1.114', { switches: { forbiddenCalls: ['iax/getRegistry'] } });
    const cookie = cookieOf(await login());
    expect((await get('pbxcore/api/v3/system:ping')).status).toBe(404);
    expect((await get('pbxcore/api/nosuch/x')).status).toBe(404);
    expect(json(await get('pbxcore/api/sip/foo', cookie))).toMatchObject({ result: false });
    expect((await get('pbxcore/api/iax/getRegistry', cookie)).status).toBe(403);
    expect((await get('pbxcore/api/system/ping')).text).toBe('PONG');
    expect(pbx.refusals).toBe(0);
  });
});

describe('lists by release', () => {
  const rows = async (release: Release): Promise<Readonly<Record<string, string>>> => {
    const { get, login } = await lab(release);
    const { data } = json(await get(list, cookieOf(await login()))) as { data: { id: string; state: string }[] };
    return Object.fromEntries(data.map(({ id, state }) => [id, state]));
  };

  test('up to 2021.4 endpoints, trunks and web phones each have a row', async () => {
    const seen = await rows('2021.4.175');
    expect(seen).toMatchObject({ 201: 'OK', 202: 'UNKNOWN', '0204': 'OK', '208-WS': 'OK', 'SIP-1601534006': 'OK' });
    expect(seen).not.toHaveProperty('205');
  });

  test('from 2022.1 on web phones are merged, later trunks that register here are added', async () => {
    expect(Object.keys(await rows('2022.1.99'))).toEqual(['201', '202', '203', '206', '207', '208', '0204']);
    expect(await rows('2024.1.114')).toMatchObject({ 'SIP-TRUNK-AB12C004-AUTH': 'OK' });
  });

  test('ringing reads UNKNOWN up to 2024.1 and OK after it', async () => {
    for (const [release, state] of [
      ['2024.1.114', 'UNKNOWN'],
      ['2024.2.111-dev', 'OK'],
    ] as const) {
      const { get, login, pbx } = await lab(release);
      setExtension(pbx.world, '201', { call: 'ringing' });
      const { data } = json(await get(list, cookieOf(await login()))) as { data: { id: string; state: string }[] };
      expect(data.find(({ id }) => id === '201')?.state).toBe(state);
    }
  });

  test('contacts: the last one, suffixes, web phones first', async () => {
    const keys = async (release: Release, name: string): Promise<string[]> => {
      const { peer, login } = await lab(release);
      const data = await peer(name, cookieOf(await login()));
      return Object.keys(data).filter((key) => key.startsWith('Status') || key === 'state');
    };
    expect(await keys('2021.2.194', '0204')).toEqual(['Status', 'state']);
    expect(await keys('2021.4.175', '0204')).toEqual(['Status', 'state', 'Status-1', 'Status-2']);
    expect(await keys('2022.1.99', '208')).toEqual(['Status', 'state', 'Status-0']);
    expect(await keys('2024.1.114', '999')).toEqual(['state']);
  });

  test('an unknown number puts a process of 2021.4 one answer behind, not of 2022.1', async () => {
    for (const [release, expected] of [
      ['2021.4.175', '201'],
      ['2022.1.99', '203'],
    ] as const) {
      const { peer, login } = await lab(release);
      const cookie = cookieOf(await login());
      for (const name of ['999', '999', '201', '201']) await peer(name, cookie);
      expect((await peer('203', cookie))['EndpointName']).toBe(expected);
    }
  });

  test('Asterisk down: an empty list, trunks OFF or UNKNOWN only, every IAX trunk OFF', async () => {
    const { get, login, pbx } = await lab('2024.1.114');
    const cookie = cookieOf(await login());
    pbx.switches.asterisk = 'down';
    expect(json(await get(list, cookie))).toMatchObject({ result: true, data: [] });
    const states = async (path: string): Promise<string[]> =>
      (json(await get(path, cookie)) as { data: { state: string }[] }).data.map(({ state }) => state);
    expect(new Set(await states('pbxcore/api/sip/getRegistry'))).toEqual(new Set(['OFF', 'UNKNOWN']));
    expect(await states('pbxcore/api/iax/getRegistry')).toEqual(['OFF']);
  });

  test('calls come as one text in a list, channels as rows', async () => {
    const { get, login } = await lab('2024.1.114');
    const cookie = cookieOf(await login());
    const { data } = json(await get('pbxcore/api/cdr/getActiveCalls', cookie)) as { data: string[] };
    expect(JSON.parse(data[0] ?? '')).toHaveLength(2);
    expect((json(await get('pbxcore/api/cdr/getActiveChannels', cookie)) as { data: unknown[] }).data).toHaveLength(3);
  });
});

describe('pages of the web interface as its scripts get them', () => {
  const asScript = { 'x-requested-with': 'XMLHttpRequest' };
  const page = async ({ pbx }: Lab, path: string, cookie?: string): Promise<Answer> =>
    ask(new URL(`admin-cabinet/${path}`, await pbx.start()), {
      headers: { ...asScript, ...(cookie === undefined ? {} : { cookie }) },
    });

  test('tell a live session from a dead one without a strike', async () => {
    const one = await lab('2024.1.114');
    const cookie = cookieOf(await one.login());
    expect((await page(one, 'call-detail-records/index', cookie)).status).toBe(200);
    for (let times = 0; times < 5; times += 1) expect((await page(one, 'call-detail-records/index')).status).toBe(403);
    expect(one.pbx.refusals).toBe(0);
  });

  test('the list of providers holds no secret, that of extensions every one in 2022.1', async () => {
    const one = await lab('2022.1.99');
    const cookie = cookieOf(await one.login());
    const { providerlist } = json(await page(one, 'providers/index', cookie)) as { providerlist: readonly object[] };
    expect(providerlist[0]).toMatchObject({ uniqid: 'SIP-TRUNK-AB12C001', name: 'carrier', type: 'SIP', status: '' });
    expect(JSON.stringify(providerlist)).not.toContain('made-up');
    expect((await page(one, 'extensions/index', cookie)).text).toContain('sip-secret-of-201');
  });

  test('2024.1 tells how many logins are left, and asking uses none', async () => {
    const one = await lab('2024.1.114');
    for (let times = 0; times < 3; times += 1) await page(one, 'session/index');
    await one.login();
    expect(json(await page(one, 'session/index'))).toMatchObject({ remainAttempts: 9 });
  });
});

test('trunks answer getSipPeer, too; after a start of Asterisk the first list of each process of 2022.1 lacks registering ones', async () => {
  const one = await lab('2022.1.99');
  const cookie = cookieOf(await one.login());
  const silent = await one.peer('SIP-TRUNK-AB12C007', cookie);
  expect(silent).toMatchObject({ Status: 'Unreachable', QualifyFrequency: '0', RegExpire: '0', state: 'OK' });
  expect(await one.peer('SIP-TRUNK-AB12C008', cookie)).toEqual({ state: 'UNKNOWN' });
  one.pbx.restartAsterisk();
  const rows = async (): Promise<number> =>
    (json(await one.get('pbxcore/api/sip/getRegistry', cookie)) as { data: readonly unknown[] }).data.length;
  const [first, second, third] = [await rows(), await rows(), await rows()];
  expect([first, second]).toEqual([5, 5]);
  expect(third).toBe(8);
});
