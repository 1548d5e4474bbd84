import type { Clock } from '../../../clock.ts';
import type { RoundTiming } from '../../driver.ts';
import { Failure } from '../../../transport/failure.ts';
import type { ApiAnswer } from '../../../transport/request.ts';

const longestPauseMs = 5 * 60_000;
/** The PBX's jail on the web server's error log allows 20 lines in that time, and counts everybody behind our address. */
const windowMs = 10 * 60_000;
const refusalsAllowed = 12;

/**
 * Keeps away from a PBX whose web server has nobody behind it. Each request that it answers with 502, 503 or 504 is a line in its error
 * log, and those are counted towards a ban (MikoPBX 2026.1): one such answer ends the round, and from the second such round on
 * the pauses grow as they do for logins.
 */
export class BadGatewayBackoff {
  readonly #clock: Clock;
  readonly #timing: Pick<RoundTiming, 'intervalMs'>;
  #recent: readonly number[] = [];
  #badRounds = 0;
  #isRoundBad = false;
  #pausedUntil = 0;
  #last: Failure | undefined;

  constructor(clock: Clock, timing: Pick<RoundTiming, 'intervalMs'>) {
    this.#clock = clock;
    this.#timing = timing;
  }

  /** Throws a `Failure` with the reason of the last refusal while nothing should be sent. */
  check(): void {
    const left = this.#pausedUntil - this.#clock.monotonicTime();
    // A round may begin a little early: that must not cost it a whole interval.
    if (this.#last === undefined || left <= Math.min(this.#timing.intervalMs / 10, 2_000)) return;
    throw new Failure(
      this.#last.reason,
      `${this.#last.message}; each request adds to what gets this address banned, so the next one is in ${Math.ceil(left / 1000)} s`,
      { retryAfterMs: left },
    );
  }

  /** Call when the web server refused the connection, or answered instead of the program behind it. */
  refused(failure: Failure): void {
    const now = this.#clock.monotonicTime();
    this.#recent = [...this.#recent.filter((at) => now - at < windowMs), now];
    this.#last = failure;
    this.#isRoundBad = true;
    this.#badRounds += 1;
    const growing =
      this.#badRounds < 2 ? 0 : Math.min(longestPauseMs, this.#timing.intervalMs * 2 ** (this.#badRounds - 1));
    const oldest = this.#recent.at(-refusalsAllowed);
    this.#pausedUntil = Math.max(now + growing, oldest === undefined ? 0 : oldest + windowMs);
  }

  /** Why nothing more is sent in this round; undefined while it has met no refusal. */
  get endedBy(): Failure | undefined {
    return this.#isRoundBad ? this.#last : undefined;
  }

  /** Call at the beginning of a round that begins with a login or a renewal. Throws like `check`. */
  begin(): void {
    this.#isRoundBad = false;
    this.check();
  }

  /** Call at the end of a round in which the PBX was asked; one without a refusal ends the row. */
  roundEnded(): void {
    if (!this.#isRoundBad) {
      this.#badRounds = 0;
      this.#last = undefined;
    }
    this.#isRoundBad = false;
  }
}

/** Whether the web server answered instead of the program behind it. */
export function isGatewayRefusal({ status }: ApiAnswer): boolean {
  return status === 502 || status === 503 || status === 504;
}
