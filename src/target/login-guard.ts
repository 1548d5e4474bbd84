import type { Clock } from '../clock.ts';
import type { LoginGuard as GuardRules, SuspendingReason } from '../drivers/driver.ts';
import type { FailureReason } from '../snapshot/failure-reason.ts';
import { Failure } from '../transport/failure.ts';

/** Pause after a refused login where the family's numbers are silent. */
export const defaultPauseMs = 15 * 60_000;
/** Longest pause between logins that fail for reasons other than a refusal. */
export const longestTroublePauseMs = 5 * 60_000;

/** A round may begin so much earlier than its schedule says: that must not cost it a whole interval. */
const longestHasteMs = 2_000;

const suspendingReasons: readonly string[] = [
  'bad_credentials',
  'locked_out',
  'rate_limited',
  'two_factor_required',
  'redirect',
  'config',
] satisfies SuspendingReason[];

/** May a login be tried now? `suspended`: the PBX refused us and we stay away; `pausing`: it could not be reached. */
export type LoginPermission = 'free' | 'suspended' | 'pausing';

/**
 * Decides when the next login of one target may be tried, so that the vendor's lock-out is never reached.
 * A refusal suspends for the family's pause; trouble on the way (refused connection, time-out, a PBX that is down)
 * only makes the tries rarer: the next round, then twice as long each time, up to five minutes.
 */
export class LoginGuard {
  readonly #rules: GuardRules;
  readonly #clock: Clock;
  readonly #intervalMs: number;
  #refusals = 0;
  #troubles = 0;
  #suspendedUntil = 0;
  #pausedUntil = 0;
  #recentLogins: readonly number[] = [];

  constructor(rules: GuardRules, clock: Clock, intervalMs: number) {
    this.#rules = rules;
    this.#clock = clock;
    this.#intervalMs = intervalMs;
  }

  /** Whether a login may be tried now. */
  permission(): LoginPermission {
    const now = this.#clock.monotonicTime();
    if (now < this.#suspendedUntil) return 'suspended';
    return now + Math.min(this.#intervalMs / 10, longestHasteMs) < this.#pausedUntil ? 'pausing' : 'free';
  }

  /** Wall clock (ms since 1970) until which logins are suspended; 0 when they are not. */
  suspendedUntilWall(): number {
    const left = this.#suspendedUntil - this.#clock.monotonicTime();
    return left > 0 ? this.#clock.wallTime() + left : 0;
  }

  /** Call before each login. Throws a `Failure` (`suspended`) when no login may be tried, also when the family's own limit is used up. */
  enter(): void {
    const now = this.#clock.monotonicTime();
    this.#holdToLimit(now);
    const permission = this.permission();
    if (permission === 'suspended') throw new Failure('suspended', 'waiting before the next login');
    if (permission === 'pausing') throw new Failure('suspended', 'waiting a little before the next login');
    this.#recentLogins = [...this.#recentLogins, now];
  }

  /** Call after a login that worked. */
  succeeded(): void {
    this.#refusals = 0;
  }

  /** Call once a session has served its first call: only that ends a row of troubles, a login alone does not. */
  proven(): void {
    this.#troubles = 0;
  }

  /** Call after a login that failed, and after a session that was refused before it served a single call. */
  failed(failure: Failure): void {
    const now = this.#clock.monotonicTime();
    if (isSuspending(failure.reason)) this.#refuse(failure, failure.reason, now);
    else this.#slowDown(now);
  }

  #refuse(failure: Failure, reason: SuspendingReason, now: number): void {
    this.#refusals += 1;
    const pauses = this.#rules.pauses?.[reason] ?? [defaultPauseMs];
    const pause = pauses[Math.min(this.#refusals, pauses.length) - 1] ?? defaultPauseMs;
    this.#suspendedUntil = Math.max(this.#suspendedUntil, now + Math.max(pause, failure.retryAfterMs ?? 0));
  }

  #slowDown(now: number): void {
    this.#troubles += 1;
    const pause = Math.min(longestTroublePauseMs, this.#intervalMs * 2 ** (this.#troubles - 1));
    this.#pausedUntil = now + pause;
  }

  #holdToLimit(now: number): void {
    const limit = this.#rules.limit;
    if (limit === undefined) {
      this.#recentLogins = [];
      return;
    }
    this.#recentLogins = this.#recentLogins.filter((at) => now - at < limit.windowMs);
    const oldest = this.#recentLogins.at(-limit.logins);
    if (oldest !== undefined) this.#suspendedUntil = Math.max(this.#suspendedUntil, oldest + limit.windowMs);
  }
}

function isSuspending(reason: FailureReason): reason is SuspendingReason {
  return suspendingReasons.includes(reason);
}
