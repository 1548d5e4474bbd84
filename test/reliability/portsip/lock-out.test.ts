import { describe, expect, test } from 'vitest';
import { portsip } from '../../../src/drivers/portsip/index.ts';
import { createPortsipSimulator } from '../../../src/simulator/portsip/index.ts';
import { createHandClock } from '../../simulator/hand-clock.ts';
import { benchTarget } from '../../support/target-bench.ts';
import { setUp } from '../../drivers/portsip/support.ts';

const minute = 60_000;
/** One request per round, for tests with many rounds. */
const little = { collect: ['system'] } as const;
const wrong = { kind: 'password', username: 'metrics', password: 'not-the-password' } as const;

/** Returns the largest number of entries of an ascending list within any window. */
function mostWithin(times: readonly number[], windowMs: number): number {
  return Math.max(0, ...times.map((from) => times.filter((time) => time >= from && time - from < windowMs).length));
}

describe.each([
  ['a wrong password', { account: wrong }],
  ['an unknown domain', { options: { domain: 'elsewhere.example.net' } }],
])('%s for a whole day', (_name, changes) => {
  test('never more than two tries in twenty minutes, and never a block, by the count of the PBX', async () => {
    const { bench, simulator, clock } = await setUp({}, changes);
    const tries: number[] = [];
    for (let round = 0; round < (24 * 60 * minute) / 30_000; round += 1) {
      const before = simulator.ledger.loginsRefused;
      await bench.rounds(1);
      for (let more = before; more < simulator.ledger.loginsRefused; more += 1) tries.push(clock.monotonicTime());
    }
    expect(tries.length).toBe(simulator.ledger.requestsTotal);
    expect(mostWithin(tries, 20 * minute)).toBeLessThanOrEqual(2);
    expect(tries.slice(1, 4).map((time, index) => time - (tries[index] ?? 0))).toEqual([
      15 * minute,
      30 * minute,
      60 * minute,
    ]);
    expect(simulator.ledger.bans).toBe(0);
    expect(simulator.ledger.refusedWhileLocked).toBe(0);
  });
});

test.each([400, 401, 403, 404, 409, 422, 423])(
  'a refusal with HTTP %i and a code that is not known, as v22.6 has them, is a wrong password',
  async (code) => {
    const badPassword = { status: code, code: 'INVALID_CREDENTIALS' };
    const { bench, simulator } = await setUp({ switches: { release: '22.6', badPassword } }, { account: wrong });
    const record = await bench.rounds(20);
    expect(record.lastRound?.reason).toMatch(/^(bad_credentials|suspended)$/);
    expect(simulator.ledger.requestsTotal).toBe(1);
  },
);

test('a blocked address is told as such and left alone until the block ends', async () => {
  const { bench, simulator, clock } = await setUp({ switches: { failedLogins: 1 } }, { account: wrong });
  await bench.poll();
  const record = await bench.rounds(30);
  expect(record.lastRound?.reason).toBe('locked_out');
  expect(simulator.ledger.refusedWhileLocked).toBe(1);
  // Blocked for an hour; the rounds took a quarter of it.
  expect(record.suspendedUntilWall - clock.wallTime()).toBe(45 * minute);
  await bench.rounds(85);
  expect(simulator.ledger.refusedWhileLocked).toBe(1);
});

test('a block that also hits sessions stops the questions for a while', async () => {
  const { bench, simulator } = await setUp({ switches: { failedLogins: 1, blocks: 'everything' } }, little);
  await bench.poll();
  const intruder = await benchTarget(portsip, simulator, createHandClock(), { account: wrong });
  await intruder.poll();
  const before = simulator.ledger.requestsTotal;
  expect((await bench.rounds(1)).lastRound?.reason).toBe('locked_out');
  await bench.rounds(20);
  expect(simulator.ledger.requestsTotal - before).toBeLessThanOrEqual(4);
  simulator.liftBlocks();
  expect((await bench.rounds(11)).up).toBe(true);
  expect(simulator.ledger.loginsGood).toBe(1);
});

test('many tenants of one server with wrong passwords together stay below the block, and a good one is not held up', async () => {
  const clock = createHandClock();
  const simulator = createPortsipSimulator({ clock, peers: 5 });
  const good = await benchTarget(portsip, simulator, clock, little);
  await good.poll();
  const bad = await Promise.all(
    Array.from({ length: 6 }, () => benchTarget(portsip, simulator, clock, { account: wrong })),
  );
  const refusals: number[] = [];
  for (let round = 0; round < 240; round += 1) {
    const before = simulator.ledger.loginsRefused;
    clock.advance(30_000);
    for (const bench of bad) await bench.poll();
    if (round === 100) simulator.endSessions();
    await good.poll();
    for (let more = before; more < simulator.ledger.loginsRefused; more += 1) refusals.push(clock.monotonicTime());
    expect(good.target.record.up).toBe(true);
  }
  expect(mostWithin(refusals, 60 * minute)).toBeLessThanOrEqual(4);
  expect(simulator.ledger).toMatchObject({ bans: 0, refusedWhileLocked: 0 });
  expect(bad.map((bench) => bench.target.record.up)).toEqual(bad.map(() => false));
});

test('a corrected password works at once after a reload, also after several refusals', async () => {
  const clock = createHandClock();
  const simulator = createPortsipSimulator({ clock, peers: 5 });
  const before = await benchTarget(portsip, simulator, clock, { ...little, account: wrong });
  await before.poll();
  await before.rounds(95);
  expect(simulator.ledger.loginsRefused).toBe(3);
  const after = await benchTarget(portsip, simulator, clock, little);
  expect((await after.poll()).up).toBe(true);
});

test('after a block that the administrator lifted, a changed target works at once; those configured before it wait', async () => {
  const clock = createHandClock();
  const simulator = createPortsipSimulator({ clock, peers: 5, switches: { failedLogins: 1 } });
  const bad = await benchTarget(portsip, simulator, clock, { ...little, account: wrong });
  const waiting = await benchTarget(portsip, simulator, clock, little);
  await bad.poll();
  await bad.rounds(30);
  expect((await waiting.poll()).lastRound).toMatchObject({ reason: 'locked_out' });
  expect(simulator.ledger.refusedWhileLocked).toBe(1);
  simulator.liftBlocks();
  clock.advance(1_000);
  const unchanged = await benchTarget(portsip, simulator, clock, little);
  expect((await unchanged.poll()).lastRound).toMatchObject({ reason: 'locked_out' });
  const changed = await benchTarget(portsip, simulator, clock, { ...little, tls: { insecureSkipVerify: true } });
  expect((await changed.poll()).up).toBe(true);
});

test('a refusal without a domain says that the domain may be what is missing', async () => {
  const { bench } = await setUp({}, { options: {} });
  expect((await bench.poll()).lastRound).toMatchObject({
    reason: 'bad_credentials',
    detail: expect.stringContaining('option "domain"'),
  });
});
