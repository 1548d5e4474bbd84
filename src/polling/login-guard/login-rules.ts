import type { LoginGuard as GuardRules, SuspendingReason } from '../../drivers/driver.ts';
import type { FailureReason } from '../../snapshot/failure-reason.ts';
import type { Failure } from '../../transport/failure.ts';

const minuteMs = 60_000;
/** Pause after a refused login if the family specifies none. */
const defaultPauseMs = 15 * minuteMs;
/** How long a refusal counts if the vendor specifies no time window. */
export const unknownWindowMs = 24 * 60 * minuteMs;
/** Limits for the duration of a lock that a PBX reports. */
const minimumRetryAfterMs = minuteMs;
const maximumRetryAfterMs = 24 * 60 * minuteMs;

const suspendingReasons: readonly string[] = [
  'bad_credentials',
  'locked_out',
  'rate_limited',
  'two_factor_required',
  'forbidden',
  'redirect',
  'config',
] satisfies SuspendingReason[];

/**
 * Reasons for which a PBX may have counted a failed login. `two_factor_required` is missing: the second factor is
 * requested only after a correct password.
 */
const countedReasons: readonly FailureReason[] = ['bad_credentials', 'forbidden', 'config'];

/** Reasons with which a PBX may report how long it accepts no login. The reported time is used, even if the family's pause is longer. */
const retryAfterReasons: readonly FailureReason[] = ['locked_out', 'rate_limited', 'forbidden'];

/** Why no login may be tried now, and until when. */
export interface Suspension {
  /** Monotonic time, ms. */
  readonly until: number;
  readonly reason: FailureReason;
  /** One sentence for users. */
  readonly detail: string;
}

/** Reports whether a failed login suspends further logins; all other failures are connection problems. */
export function isSuspending(failure: Failure): boolean {
  if (failure.login === 'other_service') return false;
  return failure.login === 'accepted' || suspendingReasons.includes(failure.reason);
}

/** Reports whether the PBX may have counted a failed login. */
export function isCounted({ login, reason }: Failure): boolean {
  return login === undefined && countedReasons.includes(reason);
}

/** Returns the pause (ms) of an account after `refusals` consecutive refusals. */
export function pauseAfter(failure: Failure, refusals: number, rules: GuardRules): number {
  const { reason, retryAfterMs } = failure;
  const pauses = pausesFor(failure, rules);
  const pause = pauses[Math.min(refusals, pauses.length) - 1] ?? defaultPauseMs;
  if (retryAfterMs === undefined) return pause;
  if (retryAfterReasons.includes(reason))
    return Math.min(maximumRetryAfterMs, Math.max(minimumRetryAfterMs, retryAfterMs));
  return Math.max(pause, retryAfterMs);
}

/** Returns the longest pause (ms) that is possible under these rules. */
export function longestPause({ pauses = {}, refusals, limit }: GuardRules): number {
  const windows = [refusals?.windowMs ?? unknownWindowMs, limit?.windowMs ?? 0, maximumRetryAfterMs, defaultPauseMs];
  return Math.max(...windows, ...Object.values(pauses).flat());
}

function pausesFor(failure: Failure, { pauses = {} }: GuardRules): readonly number[] {
  const listed: Readonly<Partial<Record<FailureReason, readonly number[]>>> = pauses;
  const own = listed[failure.reason];
  const asPassword = isCounted(failure) || failure.login === 'accepted' ? pauses.bad_credentials : undefined;
  return own ?? asPassword ?? [defaultPauseMs];
}

/** The identity of a login: its target, its account, and the hashes by which the guard distinguishes logins. */
export interface LoginIdentity {
  /** Hash of URL, account, secret, TLS settings and options; reveals none of them. */
  readonly key: string;
  /** Hash of the account, independent of its password. */
  readonly account: string;
  /** Name of the target, for messages. */
  readonly target: string;
  /** Input of the hash `key`, also used for a salted hash in the state file. Contains the secret. */
  readonly material: string;
  readonly accountMaterial: string;
  /** Base URL, used to recognize paths that have worked before. */
  readonly url: string;
  readonly rules: GuardRules;
}
