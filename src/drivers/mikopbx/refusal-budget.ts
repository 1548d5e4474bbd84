import type { FailureReason } from '../../snapshot/failure-reason.ts';
import type { RefusedRequests } from '../driver.ts';

/**
 * Counts the requests that MikoPBX up to 2024 refused us for want of a session, because its fail2ban counts them like wrong
 * passwords. When one more could be the third, nothing is sent until the oldest one is forgotten.
 */
export class RefusalBudget {
  readonly #refused: RefusedRequests;
  readonly #enabled: boolean;

  constructor(refused: RefusedRequests, enabled: boolean) {
    this.#refused = refused;
    this.#enabled = enabled;
  }

  /** Call for each refused request. */
  count(reason: FailureReason): void {
    if (this.#enabled) this.#refused.count(reason);
  }

  /** Throws a `Failure` with the last refusal's reason while one more refused request could get this address banned. */
  check(): void {
    if (this.#enabled) this.#refused.check();
  }
}
