import { describe, expect, test } from 'vitest';
import type { Fault } from '../../src/simulator/kit/fault.ts';
import { faultNames } from '../../src/simulator/kit/fault.ts';
import { failureReasons } from '../../src/snapshot/failure-reason.ts';
import { createHandClock } from '../simulator/hand-clock.ts';
import { allProducts, simulateLasting } from '../support/products.ts';
import { accountOf, benchAnswerBytes, benchTarget } from '../support/target-bench.ts';

const day = 24 * 60 * 60_000;

/** Every fault that ends a round without a timeout. Other tests in `test/reliability/` check the effect of each on a target. */
const quickFaults: readonly Fault[] = Object.values(faultNames)
  .map(({ fault }) =>
    fault.kind === 'huge-body' || fault.kind === 'gzip-bomb' ? { ...fault, bytes: 2 * benchAnswerBytes } : fault,
  )
  .filter(({ kind }) => !kind.startsWith('hang') && kind !== 'drip' && kind !== 'delay');

describe.each(allProducts.map((product) => [product.name, product] as const))('%s', (_name, product) => {
  const { family } = product;

  test('forty rounds cost at most one login, never two sessions, and stop leaves none behind', async () => {
    const clock = createHandClock();
    const simulator = simulateLasting(product, clock);
    const bench = await benchTarget(family, simulator, clock);
    await bench.rounds(40);
    expect(bench.target.record.up).toBe(true);
    expect(simulator.ledger.loginsGood).toBeLessThanOrEqual(1);
    expect(simulator.ledger.sessionsPeak).toBeLessThanOrEqual(1);
    expect(simulator.ledger.requestsInFlightPeak).toBeLessThanOrEqual(2);
    await bench.target.stop();
    expect(simulator.ledger.sessionsLive).toBe(0);
  });

  test('a wrong password for a whole day locks nobody out', async () => {
    const clock = createHandClock();
    const simulator = simulateLasting(product, clock);
    const right = accountOf(simulator);
    const account =
      right.kind === 'token'
        ? { ...right, token: `${right.token.slice(0, -1)}x` }
        : { ...right, password: 'not-the-password' };
    const bench = await benchTarget(family, simulator, clock, { account });
    await bench.rounds(day / 30_000);
    expect(bench.target.record.up).toBe(false);
    expect(bench.target.record.lastRound?.reason).toBe('bad_credentials');
    expect(simulator.ledger.bans).toBe(0);
    expect(simulator.ledger.refusedWhileLocked).toBe(0);
    expect(bench.target.record.counters.roundFailures.suspended).toBeGreaterThan(1_000);
  });

  test('a failure of any kind has a reason of the closed set, and never shows the password, a token or a query', async () => {
    const clock = createHandClock();
    const simulator = simulateLasting(product, clock);
    const bench = await benchTarget(family, simulator, clock);
    await bench.rounds(1);
    const { kind: _kind, ...account } = accountOf(simulator);
    const secrets = Object.values(account).filter((value) => value.length > 5);
    for (const fault of quickFaults) {
      await simulator.faults.set(fault);
      const { lastRound, collectors } = await bench.rounds(1);
      const shown = JSON.stringify({ lastRound, collectors });
      for (const secret of secrets) expect(shown).not.toContain(secret);
      expect(shown).not.toMatch(/token=|[?&]\w+=/);
      await simulator.faults.clear();
    }
    const results = Object.values(bench.target.record.counters.requests).flatMap((byResult) => Object.keys(byResult));
    const known: ReadonlySet<string> = new Set(['ok', ...failureReasons]);
    expect(results.filter((result) => !known.has(result))).toEqual([]);
  });
});
