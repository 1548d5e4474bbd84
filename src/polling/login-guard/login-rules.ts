import type { LoginGuard as GuardRules, SuspendingReason } from '../../drivers/driver.ts';
import type { FailureReason } from '../../snapshot/failure-reason.ts';
import type { Failure } from '../../transport/failure.ts';

const minuteMs = 60_000;
/** Pause after a refused login where the family's numbers are silent. */
const defaultPauseMs = 15 * minuteMs;
/** How long a refusal counts where the vendor names no window. */
export const unknownWindowMs = 24 * 60 * minuteMs;
/** Bounds for how long a PBX may say that its lock lasts. */
const shortestToldMs = minuteMs;
const longestToldMs = 24 * 60 * minuteMs;

const suspendingReasons: readonly string[] = [
  'bad_credentials',
  'locked_out',
  'rate_limited',
  'two_factor_required',
  'forbidden',
  'redirect',
  'config',
] satisfies SuspendingReason[];

/** Reasons for which a PBX can have counted a failed login against us. A second factor is asked for after a good password. */
const countedReasons: readonly FailureReason[] = ['bad_credentials', 'forbidden', 'config'];

/** Reasons with which a PBX reports how long it accepts no login: that time is used, even if it is shorter than the family's. */
const toldReasons: readonly FailureReason[] = ['locked_out', 'rate_limited', 'forbidden'];

/** Why no login may be tried now, and from when on one may. */
export interface Hold {
  /** Monotonic time, ms. */
  readonly until: number;
  readonly reason: FailureReason;
  /** One sentence for people. */
  readonly detail: string;
}

/** Whether a failed login holds back the next one; all others are connection problems. */
export function isSuspending(failure: Failure): boolean {
  if (failure.login === 'unheard') return false;
  return failure.login === 'accepted' || suspendingReasons.includes(failure.reason);
}

/** Whether the PBX can have counted a failed login. */
export function isCounted({ login, reason }: Failure): boolean {
  return login === undefined && countedReasons.includes(reason);
}

/** How long (ms) an account stays away after refusal number `refusals` in a row. */
export function pauseAfter(failure: Failure, refusals: number, rules: GuardRules): number {
  const { reason, retryAfterMs: told } = failure;
  const pauses = pausesFor(failure, rules);
  const pause = pauses[Math.min(refusals, pauses.length) - 1] ?? defaultPauseMs;
  if (told === undefined) return pause;
  if (toldReasons.includes(reason)) return Math.min(longestToldMs, Math.max(shortestToldMs, told));
  return Math.max(pause, told);
}

/** The longest pause (ms) that these rules can lead to. */
export function longestPause({ pauses = {}, refusals, limit }: GuardRules): number {
  const windows = [refusals?.windowMs ?? unknownWindowMs, limit?.windowMs ?? 0, longestToldMs, defaultPauseMs];
  return Math.max(...windows, ...Object.values(pauses).flat());
}

function pausesFor(failure: Failure, { pauses = {} }: GuardRules): readonly number[] {
  const listed: Readonly<Partial<Record<FailureReason, readonly number[]>>> = pauses;
  const own = listed[failure.reason];
  const asPassword = isCounted(failure) || failure.login === 'accepted' ? pauses.bad_credentials : undefined;
  return own ?? asPassword ?? [defaultPauseMs];
}

/** Who logs in, as the guard tells one from the other. Times are monotonic, in milliseconds. */
export interface LoginIdentity {
  /** The same for the same url, account, secret, TLS settings and options; tells nothing about them. */
  readonly key: string;
  /** The same for the same account, whatever its secret. */
  readonly account: string;
  /** Name of the target, for people. */
  readonly target: string;
  /** What `key` and `account` are made from, for a hash that is kept in a file. Holds the secret. */
  readonly material: string;
  readonly accountMaterial: string;
  /** Base URL, to know paths that have worked. */
  readonly url: string;
  readonly rules: GuardRules;
}
