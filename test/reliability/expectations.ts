import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { failureReasons } from '../../src/snapshot/failure-reason.ts';
import { allProducts } from '../support/products.ts';
import { type Outcome, runExperiment, usualRecovery } from './experiment.ts';
import type { FaultRow, Stage } from './faults.ts';
import { faultTable, measuredPart } from './report.ts';
import { type Around, faultRows, makeSurroundings } from './suite.ts';

/** Declares the tests of one stage: every row of the table with every product of every family, and the table in the documentation. */
export function describeFaults(stage: Stage): void {
  const outcomes: Outcome[] = [];
  let around: Around;
  beforeAll(async () => {
    around = await makeSurroundings();
  });
  afterAll(() => around.close());

  describe.each(allProducts.map((product) => [product.name, product] as const))('%s', (_name, product) => {
    test.each(rowsOf(stage))('%s', async (_row, row) => {
      const outcome = await runExperiment(product, row, stage, around);
      outcomes.push(outcome);
      expectTrouble(outcome, row);
      expect(around.knocks()).toBe(0);
    });
  });

  test('docs/reliability.md says what was seen', () => {
    const page = readFileSync(new URL('../../docs/reliability.md', import.meta.url), 'utf8');
    expect(measuredPart(page, `faults at ${stage}`)).toBe(faultTable(outcomes, allProducts, stage));
  });
}

function rowsOf(stage: Stage): readonly (readonly [string, FaultRow])[] {
  return faultRows.filter(({ stages }) => stages.includes(stage)).map((row) => [row.name, row] as const);
}

/** Asserts the conditions that must hold for every fault. */
function expectTrouble(outcome: Outcome, row: FaultRow): void {
  expect(row.reasons).toContain(outcome.result);
  for (const reason of outcome.reasons) expect(['good', ...failureReasons]).toContain(reason);
  expect(outcome.details.filter((detail) => detail.includes('could not be processed'))).toEqual([]);
  expect(outcome.neighbourUp).toBe(1);
  expect(outcome.pageAtOnce).toBe(true);
  // Before the first login, there were no phones to keep.
  const hadPhones = outcome.stage === 'session' && outcome.reasons[0] !== 'good';
  expect([hadPhones, outcome.keepsPhones]).not.toEqual([true, false]);
  expect(outcome.shownUp).toBe(outcome.reasons.at(-1) === 'good' ? 1 : 0);
  expect(outcome.logins).toBeLessThanOrEqual(2);
  // A good round whose session was lost needs up to three more requests: two were in flight, and one tried to renew the session.
  const spare = outcome.result === 'good' ? 3 : (row.spareRequests ?? 0);
  expect(outcome.mostRequests).toBeLessThanOrEqual(outcome.healthyRequests + spare);
  expect(outcome.bans).toBeLessThanOrEqual(row.mayBan === true ? 1 : 0);
  expect(outcome.recovery).toBeLessThan(Infinity);
  // Recovery takes longer than the next round only if a login guard waited, the PBX specified a time, or the session had never been used.
  const waited = outcome.onlyWaited || outcome.reasons.some((reason) => waitingReasons.has(reason));
  expect(outcome.recovery).toBeLessThanOrEqual(waited ? (row.recoversWithin ?? usualRecovery) : 2);
}

const waitingReasons: ReadonlySet<string> = new Set([
  'rate_limited',
  'locked_out',
  'suspended',
  'connect',
  'session_lost',
]);
