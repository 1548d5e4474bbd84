import { describe, expect, test } from 'vitest';
import type { Sender } from '../../../src/drivers/driver.ts';
import { login } from '../../../src/drivers/yeastar-s-k2/login.ts';
import { yeastarS } from '../../../src/drivers/yeastar-s-k2/index.ts';
import { asFailure } from '../../../src/transport/failure.ts';
import type { ApiRequest } from '../../../src/transport/request.ts';
import { ask } from '../../simulator/ask.ts';
import { createHandClock } from '../../simulator/hand-clock.ts';
import { both, keepingLog, setUp } from './support.ts';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
const wrong = { account: { kind: 'password', username: 'exporter', password: 'not-the-password' } } as const;

/** Makes refused logins as another program with the same address. */
async function failedLogins(url: URL, times: number): Promise<void> {
  const body = JSON.stringify({ username: 'someone', password: 'x', port: '8260' });
  for (let time = 0; time < times; time += 1) await ask(new URL('api/v1.1.0/login', url), { method: 'POST', body });
}

describe('what a login sends', () => {
  test.each([
    ['v1.0.0', {}],
    ['v1.0.6', {}],
    ['v1.1.0', { version: '1.0.2' }],
    ['v2.0.0', { version: '2.0.0' }],
  ])('%s: MD5 in lower case, the port as text, the report format where it is known', async (version, format) => {
    const sent: ApiRequest[] = [];
    const sender: Sender = {
      async ask(request, read) {
        sent.push(request);
        return read({ status: 200, headers: {}, cookies: new Map(), body: '{"status":"Success","token":"abc"}' });
      },
    };
    const account = { kind: 'password', username: 'api', password: 'Grüße' } as const;
    const clock = createHandClock();
    const session = await login(sender, { account, version, reportPort: 8260, timing: { intervalMs: 30_000 }, clock });
    expect(session).toEqual({ query: { token: 'abc' } });
    const password = '49c5f675b49037b6044b803ac9d1a6d7';
    expect(sent).toEqual([
      {
        call: 'login',
        path: `/api/${version}/login`,
        body: { kind: 'json', value: { username: 'api', password, port: '8260', ...format } },
      },
    ]);
  });

  test.each(['{"status":"Success"}', '{"status":"Success","token":""}'])('no token is no login: %s', async (body) => {
    const sender: Sender = {
      ask: async (_request, read) => read({ status: 200, headers: {}, cookies: new Map(), body }),
    };
    const account = { kind: 'password', username: 'api', password: 'x' } as const;
    const settings = {
      account,
      version: 'v1.1.0',
      reportPort: 1,
      timing: { intervalMs: 30_000 },
      clock: createHandClock(),
    };
    const thrown: unknown = await login(sender, settings).catch((failure: unknown) => failure);
    expect(asFailure(thrown)).toMatchObject({ reason: 'protocol', message: expect.stringContaining('no token') });
  });
});

