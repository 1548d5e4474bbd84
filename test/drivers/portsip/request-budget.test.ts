import { expect, test } from 'vitest';
import { budgetOf, RequestBudget } from '../../../src/drivers/portsip/request-budget.ts';
import { createHandClock } from '../../simulator/hand-clock.ts';

/** Returns how many requests may be sent immediately. */
async function burst(budget: RequestBudget, now: number): Promise<number> {
  for (let sent = 0; ; sent += 1) if (!(await budget.take(now))) return sent;
}

test('the smallest claim counts, and ten seconds of it may go out at once', async () => {
  const clock = createHandClock();
  const budget = new RequestBudget(clock);
  budget.claim({}, 50, 90_000);
  budget.claim({}, 4, 90_000);
  expect(await burst(budget, clock.monotonicTime())).toBe(40);
  clock.advance(5_000);
  expect(await burst(budget, clock.monotonicTime())).toBe(20);
});

test('a claim that is not repeated lapses, and the same target may change its own', async () => {
  const clock = createHandClock();
  const budget = new RequestBudget(clock);
  const target = {};
  budget.claim({}, 1, 30_000);
  budget.claim(target, 20, 90_000);
  expect(await burst(budget, clock.monotonicTime())).toBe(10);
  clock.advance(30_000);
  expect(await burst(budget, clock.monotonicTime())).toBe(200);
  budget.claim(target, 2, 90_000);
  clock.advance(20_000);
  expect(await burst(budget, clock.monotonicTime())).toBe(20);
});

test('a server is a host with a port', () => {
  const clock = createHandClock();
  const budget = budgetOf(clock, new URL('https://pbx.example.org:8887/api'));
  expect(budgetOf(clock, new URL('https://PBX.example.org:8887/other'))).toBe(budget);
  expect(budgetOf(clock, new URL('https://pbx.example.org:8888/api'))).not.toBe(budget);
  expect(budgetOf(createHandClock(), new URL('https://pbx.example.org:8887/api'))).not.toBe(budget);
});
