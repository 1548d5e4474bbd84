import type { Clock } from '../../clock.ts';
import { asFailure, Failure } from '../../transport/failure.ts';
import type { Conversation, Driver, SessionConversation } from '../driver.ts';

/** Longest requested pause that is respected, in milliseconds: a nonsensical `Retry-After` must not silence a target for days. */
const longestPauseMs = 15 * 60_000;

/**
 * Wraps a driver so that it sends nothing for as long as the PBX (or a proxy in front of it) requested, even across rounds.
 * Until then, requests and renewals fail with `rate_limited` without being sent. The login guard holds back logins.
 */
export function withRetryAfter(driver: Driver, clock: Clock): Driver {
  const pause = new RequestedPause(clock);
  const renew = driver.renew?.bind(driver);
  const { betweenRounds } = driver;
  return {
    login: (sender) => driver.login(sender),
    logout: (sender, session) => driver.logout(sender, session),
    collect: (conversation) => driver.collect(pause.guard(conversation)),
    ...(renew && {
      renew: async (sender, session) => {
        pause.check();
        return renew(sender, session);
      },
    }),
    ...(betweenRounds && {
      betweenRounds: {
        longestPauseMs: betweenRounds.longestPauseMs,
        ask: (conversation) => betweenRounds.ask(pause.guardSession(conversation)),
      },
    }),
  };
}

class RequestedPause {
  readonly #clock: Clock;
  #until = -Infinity;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  check(): void {
    const leftMs = this.#until - this.#clock.monotonicTime();
    if (leftMs <= 0) return;
    throw new Failure(
      'rate_limited',
      `the PBX asked for a pause: nothing is sent for another ${Math.ceil(leftMs / 1000)} s`,
    );
  }

  guard(conversation: Conversation): Conversation {
    return { collectors: conversation.collectors, ...this.guardSession(conversation) };
  }

  guardSession(conversation: SessionConversation): SessionConversation {
    return {
      remainingMs: () => conversation.remainingMs(),
      ask: async (call) => {
        this.check();
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
      this.#until = this.#clock.monotonicTime() + Math.min(retryAfterMs, longestPauseMs);
    return failure;
  }
}