describe.each(both)('%s: the lock-out', (_name, family) => {
  test('a wrong password for two days: three tries, then one a day, and no lock', async () => {
    const { bench, simulator, clock } = await setUp(family, wrong);
    const tries: number[] = [];
    for (let round = 0; round < (2 * dayMs) / minuteMs; round += 1) {
      const before = simulator.ledger.loginsRefused;
      await bench.rounds(1);
      clock.advance(minuteMs / 2);
      if (simulator.ledger.loginsRefused > before) tries.push(round);
    }
    expect(tries).toHaveLength(4);
    expect(tries.map((minute) => minute - (tries[0] ?? 0))).toEqual([0, 1, 6, 1446]);
    expect(simulator.ledger.bans).toBe(0);
  });

  test('it says so: reason, remedy, and until when', async () => {
    const { bench, simulator, clock } = await setUp(family, wrong);
    for (let round = 0; round < 20; round += 1) await bench.rounds(1);
    expect(simulator.ledger.loginsRefused).toBe(3);
    const { lastRound, suspendedUntilWall } = bench.target.record;
    expect(lastRound).toMatchObject({
      reason: 'bad_credentials',
      detail: expect.stringContaining('correct the password'),
    });
    expect(suspendedUntilWall - clock.wallTime()).toBeGreaterThan(23 * 60 * minuteMs);
  });

  test('an address that another program got locked: eleven minutes of silence, then all is well', async () => {
    const { bench, simulator, clock } = await setUp(family);
    await failedLogins(await simulator.start(), 5);
    expect(simulator.ledger.bans).toBe(1);
    const record = await bench.poll();
    expect(record.lastRound).toMatchObject({ reason: 'locked_out', detail: expect.stringContaining('ten minutes') });
    await bench.rounds(21);
    expect(simulator.ledger.refusedWhileLocked).toBe(1);
    expect(bench.target.record.up).toBe(false);
    clock.advance(minuteMs);
    expect((await bench.rounds(1)).up).toBe(true);
    expect(simulator.ledger).toMatchObject({ refusedWhileLocked: 1, loginsGood: 1, bans: 1 });
  });

  test('a session that exists outlives the lock of its address', async () => {
    const { bench, simulator } = await setUp(family);
    await bench.rounds(1);
    await failedLogins(await simulator.start(), 5);
    expect((await bench.rounds(3)).up).toBe(true);
    expect(simulator.ledger.loginsGood).toBe(1);
  });

  test('"service not running" is no bad password: no suspension, no strike, and the token is kept', async () => {
    const { bench, simulator } = await setUp(family);
    simulator.switches.serviceDown = true;
    const down = await bench.poll();
    expect(down).toMatchObject({ up: false, suspendedUntilWall: 0, lastRound: { reason: 'service_unavailable' } });
    simulator.switches.serviceDown = false;
    expect((await bench.rounds(2)).up).toBe(true);
    simulator.switches.serviceDown = true;
    expect(await bench.rounds(3)).toMatchObject({ up: false, lastRound: { reason: 'service_unavailable' } });
    simulator.switches.serviceDown = false;
    expect((await bench.rounds(1)).up).toBe(true);
    expect(simulator.ledger).toMatchObject({ loginsGood: 1, loginsRefused: 0, bans: 0 });
  });
});

describe('a login that the PBX refuses for our configuration', () => {
  test.each([
    ['an address that is not permitted', { addressForbidden: true }, {}, 'permitted addresses'],
    ['a version of the API that it lacks', {}, { api_version: 'v2.0.0' }, 'options.api_version'],
  ])('%s', async (_what, switches, options, detail) => {
    const { bench, simulator } = await setUp(yeastarS, { options }, { switches, versions: ['v1.0.0', 'v1.1.0'] });
    const record = await bench.poll();
    expect(record.lastRound).toMatchObject({ reason: 'config', detail: expect.stringContaining(detail) });
    expect(record.suspendedUntilWall).toBeGreaterThan(0);
    await bench.rounds(10);
    expect(simulator.ledger.requestsTotal).toBe(1);
  });

  test('port 80 redirects to HTTPS: said so, and not followed', async () => {
    const { bench, simulator } = await setUp(yeastarS);
    await simulator.faults.set({ kind: 'redirect', to: 'https://192.0.2.9:8088/', status: 302 });
    expect((await bench.poll()).lastRound?.reason).toBe('redirect');
    expect(simulator.ledger.requestsTotal).toBe(1);
  });
});

