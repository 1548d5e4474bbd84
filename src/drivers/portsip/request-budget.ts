import type { Clock } from '../../clock.ts';
import { Failure } from '../../transport/failure.ts';

/** Unused allowance is kept for this long (ms): after a pause, the requests of this period may be sent simultaneously. */
const keptMs = 10_000;
/** Pause after "too many requests" without a duration, in milliseconds: PortSIP counts per minute. */
const usualPauseMs = 60_000;
/** Longest pause, and the pause after a block of our address, in milliseconds. */
const longestPauseMs = 15 * 60_000;

/** Limit of a budget without any claim, and the maximum that can be configured. */
export const maximumPerSecond = 100;

/** The limit that one target sets for a server's budget. */
interface Claim {
  readonly perSecond: number;
  /** Monotonic time (ms) at which the limit expires: a target that is no longer polled does not slow down others. */
  readonly until: number;
}

/**
 * Limits the average rate of requests to one PortSIP server for all targets together, because the server counts requests
 * by client address. If the limits of the targets differ, the smallest one applies.
 */
export class RequestBudget {
  readonly #clock: Clock;
  readonly #claims = new Map<object, Claim>();
  /** Number of requests that may be sent now; negative if later ones are already promised. Unlimited before the first claim. */
  #allowed = Infinity;
  #countedAt: number;
  #pause: { readonly until: number; readonly failure: Failure } | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#countedAt = clock.monotonicTime();
  }

  /** Limits the requests to this server to `perSecond`, on behalf of a target, for `forMs` milliseconds from now. */
  claim(target: object, perSecond: number, forMs: number): void {
    const now = this.#count();
    for (const [other, { until }] of this.#claims) if (until <= now) this.#claims.delete(other);
    this.#claims.set(target, { perSecond, until: now + forMs });
  }

  /** Resolves to true when the next request may be sent, or immediately to false if that would be later than `until` (monotonic ms). */
  async take(until: number): Promise<boolean> {
    const now = this.#count();
    const waitMs = Math.max(0, Math.ceil(((1 - this.#allowed) * 1000) / this.#perSecond()));
    if (now + waitMs > until) return false;
    this.#allowed -= 1;
    if (waitMs > 0) await new Promise<void>((resolve) => void this.#clock.after(waitMs, resolve));
    return true;
  }

  /** Stops requests for as long as the PBX demands in its refusal, or for the usual time. */
  pause(failure: Failure): void {
    const usualMs = failure.reason === 'locked_out' ? longestPauseMs : usualPauseMs;
    const waitMs = Math.min(longestPauseMs, failure.retryAfterMs ?? usualMs);
    const until = this.#clock.monotonicTime() + waitMs;
    if (until > (this.#pause?.until ?? 0)) this.#pause = { until, failure };
  }

  /** Returns why nothing may be sent now; undefined if there is no pause. */
  paused(): Failure | undefined {
    const { until = 0, failure } = this.#pause ?? {};
    const leftMs = until - this.#clock.monotonicTime();
    if (failure === undefined || leftMs <= 0) return undefined;
    return new Failure(failure.reason, `${failure.message}: waiting ${Math.ceil(leftMs / 1000)} s more`);
  }

  /** Updates the number of requests that may be sent now. Returns the monotonic time (ms). */
  #count(): number {
    const now = this.#clock.monotonicTime();
    const perSecond = this.#perSecond();
    const most = Math.max(1, (perSecond * keptMs) / 1000);
    this.#allowed = Math.min(most, this.#allowed + ((now - this.#countedAt) * perSecond) / 1000);
    this.#countedAt = now;
    return now;
  }

  #perSecond(): number {
    const now = this.#clock.monotonicTime();
    const claims = [...this.#claims.values()].filter(({ until }) => until > now);
    return claims.reduce((least, { perSecond }) => Math.min(least, perSecond), maximumPerSecond);
  }
}

const budgets = new WeakMap<Clock, Map<string, RequestBudget>>();

/** Returns the budget that all targets of this program on the server of a base URL share. */
export function budgetOf(clock: Clock, { host }: URL): RequestBudget {
  const known = budgets.get(clock) ?? new Map<string, RequestBudget>();
  budgets.set(clock, known);
  const budget = known.get(host) ?? new RequestBudget(clock);
  known.set(host, budget);
  return budget;
}
