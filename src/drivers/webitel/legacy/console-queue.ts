import type { Clock } from '../../../clock.ts';
import { Failure } from '../../../transport/failure.ts';

/**
 * The one line of an engine to its console, shared by all targets of this program with that host. Replies bear no number
 * and go to whoever waits longest, so after a lost one every reply goes to the wrong question until the engine is restarted
 * (webitel/engine-nodejs, `src/lib/Console/WebitelModule2.js`).
 */
export class ConsoleQueue {
  readonly #clock: Clock;
  #turn: Promise<void> = Promise.resolve();
  #beside = 0;
  /** Whether a request of ours got no reply, or one that was not its own. */
  isDoubtful = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether something of this program is under way beside the turns, e.g. a login. */
  get isBusyBeside(): boolean {
    return this.#beside > 0;
  }

  /**
   * Does work that asks the console while no other target of this program does.
   * Throws a `Failure` (`timeout`) when the turn does not come within `waitMs`.
   */
  async inTurn<T>(waitMs: number, work: () => Promise<T>): Promise<T> {
    const before = this.#turn;
    const own = Promise.withResolvers<void>();
    this.#turn = before.then(() => own.promise);
    try {
      await this.#within(waitMs, before);
      return await work();
    } finally {
      own.resolve();
    }
  }

  /** Does work that asks the console without waiting for a turn. */
  async besideTurns<T>(work: () => Promise<T>): Promise<T> {
    this.#beside += 1;
    try {
      return await work();
    } finally {
      this.#beside -= 1;
    }
  }

  /** Resolves after so many milliseconds. */
  pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => void this.#clock.after(milliseconds, resolve));
  }

  async #within(waitMs: number, before: Promise<void>): Promise<void> {
    const late = Promise.withResolvers<never>();
    const failure = new Failure('timeout', 'other targets on this engine kept its console busy for too long');
    const timer = this.#clock.after(waitMs, () => late.reject(failure));
    try {
      await Promise.race([before, late.promise]);
    } finally {
      timer.stop();
    }
  }
}

const lines = new WeakMap<Clock, Map<string, ConsoleQueue>>();

/** The queue of the engine behind a base URL. */
export function consoleQueueOf(clock: Clock, { host }: URL): ConsoleQueue {
  const known = lines.get(clock) ?? new Map<string, ConsoleQueue>();
  lines.set(clock, known);
  const consoleQueue = known.get(host) ?? new ConsoleQueue(clock);
  known.set(host, consoleQueue);
  return consoleQueue;
}