describe.each(both)('%s: the token', (_name, family) => {
  test('lives as long as rounds use it: one login in six hours, and logout on stop', async () => {
    const { bench, simulator } = await setUp(family, { intervalMs: 15 * minuteMs, staleAfterMs: dayMs });
    await bench.rounds(24);
    expect(simulator.ledger).toMatchObject({ loginsGood: 1, sessionsOpened: 1 });
    expect(simulator.ledger.requestsOf('heartbeat')).toBe(0);
    await bench.target.stop();
    expect(simulator.ledger.sessionsEnded).toEqual({ logout: 1, expired: 0, revoked: 0 });
  });

  test('with rounds 25 minutes apart it is prolonged by a heartbeat', async () => {
    const changes = { intervalMs: 25 * minuteMs, staleAfterMs: dayMs, options: { report_address: '192.0.2.20' } };
    const { bench, simulator } = await setUp(family, changes);
    await bench.rounds(10);
    expect(bench.target.record.up).toBe(true);
    expect(simulator.ledger.loginsGood).toBe(1);
    expect(simulator.ledger.requestsOf('heartbeat')).toBe(9);
  });

  test('a heartbeat that is refused costs a login and no round', async () => {
    const { bench, simulator } = await setUp(family, { intervalMs: 25 * minuteMs, staleAfterMs: dayMs });
    for (let round = 0; round < 5; round += 1) expect((await bench.rounds(1)).up).toBe(true);
    expect(simulator.ledger.loginsGood).toBe(5);
  });

  test('with rounds an hour apart each one logs in, without a heartbeat that could only fail', async () => {
    const { bench, simulator } = await setUp(family, { intervalMs: 60 * minuteMs, staleAfterMs: dayMs });
    for (let round = 0; round < 5; round += 1) expect((await bench.rounds(1)).up).toBe(true);
    expect(simulator.ledger).toMatchObject({ loginsGood: 5, sessionsPeak: 1 });
    expect(simulator.ledger.requestsOf('heartbeat')).toBe(0);
  });

  test('that ends on time, used or not, is refreshed without the password', async () => {
    const { bench, simulator } = await setUp(family, { intervalMs: 5 * minuteMs }, { refreshTokens: true });
    for (let round = 0; round < 36; round += 1) expect((await bench.rounds(1)).up).toBe(true);
    expect(simulator.ledger).toMatchObject({ loginsGood: 1, sessionsPeak: 1 });
    expect(simulator.ledger.requestsOf('token/refresh')).toBe(7);
  });

  test.each(['20004', '20006'] as const)('that is gone (%s) costs one login and one repetition', async (gone) => {
    const { bench, simulator } = await setUp(family, {}, { switches: { gone } });
    await bench.rounds(1);
    simulator.endSessions();
    const record = await bench.rounds(1);
    expect(record.collectors).toMatchObject({ peers: { success: true }, trunks: { success: true } });
    expect(simulator.ledger.loginsGood).toBe(2);
  });

  test('may end between any two requests of a round', async () => {
    const collect = [...family.collectors];
    const { bench, simulator } = await setUp(family, { collect, options: { api_version: 'v1.1.0', queues: ['6001'] } });
    await bench.rounds(1);
    for (let position = 1; position <= 6; position += 1) {
      let seen = 0;
      const matches = (): boolean => {
        seen += 1;
        if (seen === position) simulator.endSessions();
        return false;
      };
      await simulator.faults.set({ kind: 'close' }, { matches });
      const { loginsGood } = simulator.ledger;
      const record = await bench.rounds(3);
      await simulator.faults.clear();
      expect(record.up).toBe(true);
      expect(Object.values(record.collectors).map(({ success }) => success)).toEqual(collect.map(() => true));
      expect(simulator.ledger.loginsGood - loginsGood).toBe(1);
    }
  });

  test('that another program ends again and again: every round still works, and the log says it once', async () => {
    const log = keepingLog();
    const { bench, simulator } = await setUp(family, { log }, { switches: { singleSession: true } });
    for (let round = 0; round < 6; round += 1) {
      expect((await bench.rounds(1)).up).toBe(true);
      simulator.endSessions();
    }
    expect(simulator.ledger.loginsGood).toBe(6);
    expect(log.lines.filter(([message]) => message.includes('another program'))).toHaveLength(1);
  });
});
