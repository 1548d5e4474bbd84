import type { Clock } from '../../clock.ts';
import { Failure } from '../../transport/failure.ts';

const minuteMs = 60_000;
/**
 * A login is held back while so many logins of all targets on one server were refused within a time (ms). Five block the
 * address; over which time the server counts them is not published.
 */
const refusalLimits = {
  /** For an account that was refused itself. */
  refused: [
    { refusals: 2, windowMs: 20 * minuteMs },
    { refusals: 3, windowMs: 60 * minuteMs },
  ],
  /** For one that was not tried since it was configured: somebody may have corrected it just now. */
  untried: [{ refusals: 4, windowMs: 60 * minuteMs }],
  proven: [],
} as const;
/** How long PortSIP blocks an address by default (`web_blacklist_time_interval`). */
const blockMs = 60 * minuteMs;

/** How the last login of a target went. */
export type Standing = keyof typeof refusalLimits;

/**
 * What all targets on one PortSIP server share. The server counts failed logins and requests by the address they come
 * from, so a wrong password of one tenant's target must not get the targets of all its other tenants blocked.
 */
export class PortsipHost {
  readonly #clock: Clock;
  #refusedAt: readonly number[] = [];
  #block = { since: -Infinity, until: -Infinity };

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Call before a login of a target that was configured at a monotonic time (ms). Throws a `Failure` while the server
   * blocks our address, as far as it was known then, and while too many logins on this server were refused.
   */
  enter(standing: Standing, configuredAt: number): void {
    const now = this.#clock.monotonicTime();
    if (now < this.#block.until && configuredAt <= this.#block.since)
      throw new Failure('locked_out', 'the PBX has blocked the address of the exporter, as another target was told', {
        retryAfterMs: this.#block.until - now,
      });
    if (refusalLimits[standing].some((limit) => this.#refusalsWithin(limit.windowMs, now) >= limit.refusals))
      throw new Failure(
        'suspended',
        'logins of other targets on this PBX were refused: waiting, so that it does not block our address',
      );
  }

  /** Call after a login that failed, whatever the reason. */
  failed(failure: Failure): void {
    const now = this.#clock.monotonicTime();
    if (failure.reason === 'bad_credentials' || failure.reason === 'config')
      this.#refusedAt = [...this.#refusedAt.filter((at) => now - at < blockMs), now];
    if (failure.reason === 'locked_out')
      this.#block = { since: now, until: now + Math.max(blockMs, failure.retryAfterMs ?? 0) };
  }

  #refusalsWithin(windowMs: number, now: number): number {
    return this.#refusedAt.filter((at) => now - at < windowMs).length;
  }
}

const hosts = new WeakMap<Clock, Map<string, PortsipHost>>();

/** What is shared by all targets of this program on the server of a base URL. */
export function hostOf(clock: Clock, url: URL): PortsipHost {
  const known = hosts.get(clock) ?? new Map<string, PortsipHost>();
  hosts.set(clock, known);
  const host = known.get(url.host) ?? new PortsipHost(clock);
  known.set(url.host, host);
  return host;
}
