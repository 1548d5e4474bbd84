import type { Clock } from '../../clock.ts';
import type { Log } from '../../log.ts';

/** A token that ends sooner than this cannot have ended for lack of use. */
const earlyMs = 1_200_000;

/**
 * Notices tokens that end long before their time, again and again. A PBX has one API user only, and no guide says
 * whether a login by another program ends our token.
 */
export class EarlyTokenLoss {
  readonly #clock: Clock;
  readonly #log: Log;
  #loggedInAt: number | undefined;
  #early = 0;

  constructor(clock: Clock, log: Log) {
    this.#clock = clock;
    this.#log = log;
  }

  /** Call after each login that worked. The first early one may be a restart of the PBX, the second is said once. */
  loggedIn(): void {
    const now = this.#clock.monotonicTime();
    const before = this.#loggedInAt;
    this.#loggedInAt = now;
    this.#early = before !== undefined && now - before < earlyMs ? this.#early + 1 : 0;
    if (this.#early === 2)
      this.#log.warn('the PBX ends our tokens early: another program may use the same API user', {
        seconds: Math.round((now - (before ?? now)) / 1000),
      });
  }
}
