import type { Clock } from '../../clock.ts';
import { Failure } from '../../transport/failure.ts';
import { createDeadline, endedBy } from '../deadline.ts';

/** The time that a login has: what is left of its round. */
export interface LoginTime {
  readonly signal: AbortSignal;
  /** Milliseconds left; never below 0. */
  remainingMs(): number;
}

/** Where the logins at one address wait for each other, in order. */
export class LoginQueue {
  readonly #clock: Clock;
  #last: Promise<void> = Promise.resolve();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Resolves, when the caller's turn comes, to a function that ends the turn. Half of the time that is left must remain for
   * the login itself: the PBX may count a login that is cut short without our knowledge. Throws a `Failure` (`suspended`).
   */
  async enter(time: LoginTime): Promise<() => void> {
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
