import type { Clock } from '../../clock.ts';
import { Failure } from '../../transport/failure.ts';

/** How long an unused allowance is kept: after a pause, this many milliseconds' worth of requests may go out at once. */
const keptMs = 10_000;
/** Pause after "too many requests" that does not say how long: PortSIP counts by the minute. */
const usualPauseMs = 60_000;
/** Longest pause, and the one after a block of our address. */
const longestPauseMs = 15 * 60_000;

/**
 * Holds the requests towards one PortSIP server to so many a second on average, whichever targets they come from,
 * because the server counts them by the address of the client.
 */
export class RequestBudget {
  readonly #clock: Clock;
  readonly #perSecond: number;
  /** Requests that may go out now; below 0 when later ones are already promised. */
  #allowed: number;
  #countedAt: number;
  #pause: { readonly until: number; readonly failure: Failure } | undefined;

  constructor(clock: Clock, perSecond: number) {
    this.#clock = clock;
    this.#perSecond = perSecond;
    this.#allowed = this.#most;
    this.#countedAt = clock.monotonicTime();
  }

  /** Resolves to true when the next request may go out, or to false, at once, when that would be later than `until` (monotonic ms). */
  async take(until: number): Promise<boolean> {
    const now = this.#clock.monotonicTime();
    this.#allowed = Math.min(this.#most, this.#allowed + ((now - this.#countedAt) * this.#perSecond) / 1000);
    this.#countedAt = now;
    const waitMs = Math.max(0, Math.ceil(((1 - this.#allowed) * 1000) / this.#perSecond));
    if (now + waitMs > until) return false;
    this.#allowed -= 1;
    if (waitMs > 0) await new Promise<void>((resolve) => void this.#clock.after(waitMs, resolve));
    return true;
  }

  /** No requests for a while: as long as the PBX asked for in its refusal, or the usual time. */
  pause(failure: Failure): void {
    const usualMs = failure.reason === 'locked_out' ? longestPauseMs : usualPauseMs;
    const waitMs = Math.min(longestPauseMs, failure.retryAfterMs ?? usualMs);
    const until = this.#clock.monotonicTime() + waitMs;
    if (until > (this.#pause?.until ?? 0)) this.#pause = { until, failure };
  }

  /** Why nothing may be asked now; undefined when there is no pause. */
  paused(): Failure | undefined {
    const { until = 0, failure } = this.#pause ?? {};
    const leftMs = until - this.#clock.monotonicTime();
    if (failure === undefined || leftMs <= 0) return undefined;
    return new Failure(failure.reason, `${failure.message}: waiting ${Math.ceil(leftMs / 1000)} s more`);
  }

  get #most(): number {
    return Math.max(1, (this.#perSecond * keptMs) / 1000);
  }
}
