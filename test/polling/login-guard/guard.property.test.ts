import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { LoginGuard as GuardRules } from '../../../src/drivers/driver.ts';
import { LoginGuards } from '../../../src/polling/login-guard/login-guards.ts';
import { createHandClock } from '../../simulator/hand-clock.ts';
import { fail, guardFor, succeed } from '../../support/guard-bench.ts';

const minute = 60_000;
const hour = 60 * minute;

/** Rules of families, and how long the vendor counts a refusal; unlimited if only a successful login clears it. */
const vendors: readonly { readonly rules: GuardRules; readonly most: number; readonly windowMs: number }[] = [
  {
    most: 4,
    windowMs: 24 * hour,
    rules: { pauses: { bad_credentials: [minute, 5 * minute, 24 * hour] }, refusals: { most: 4, by: 'address' } },
  },
  {
    most: 4,
    windowMs: hour,
    rules: { pauses: { bad_credentials: [0, minute, hour] }, refusals: { most: 4, windowMs: hour, by: 'address' } },
  },
  { most: 2, windowMs: 30 * minute, rules: { refusals: { most: 2, windowMs: 31 * minute, by: 'address' } } },
];

const event = fc.record({
  target: fc.integer({ min: 0, max: 5 }),
  /** Index of the password that is configured before the login; the last one is correct. */
  password: fc.integer({ min: 0, max: 8 }),
  waitMs: fc.constantFrom(0, 1, 30_000, minute, 5 * minute, hour, 24 * hour),
  outcome: fc.constantFrom('answered', 'answered', 'answered', 'timeout', 'path_missing'),
});

test.each(vendors)(
  'whoever is configured with whatever, whenever: never more than $most refusals in $windowMs ms',
  async ({ rules, most, windowMs }) => {
    await fc.assert(
      fc.asyncProperty(fc.array(event, { maxLength: 80 }), async (events) => {
        const clock = createHandClock();
        const guards = new LoginGuards(clock);
        let refusals: number[] = [];
        for (const { target, password, waitMs, outcome } of events) {
          clock.advance(waitMs);
          const account = { kind: 'password', username: 'user', password: String(password) } as const;
          const guard = guardFor(clock, { target: `t${target}`, account, rules }, guards);
          if (outcome === 'path_missing') await fail(guard, 'config', { login: 'path_missing' });
          if (outcome === 'timeout') await fail(guard, 'timeout');
          if (outcome !== 'answered') continue;
          const result = password === 8 ? await succeed(guard) : await fail(guard, 'bad_credentials');
          if (result === 'good' && rules.refusals?.windowMs === undefined) refusals = [];
          if (result === 'bad_credentials') refusals = [...refusals, clock.monotonicTime()];
          const counted = refusals.filter((at) => clock.monotonicTime() - at < windowMs);
          expect(counted.length).toBeLessThanOrEqual(most);
          expect(guard.usedRefusals()?.used).toBeGreaterThanOrEqual(counted.length);
          const heldForMs = (guard.suspension()?.until ?? 0) - clock.monotonicTime();
          expect(heldForMs > 0).toBe(guard.permission() === 'suspended');
          expect(heldForMs).toBeLessThanOrEqual(24 * hour);
        }
      }),
      { numRuns: 150 },
    );
  },
);
