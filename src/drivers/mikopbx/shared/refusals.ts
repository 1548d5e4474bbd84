import type { FailureReason } from '../../../snapshot/failure-reason.ts';
import type { Clock } from '../../../clock.ts';
import type { Failure } from '../../../transport/failure.ts';
import type { RefusedRequests } from '../../driver.ts';

const windowMs = 31 * 60_000;

/**
 * Counts the requests that MikoPBX up to 2024 refused for lack of a session, because its fail2ban counts them like
 * wrong passwords. When the next refusal could be the third, nothing is sent until the oldest one no longer counts.
 */
export class RefusalBudget {
  readonly #refused: RefusedRequests;
  readonly #clock: Clock;
  readonly #enabled: boolean;
  #own: readonly number[] = [];

  constructor(refused: RefusedRequests, clock: Clock, enabled: boolean) {
    this.#refused = refused;
    this.#clock = clock;
    this.#enabled = enabled;
  }

  /** Whether the PBX currently counts at least one refused request of ours. */
  get isSpent(): boolean {
    return this.#enabled && (this.#recent().length > 0 || this.isFull);
  }

  /** Whether one more refused request could get this address banned. */
  get isFull(): boolean {
    try {
      this.check();
      return false;
    } catch {
      return true;
    }
  }

  /** Call for each refused request. */
  count(reason: FailureReason): void {
    this.#own = [...this.#recent(), this.#clock.monotonicTime()];
    if (this.#enabled) this.#refused.count(reason);
  }

  /** Throws a `Failure` with the last refusal's reason while one more refused request could get this address banned. */
  check(): void {
    if (this.#enabled) this.#refused.check();
  }

  #recent(): readonly number[] {
    const now = this.#clock.monotonicTime();
    return this.#own.filter((at) => now - at < windowMs);
  }
}

/** Pause after a refused call, in milliseconds: each refusal adds a line to the log of the PBX, and rights rarely change. */
const pauseMs = 60 * 60_000;

/** Calls that the account has no right to: each is skipped for an hour. */
export class RefusedCalls {
  readonly #clock: Clock;
  readonly #refused = new Map<string, { readonly until: number; readonly failure: Failure }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Throws the `Failure` of a call that was refused less than an hour ago. */
  check(call: string): void {
    const known = this.#refused.get(call);
    if (known === undefined) return;
    if (this.#clock.monotonicTime() < known.until) throw known.failure;
    this.#refused.delete(call);
  }

  /** Call when the PBX reported that the account has no right to a call. Another report while the call is skipped changes nothing. */
  note(call: string, failure: Failure): void {
    if (!this.#refused.has(call)) this.#refused.set(call, { until: this.#clock.monotonicTime() + pauseMs, failure });
  }

  /** Removes the calls in this set. If something in front of the PBX refuses everything, this shows nothing about single rights. */
  forget(calls: ReadonlySet<string>): void {
    for (const call of calls) this.#refused.delete(call);
  }

  /** Removes all calls, because another session may have other rights. */
  clear(): void {
    this.#refused.clear();
  }
}
