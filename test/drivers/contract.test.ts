import { describe, expect, test } from 'vitest';
import type { Fault } from '../../src/simulator/kit/fault.ts';
import { createHandClock } from '../simulator/hand-clock.ts';
import { allProducts, simulateLasting } from '../support/products.ts';
import { benchTarget } from '../support/target-bench.ts';

describe.each(allProducts.map((product) => [product.name, product] as const))('%s', (_name, product) => {
  const { family } = product;

  async function setUp() {
    const clock = createHandClock();
    const simulator = simulateLasting(product, clock);
    return { clock, simulator, bench: await benchTarget(family, simulator, clock) };
  }

  test('reads peers and trunks of a healthy PBX, with nothing skipped', async () => {
    const { bench, simulator } = await setUp();
    const record = await bench.poll();
    expect(record.lastRound).not.toHaveProperty('reason');
    expect(record).toMatchObject({ up: true, collectors: { peers: { success: true }, trunks: { success: true } } });
    expect(record.retained.peers?.value.length).toBeGreaterThan(0);
    expect(record.retained.trunks?.value.length).toBeGreaterThan(0);
    expect(record.counters.rowsSkipped).toEqual({});
    expect(simulator.ledger.loginsRefused).toBe(0);
  });

  test('sessions that end on the PBX cost one login each, and no round', async () => {
    const { bench, simulator } = await setUp();
    await bench.rounds(1);
    const before = simulator.ledger.loginsGood;
    // MikoPBX 2024 bans an address after three requests with a lost session within half an hour, so the driver waits after the second.
    const endings = product.name === 'mikopbx 2024' ? 1 : 3;
    for (let times = 1; times <= endings; times += 1) {
      simulator.endSessions();
      const record = await bench.rounds(1);
      expect(record.up).toBe(true);
      expect(simulator.ledger.loginsGood - before).toBeLessThanOrEqual(times);
    }
    expect(simulator.ledger.bans).toBe(0);
  });

  test('a PBX that asks for time gets it: nothing is sent to it before', async () => {
    const { bench, simulator } = await setUp();
    await bench.rounds(1);
    const slowDown: Fault = { kind: 'status', status: 429, body: 'slow down', headers: { 'Retry-After': '100' } };
    await simulator.faults.set(slowDown);
    expect((await bench.rounds(1)).lastRound?.reason).toBe('rate_limited');
    await simulator.faults.clear();
    const before = simulator.ledger.requestsTotal;
    const record = await bench.rounds(3);
    expect(simulator.ledger.requestsTotal).toBe(before);
    expect(record.counters.roundFailures.rate_limited).toBe(4);
    expect(record.counters.logins.failure).toBe(0);
    let later = record;
    for (let rounds = 0; rounds < 20 && !later.up; rounds += 1) later = await bench.rounds(1);
    expect(later.up).toBe(true);
  });

  test('a PBX that asked for time is still logged out of: the session would stay there, and one request is no burden', async () => {
    const { bench, simulator } = await setUp();
    await bench.rounds(1);
    await simulator.faults.set({ kind: 'status', status: 429, body: 'slow down' });
    expect((await bench.rounds(1)).lastRound?.reason).toBe('rate_limited');
    await simulator.faults.clear();
    // A PBX that receives the credentials with each request has no sessions.
    expect(simulator.ledger.sessionsLive).toBe(simulator.ledger.sessionsOpened === 0 ? 0 : 1);
    await bench.target.stop();
    expect(simulator.ledger.sessionsLive).toBe(0);
  });
});
