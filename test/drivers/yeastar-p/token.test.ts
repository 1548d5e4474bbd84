import { describe, expect, test } from 'vitest';
import { yeastarP } from '../../../src/drivers/yeastar-p/index.ts';
import { ask } from '../../simulator/ask.ts';
import { setUp } from './support.ts';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
const wrong = { account: { kind: 'password', username: 'example-client-id', password: 'wrong' } } as const;

async function getToken(url: URL, password: string): Promise<number> {
  const body = JSON.stringify({ username: 'example-client-id', password });
  const headers = { 'user-agent': 'OpenAPI' };
  const answer = await ask(new URL('openapi/v1.0/get_token', url), { method: 'POST', headers, body });
  return (JSON.parse(answer.text) as { errcode: number }).errcode;
}

describe('the access token', () => {
  test('is refreshed before it ends, without the secret, and revoked on stop', async () => {
    const { bench, simulator } = await setUp({ intervalMs: 5 * minuteMs, staleAfterMs: dayMs });
    for (let round = 0; round < 96; round += 1) expect((await bench.rounds(1)).up).toBe(true);
    expect(simulator.ledger).toMatchObject({ loginsGood: 1, sessionsPeak: 1 });
    expect(simulator.ledger.requestsOf('refresh_token')).toBe(19);
    expect(bench.target.record.counters.requests['extension_list']).toEqual({ ok: 96 });
    await bench.target.stop();
    expect(simulator.ledger.sessionsLive).toBe(0);
    expect(simulator.ledger.sessionsEnded.logout).toBe(1);
  });

  test('that lives on after a refresh never adds up to eight', async () => {
    const switches = { refreshEndsOld: false };
    const { bench, simulator } = await setUp({ intervalMs: 5 * minuteMs, staleAfterMs: dayMs }, { switches });
    await bench.rounds(30);
    expect(simulator.ledger.sessionsPeak).toBe(2);
    expect(simulator.ledger.loginsGood).toBe(1);
  });

  test('with rounds an hour apart it is refreshed each time; once the refresh token is dead, one login', async () => {
    const { bench, simulator, clock } = await setUp({ intervalMs: 60 * minuteMs, staleAfterMs: dayMs });
    await bench.rounds(5);
    expect(simulator.ledger.loginsGood).toBe(1);
    clock.advance(dayMs);
    expect((await bench.rounds(1)).up).toBe(true);
    expect(simulator.ledger.loginsGood).toBe(2);
  });

  test('may end between any two requests of a round', async () => {
    const collect = [...yeastarP.collectors];
    const { bench, simulator } = await setUp({ collect });
    await bench.rounds(1);
    for (let position = 1; position <= 8; position += 1) {
      let seen = 0;
      const matches = (): boolean => {
        seen += 1;
        if (seen === position) simulator.endSessions();
        return false;
      };
      await simulator.faults.set({ kind: 'close' }, { matches });
      const { loginsGood } = simulator.ledger;
      const record = await bench.rounds(2);
      await simulator.faults.clear();
      expect(record.up).toBe(true);
      expect(Object.values(record.collectors).map(({ success }) => success)).toEqual(collect.map(() => true));
      expect(simulator.ledger.loginsGood - loginsGood).toBe(1);
    }
  });

  test('is not to be had when eight live: said so, asked for again after five minutes', async () => {
    const { bench, simulator, clock } = await setUp();
    const url = await simulator.start();
    for (let token = 0; token < 8; token += 1) expect(await getToken(url, 'example-client-secret')).toBe(0);
    const record = await bench.poll();
    expect(record.lastRound).toMatchObject({ reason: 'rate_limited', detail: expect.stringContaining('eight tokens') });
    expect(record.suspendedUntilWall - clock.wallTime()).toBe(5 * minuteMs);
    await bench.rounds(9);
    expect(simulator.ledger.requestsOf('get_token')).toBe(9);
    clock.advance(25 * minuteMs);
    expect((await bench.rounds(1)).up).toBe(true);
    expect(simulator.ledger.bans).toBe(0);
  });
});

describe('the block of an address', () => {
  test.each([-1, 10005, 40002, 10004, 70001])(
    'a wrong secret (errcode %i) for two weeks: three tries, then silence',
    async (refusal) => {
      const { bench, simulator } = await setUp({ ...wrong, intervalMs: 60 * minuteMs }, { switches: { refusal } });
      await bench.rounds(14 * 24);
      expect(simulator.ledger).toMatchObject({ loginsRefused: 3, bans: 0 });
      expect(bench.target.record.lastRound).toMatchObject({
        reason: 'bad_credentials',
        detail: expect.stringContaining('correct them'),
      });
    },
  );

  test('by another program is named; the administrator lifts it, and the exporter comes back within the hour', async () => {
    const { bench, simulator, clock } = await setUp();
    const url = await simulator.start();
    for (let time = 0; time < 5; time += 1) await getToken(url, 'wrong');
    const record = await bench.poll();
    expect(record.lastRound).toMatchObject({ reason: 'locked_out', detail: expect.stringContaining('Blocked IPs') });
    await bench.rounds(60);
    expect(simulator.ledger.refusedWhileLocked).toBe(1);
    simulator.liftBlock();
    clock.advance(60 * minuteMs);
    expect((await bench.rounds(1)).up).toBe(true);
  });
});

test('every request names its user agent; without it the PBX refuses', async () => {
  const { bench, simulator } = await setUp({ collect: [...yeastarP.collectors] });
  const agents = new Set<string | undefined>();
  await simulator.faults.set(
    { kind: 'close' },
    { matches: ({ headers }) => agents.add(headers['user-agent']) === undefined },
  );
  expect((await bench.poll()).up).toBe(true);
  await bench.target.stop();
  expect([...agents]).toEqual(['OpenAPI']);
});

test('an address outside the IP restriction is a matter of configuration', async () => {
  const { bench, simulator } = await setUp({}, { switches: { addressForbidden: true } });
  expect((await bench.poll()).lastRound).toMatchObject({
    reason: 'config',
    detail: expect.stringContaining('IP restriction'),
  });
  await bench.rounds(5);
  expect(simulator.ledger.requestsTotal).toBe(1);
});
