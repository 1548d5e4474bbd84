import type { Clock } from '../../clock.ts';
import type { FailureReason } from '../../snapshot/failure-reason.ts';
import { Failure } from '../../transport/failure.ts';

const minuteMs = 60_000;
/** Factory rule of the PBX: three refused requests within 30 minutes ban the address for twelve hours. */
const refusalsAllowed = 2;
const windowMs = 31 * minuteMs;

/**
 * Counts the requests that MikoPBX up to 2024 refused us, because its fail2ban counts them too: every wrong password
 * and every API call with a session that is gone. When one more could be the third, nothing is sent until the oldest
 * one is forgotten.
 */
export class RefusalBudget {
  readonly #clock: Clock;
  readonly #enabled: boolean;
  #refusals: readonly { readonly at: number; readonly reason: FailureReason }[] = [];

  constructor(clock: Clock, enabled: boolean) {
    this.#clock = clock;
    this.#enabled = enabled;
  }

  /** Call for each refused request. */
  count(reason: FailureReason): void {
    this.#refusals = [...this.#recent(), { at: this.#clock.monotonicTime(), reason }];
  }

  /** Throws a `Failure` with the last refusal's reason while one more refused request could get this address banned. */
  check(): void {
    const recent = this.#recent();
    const oldest = recent.at(-refusalsAllowed);
    const last = recent.at(-1);
    if (!this.#enabled || oldest === undefined || last === undefined) return;
    const left = oldest.at + windowMs - this.#clock.monotonicTime();
    throw new Failure(
      last.reason,
      `the PBX refused two requests within half an hour and may ban this address at the third: waiting ${Math.ceil(left / minuteMs)} min`,
      { retryAfterMs: left },
    );
  }

  #recent(): readonly { readonly at: number; readonly reason: FailureReason }[] {
    const now = this.#clock.monotonicTime();
    return this.#refusals.filter(({ at }) => now - at < windowMs);
  }
}
