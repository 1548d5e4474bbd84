import type { Clock } from '../../clock.ts';
import { Failure } from '../../transport/failure.ts';
import { createDeadline, endedBy } from '../deadline.ts';

/** The time available for a login: the rest of its round. */
export interface LoginTimeLimit {
  readonly signal: AbortSignal;
  /** Milliseconds left; never below 0. */
  remainingMs(): number;
}

/** Runs the logins at one address one at a time, in order. */
export class LoginQueue {
  readonly #clock: Clock;
  #last: Promise<void> = Promise.resolve();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Waits for the caller's turn and resolves to a function that ends it. Waits for at most half of the remaining time,
   * so that the login itself can finish: the PBX may count an aborted login without our knowledge. Throws a `Failure`
   * (`suspended`) if the turn does not come in time.
   */
  async enter(time: LoginTimeLimit): Promise<() => void> {
    const before = this.#last;
    let leave = (): void => {};
    const mine = new Promise<void>((resolve) => (leave = resolve));
    this.#last = before.then(() => mine);
    const patience = createDeadline(
      this.#clock,
      time.remainingMs() / 2,
      'the login was not reached in time',
      time.signal,
    );
    try {
      await endedBy(patience.signal, before);
      return leave;
    } catch {
      leave();
      throw new Failure('suspended', 'other logins at this PBX are in progress, and only one is sent at a time');
    } finally {
      patience.clear();
    }
  }
}
