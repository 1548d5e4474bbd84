import { describe, expect, test } from 'vitest';
import { portsip } from '../../src/drivers/portsip/index.ts';
import { blockedFailure } from '../../src/drivers/portsip/errors.ts';
import { webitel } from '../../src/drivers/webitel/index.ts';
import { remainingBlockMs, tokenFailure } from '../../src/drivers/yeastar-p/errors.ts';
import { yeastarP } from '../../src/drivers/yeastar-p/index.ts';
import { yeastarS } from '../../src/drivers/yeastar-s-k2/index.ts';
import { createPortsipSimulator } from '../../src/simulator/portsip/index.ts';
import { createWebitelSimulator } from '../../src/simulator/webitel/index.ts';
import { createYeastarPSimulator } from '../../src/simulator/yeastar-p/index.ts';
import { simulators } from '../../src/simulator/index.ts';
import { createHandClock } from '../simulator/hand-clock.ts';
import { benchTarget } from '../support/target-bench.ts';

const twoHours = (2 * 60 * 60_000) / 30_000;
const little = { collect: ['system'] } as const;

test.each([10001, 10002, 10003, 70087, -1, 40001, 99999])(
  'P-Series: get_token refused with %i is tried three times at most in two hours',
  async (errcode) => {
    const clock = createHandClock();
    const simulator = createYeastarPSimulator({ clock, peers: 2 });
    simulator.switches.callErrors.set('get_token', errcode);
    const bench = await benchTarget(yeastarP, simulator, clock, little);
    await bench.rounds(twoHours);
    expect(simulator.ledger.requestsOf('get_token')).toBeLessThanOrEqual(3);
    expect(bench.target.record.refusals).toMatchObject({ used: simulator.ledger.requestsOf('get_token'), most: 4 });
  },
);

test.each([
  '{"status":"Failed","errno":"20000"}',
  '{"status":"Failed","errno":"77777"}',
  '{"status":"Failed","errno":"20008"}',
])('S-Series: a login answered %s is tried three times at most in two hours', async (body) => {
  const clock = createHandClock();
  const simulator = simulators.find(({ family }) => family === 'yeastar-s')?.create({ clock, peers: 2 });
  if (simulator === undefined) throw new Error('no such simulator');
  await simulator.faults.set({ kind: 'status', status: 200, body }, { call: 'login' });
  const bench = await benchTarget(yeastarS, simulator, clock, little);
  await bench.rounds(twoHours);
  expect(simulator.ledger.requestsOf('login')).toBeLessThanOrEqual(3);
});

test.each([400, 403, 409, 422])(
  'Webitel: a login refused with %i and JSON pauses like a wrong password',
  async (status) => {
    const clock = createHandClock();
    const simulator = createWebitelSimulator({ clock, peers: 2, flavor: 'modern' });
    const body = '{"id":"app.some.error","status":"Error","detail":"no","code":16}';
    await simulator.faults.set({ kind: 'status', status, body }, { call: 'login' });
    const bench = await benchTarget(webitel, simulator, clock, little);
    await bench.rounds(twoHours);
    expect(simulator.ledger.requestsOf('login')).toBeLessThanOrEqual(4);
    expect(bench.target.record.suspendedUntilWall).toBeGreaterThan(clock.wallTime());
  },
);

test('PortSIP: an account that is accepted but gets no token sends its password rarely', async () => {
  const clock = createHandClock();
  const simulator = createPortsipSimulator({
    clock,
    peers: 2,
    switches: { loginAnswer: 'nothing', flows: new Set(['login']) },
  });
  const bench = await benchTarget(portsip, simulator, clock, little);
  await bench.rounds(twoHours);
  expect(simulator.ledger.requestsOf('POST /login')).toBeLessThanOrEqual(4);
  expect(bench.target.record).toMatchObject({ lastRound: { reason: 'protocol' }, up: false });
  expect(bench.target.record.refusals).toBeUndefined();
});

describe('a login path', () => {
  test('that worked and is missing for a minute is no refusal: the server is back at once, for all its tenants', async () => {
    const clock = createHandClock();
    const simulator = createPortsipSimulator({ clock, peers: 2 });
    const tenants = await Promise.all([1, 2, 3].map(() => benchTarget(portsip, simulator, clock, little)));
    for (const tenant of tenants) await tenant.poll();
    simulator.endSessions();
    await simulator.faults.set({ kind: 'status', status: 404, body: 'not found' });
    clock.advance(30_000);
    for (const tenant of tenants) await tenant.poll();
    for (const { target } of tenants)
      expect(['service_unavailable', 'config']).toContain(target.record.lastRound?.reason);
    await simulator.faults.clear();
    for (let round = 0; round < 4; round += 1) {
      clock.advance(30_000);
      for (const tenant of tenants) await tenant.poll();
    }
    for (const { target } of tenants) expect(target.record).toMatchObject({ up: true, suspendedUntilWall: 0 });
  });

  test('that never worked is a matter of the configuration', async () => {
    const clock = createHandClock();
    const simulator = createPortsipSimulator({ clock, peers: 2, switches: { flows: new Set() } });
    const bench = await benchTarget(portsip, simulator, clock, little);
    const record = await bench.poll();
    expect(record.lastRound?.reason).toBe('config');
    expect(record.suspendedUntilWall).toBeGreaterThan(clock.wallTime());
    expect(record.refusals).toBeUndefined();
  });
});

describe('a time that the PBX names', () => {
  const now = 1_767_225_600_000;

  test.each([
    [600, 600_000],
    ['600', 600_000],
    [now / 1000 + 90, 90_000],
    [undefined, undefined],
    ['soon', undefined],
  ])('P-Series: block_expire_time %s', (value, expected) => {
    expect(remainingBlockMs({ block_expire_time: value }, now)).toBe(expected);
    expect(tokenFailure('70004', expected)).toMatchObject({ reason: 'locked_out', retryAfterMs: expected });
  });

  const body = (until: string): string =>
    JSON.stringify({
      errors: [{ code: 'DENIED', message: `the client IP address 192.0.2.9 has been blocked until ${until}` }],
    });

  test.each([
    ['2026-01-01T00:20:00Z', 1_200_000],
    ['2026-01-01 00:20:00 UTC', 1_200_000],
    ['2026-01-01T02:20:00.000000+02:00', 1_200_000],
    ['2026-01-01 00:20:00', undefined],
    ['01/02/2026 00:20', undefined],
    ['2025-01-01T00:20:00Z', undefined],
  ])('PortSIP: blocked until %s', (until, expected) => {
    const headers = { date: 'Thu, 01 Jan 2026 00:00:00 GMT' };
    const failure = blockedFailure({ status: 403, headers, cookies: new Map(), body: body(until) });
    expect(failure).toMatchObject({ reason: 'locked_out', retryAfterMs: expected });
  });
});
