import type { Clock } from '../../../clock.ts';
import { Failure } from '../../../transport/failure.ts';
import type { Outcome } from './answers.ts';

/** A question that hung is still worked on inside the PBX; three of those block all of its API processes. */
const pauseMs = 5 * 60_000;
/** One that we waited for less long is slow: a busy machine is no dead process. */
const hangMs = 10_000;

/** Leaves a list alone for some minutes after the PBX hung over it. */
export class HungListBackoff {
  readonly #clock: Clock;
  readonly #what: string;
  readonly #slowInRow: number;
  #until = 0;
  #slow = 0;

  /** `what` names the list for people; so many waits in vain in a row are a hang as well, however short they were. */
  constructor(clock: Clock, what: string, slowInRow = Infinity) {
    this.#clock = clock;
    this.#what = what;
    this.#slowInRow = slowInRow;
  }

  /** Why the list is not asked for now; undefined when it may be. */
  get failure(): Failure | undefined {
    if (this.#clock.monotonicTime() >= this.#until) return undefined;
    return new Failure(
      'service_unavailable',
      `${this.#what} hung a short while ago and is left alone for five minutes`,
    );
  }

  /** Takes how a question went and after how many milliseconds. */
  follow(outcome: Outcome<unknown>, tookMs: number): void {
    const reason = outcome.ok ? undefined : outcome.failure.reason;
    this.#slow = reason === 'timeout' ? this.#slow + 1 : 0;
    const waitedInVain = reason === 'timeout' && (tookMs >= hangMs || this.#slow >= this.#slowInRow);
    if (waitedInVain || reason === 'service_unavailable') this.#until = this.#clock.monotonicTime() + pauseMs;
  }
}
