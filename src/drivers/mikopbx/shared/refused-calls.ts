import type { Clock } from '../../../clock.ts';
import type { Failure } from '../../../transport/failure.ts';

/** Each refused request is a line in the log of the PBX, and a right is not granted every minute. */
const pauseMs = 60 * 60_000;

/** Calls that the account may not ask: left alone for an hour each. */
export class RefusedCalls {
  readonly #clock: Clock;
  readonly #refused = new Map<string, { readonly until: number; readonly failure: Failure }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Throws the `Failure` of a call that was refused less than an hour ago. */
  check(call: string): void {
    const known = this.#refused.get(call);
    if (known === undefined) return;
    if (this.#clock.monotonicTime() < known.until) throw known.failure;
    this.#refused.delete(call);
  }

  /** Call when the PBX said that the account has no right to a call; once more while it is left alone changes nothing. */
  note(call: string, failure: Failure): void {
    if (!this.#refused.has(call)) this.#refused.set(call, { until: this.#clock.monotonicTime() + pauseMs, failure });
  }

  /** Forgets calls of that set: something in front of the PBX refused everything, which says nothing of single rights. */
  forget(calls: ReadonlySet<string>): void {
    for (const call of calls) this.#refused.delete(call);
  }

  /** Forgets all: another session may have other rights. */
  clear(): void {
    this.#refused.clear();
  }
}
