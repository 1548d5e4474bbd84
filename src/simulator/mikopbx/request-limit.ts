import type { Clock } from '../../clock.ts';
import type { Ledger } from '../kit/ledger.ts';

const minuteMs = 60_000;
const requestsPerMinute = 200;
const firstBlockMs = 5 * minuteMs;
const longestBlockMs = 60 * minuteMs;
const repeatsWithinMs = 24 * 60 * minuteMs;

/**
 * The request limit of nginx from 2025.1 on. The 201st request within a minute blocks the client for five minutes; each
 * further block within a day doubles this time, up to one hour. Requests during a block do not extend it.
 */
export class RequestLimit {
  readonly #clock: Clock;
  readonly #ledger: Ledger;
  readonly #requests = new Map<string, readonly number[]>();
  readonly #blocks = new Map<string, readonly { readonly from: number; readonly until: number }[]>();

  constructor(clock: Clock, ledger: Ledger) {
    this.#clock = clock;
    this.#ledger = ledger;
  }

  /** Counts a request; false if it is refused. */
  admits(client: string): boolean {
    const now = this.#clock.monotonicTime();
    if ((this.#blocks.get(client) ?? []).some(({ until }) => now < until)) {
      this.#ledger.refusedWhileLocked += 1;
      return false;
    }
    const recent = [...(this.#requests.get(client) ?? []).filter((at) => now - at < minuteMs), now];
    this.#requests.set(client, recent);
    if (recent.length <= requestsPerMinute) return true;
    this.block(client);
    return false;
  }

  /** Blocks a client now. */
  block(client: string): void {
    const now = this.#clock.monotonicTime();
    const earlier = (this.#blocks.get(client) ?? []).filter(({ from }) => now - from < repeatsWithinMs);
    const until = now + Math.min(longestBlockMs, firstBlockMs * 2 ** earlier.length);
    this.#blocks.set(client, [...earlier, { from: now, until }]);
    this.#requests.delete(client);
    this.#ledger.countLockedPeriod({ client, from: now, until });
  }
}
