import type { Clock } from '../../clock.ts';
import type { Conversation } from '../driver.ts';
import { asFailure, Failure } from '../../transport/failure.ts';

/** Longest pause that is granted, in milliseconds: a nonsensical `Retry-After` must not silence a target for days. */
const longestRestMs = 15 * 60_000;

/** Keeps quiet for as long as the PBX (or a proxy in front of it) asked us to, over the rounds. */
export class Rest {
  readonly #clock: Clock;
  #until = -Infinity;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The conversation, whose calls fail with `rate_limited` without being sent while the pause lasts. */
  guard(conversation: Conversation): Conversation {
    return {
      collectors: conversation.collectors,
      remainingMs: () => conversation.remainingMs(),
      ask: async (call) => {
        if (this.#clock.monotonicTime() < this.#until)
          throw new Failure('rate_limited', 'the PBX asked us to wait, so nothing was sent');
        try {
          return await conversation.ask(call);
        } catch (thrown) {
          throw this.#note(asFailure(thrown));
        }
      },
    };
  }

  #note(failure: Failure): Failure {
    const { reason, retryAfterMs } = failure;
    const asked = reason === 'rate_limited' || reason === 'service_unavailable';
    if (asked && retryAfterMs !== undefined)
      this.#until = this.#clock.monotonicTime() + Math.min(retryAfterMs, longestRestMs);
    return failure;
  }
}
