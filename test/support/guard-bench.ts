import type { LoginGuard as GuardRules } from '../../src/drivers/driver.ts';
import type { FailureReason } from '../../src/snapshot/failure-reason.ts';
import type { LoginGuard } from '../../src/polling/login-guard/login-guard.ts';
import type { LoginTimeLimit } from '../../src/polling/login-guard/login-queue.ts';
import { type GuardedLogin, LoginGuards } from '../../src/polling/login-guard/login-guards.ts';
import { asFailure, Failure, type FailureFacts } from '../../src/transport/failure.ts';
import type { HandClock } from '../simulator/hand-clock.ts';

/** A time limit that no login in these tests reaches. */
export const plentyOfTime: LoginTimeLimit = { signal: new AbortController().signal, remainingMs: () => 20_000 };

/** Properties of a login that a test can change. */
export type LoginChanges = Partial<Omit<GuardedLogin, 'url'>> & { readonly url?: string };

/** Returns the guard of a target that logs in at 192.0.2.1, from its own or from the given set of guards. */
export function guardFor(clock: HandClock, changes: LoginChanges = {}, guards = new LoginGuards(clock)): LoginGuard {
  return guards.guardOf({
    target: 'hq',
    account: { kind: 'password', username: 'user', password: 'geheim' },
    options: {},
    tls: {},
    rules: {},
    timing: { intervalMs: 30_000 },
    ...changes,
    url: new URL(changes.url ?? 'http://192.0.2.1'),
  });
}

/** Returns a guard with the given rules of the family. */
export function guardWith(rules: GuardRules, clock: HandClock, intervalMs = 30_000): LoginGuard {
  return guardFor(clock, { rules, timing: { intervalMs } });
}

/** Makes a login that the PBX accepts. Returns `good`, or the reason why the login was not sent. */
export function succeed(guard: LoginGuard): Promise<string> {
  return outcome(guard.login(plentyOfTime, () => Promise.resolve('good')));
}

/** Makes a login that fails for the given reason. Returns that reason, or the reason why the login was not sent. */
export function fail(guard: LoginGuard, reason: FailureReason, facts: FailureFacts = {}): Promise<string> {
  return outcome(guard.login(plentyOfTime, () => Promise.reject(new Failure(reason, 'as the test says', facts))));
}

async function outcome(work: Promise<string>): Promise<string> {
  try {
    return await work;
  } catch (thrown) {
    return asFailure(thrown).reason;
  }
}
