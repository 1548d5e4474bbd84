import type { FailureReason } from '../../../snapshot/failure-reason.ts';
import type { Clock } from '../../../clock.ts';
import type { RefusedRequests } from '../../driver.ts';

const windowMs = 31 * 60_000;

/**
 * Counts the requests that MikoPBX up to 2024 refused us for want of a session, because its fail2ban counts them like wrong
 * passwords. When one more could be the third, nothing is sent until the oldest one is forgotten.
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

  /** Whether the PBX counts a refused request of ours at the moment. */
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
