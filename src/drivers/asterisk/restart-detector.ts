import type { Clock } from '../../clock.ts';
import type { Reading } from '../../snapshot/reading.ts';
import { Failure } from '../../transport/failure.ts';
import type { CoreStatus } from './system.ts';

/**
 * Time until every contact has been checked once after a start, in seconds: the usual `qualify_frequency` of 60 s and
 * the time of one check.
 */
const firstChecksSeconds = 65;
/** How long a check may take beyond the contact's own frequency, in seconds. */
const checkSeconds = 5;

/**
 * Detects a restart of Asterisk before any request is sent that a starting Asterisk cannot handle. If the module of an action
 * is registered but not running yet, Asterisk answers "Permission denied" and destroys the session that sent the action
 * (seen on 22.10; in `process_message` of `manager.c` such an action ends the session). Asking too early would cost a
 * second login.
 */
export class RestartDetector {
  readonly #clock: Clock;
  #startedAt: string | undefined;
  /** Monotonic time (ms) of the last start that was detected. */
  #startMs = -Infinity;
  #loginsSeen = 0;
  #lastReadingFailed = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether the start time should be checked: after a login since the last round, or a round that did not read everything. */
  isDue(logins: number): boolean {
    return logins !== this.#loginsSeen || this.#lastReadingFailed;
  }

  /**
   * Checks the start time; `uptimeSeconds` returns how long ago that was, if it is known.
   * Throws a `Failure` (`service_unavailable`) if it differs from the previous one.
   */
  async look(
    status: () => Promise<CoreStatus>,
    logins: () => number,
    uptimeSeconds: (startedAt: string) => number | undefined,
  ): Promise<void> {
    const startedAt = await startOf(status);
    this.#loginsSeen = logins();
    if (startedAt === undefined || startedAt === this.#startedAt) return;
    const isFirstLook = this.#startedAt === undefined;
    const now = this.#clock.monotonicTime();
    const uptime = uptimeSeconds(startedAt);
    this.#startedAt = startedAt;
    if (!isFirstLook) this.#startMs = now;
    else if (uptime !== undefined) this.#startMs = now - uptime * 1000;
    if (isFirstLook) return;
    throw new Failure('service_unavailable', 'Asterisk was restarted: its modules are read in the next round');
  }

  /** Whether a contact with this qualify frequency (in seconds) may not have been checked since the start. */
  mayBeUnqualified(frequencySeconds: number): boolean {
    const seconds = Math.max(firstChecksSeconds, frequencySeconds + checkSeconds);
    return this.#clock.monotonicTime() - this.#startMs < seconds * 1000;
  }

  /** Call with the reading of each round. */
  ended(reading: Reading): void {
    this.#lastReadingFailed = Object.values(reading).some((part) => !part.ok);
  }
}

/** The start time; undefined if it is not reported. An error is ignored, because every other request would report it as well. */
async function startOf(status: () => Promise<CoreStatus>): Promise<string | undefined> {
  try {
    const { startedAt } = await status();
    return startedAt === '' ? undefined : startedAt;
  } catch {
    return undefined;
  }
}
