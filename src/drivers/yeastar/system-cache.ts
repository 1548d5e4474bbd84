import type { Clock } from '../../clock.ts';
import type { SystemFacts } from '../../snapshot/reading.ts';
import type { RoundTiming } from '../driver.ts';

/** Time (ms) after which the system information is requested again. */
const longestMemoryMs = 300_000;

/**
 * Caches the system information of the PBX for some minutes, so that not every round has to request it. Meanwhile, the uptime
 * advances with the clock. A restart of the PBX invalidates the token, so call {@link forget} at each new token.
 */
export class SystemCache {
  readonly #clock: Clock;
  readonly #timing: Pick<RoundTiming, 'staleAfterMs'>;
  #kept: { readonly facts: SystemFacts; readonly at: number } | undefined;

  /** Nothing is cached for longer than `staleAfterMs`. */
  constructor(clock: Clock, timing: Pick<RoundTiming, 'staleAfterMs'>) {
    this.#clock = clock;
    this.#timing = timing;
  }

  /** Stores facts that were just read, and returns them. */
  keep(facts: SystemFacts): SystemFacts {
    this.#kept = { facts, at: this.#clock.monotonicTime() };
    return facts;
  }

  /** The facts, with the uptime as of now; undefined if there are none or they are too old. */
  recall(): SystemFacts | undefined {
    if (this.#kept === undefined) return undefined;
    const { facts, at } = this.#kept;
    const age = this.#clock.monotonicTime() - at;
    if (age >= Math.min(longestMemoryMs, this.#timing.staleAfterMs)) return undefined;
    return facts.uptimeSeconds === undefined
      ? facts
      : { ...facts, uptimeSeconds: facts.uptimeSeconds + Math.floor(age / 1000) };
  }

  /** Forgets everything: the PBX may have been restarted. */
  forget(): void {
    this.#kept = undefined;
  }
}
