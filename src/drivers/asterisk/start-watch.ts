import type { Reading } from '../../snapshot/reading.ts';
import { Failure } from '../../transport/failure.ts';
import type { CoreStatus } from './system.ts';

/**
 * Notices that Asterisk was started anew before anything is asked that a starting Asterisk cannot take: an action whose
 * module is registered but not yet running is answered with "Permission denied", and Asterisk then destroys the session
 * of whoever asked (seen on 22.10; in `process_message` of `manager.c` such an action ends the session). Asking too early
 * would cost a second login.
 */
export class StartWatch {
  #startedAt: string | undefined;
  #loginsSeen = 0;
  #lastReadingFailed = false;

  /** Whether there is a reason to look: a login since the last round, or a round that did not read everything. */
  isDue(logins: number): boolean {
    return logins !== this.#loginsSeen || this.#lastReadingFailed;
  }

  /** Looks at the start time. Throws a `Failure` (`service_unavailable`) when it is another one than before. */
  async look(status: () => Promise<CoreStatus>, logins: () => number): Promise<void> {
    const startedAt = await startOf(status);
    this.#loginsSeen = logins();
    if (startedAt === undefined) return;
    const before = this.#startedAt;
    this.#startedAt = startedAt;
    if (before === undefined || before === startedAt) return;
    throw new Failure('service_unavailable', 'Asterisk was started anew: its modules are asked in the next round');
  }

  /** Call with what a round has read. */
  ended(reading: Reading): void {
    this.#lastReadingFailed = Object.values(reading).some((part) => !part.ok);
  }
}

/** The start time; undefined when it is not told. What keeps us from asking shows in everything else that is asked. */
async function startOf(status: () => Promise<CoreStatus>): Promise<string | undefined> {
  try {
    const { startedAt } = await status();
    return startedAt === '' ? undefined : startedAt;
  } catch {
    return undefined;
  }
}
