import { expect, test } from 'vitest';
import { createHandClock } from '../simulator/hand-clock.ts';
import { allProducts, simulateLasting } from '../support/products.ts';
import { benchTarget } from '../support/target-bench.ts';

test.each(allProducts.map((product) => [product.name, product] as const))(
  '%s: forty rounds cost at most one login, never two sessions, and stop leaves none behind',
  async (_name, product) => {
    const clock = createHandClock();
    const simulator = simulateLasting(product, clock);
    const bench = await benchTarget(product.family, simulator, clock);
    await bench.rounds(40);
    expect(bench.target.record.up).toBe(true);
    expect(simulator.ledger.loginsGood).toBeLessThanOrEqual(1);
    expect(simulator.ledger.sessionsPeak).toBeLessThanOrEqual(1);
    expect(simulator.ledger.requestsInFlightPeak).toBeLessThanOrEqual(2);
    await bench.target.stop();
    expect(simulator.ledger.sessionsLive).toBe(0);
  },
);
