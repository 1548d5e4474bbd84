import type { Clock } from '../../../clock.ts';
import { Failure } from '../../../transport/failure.ts';
import type { EngineStatus } from './system.ts';

/**
 * The single connection of an engine to its console, shared by all targets of this program with that host. Replies have
 * no number and go to the command that has waited longest. After a lost reply, every later one therefore goes to the
 * wrong command until the engine is restarted (webitel/engine-nodejs, `src/lib/Console/WebitelModule2.js`).
 */
export class ConsoleQueue {
  readonly #clock: Clock;
  #turn: Promise<void> = Promise.resolve();
  #bypassing = 0;
  /** Whether one of our requests got no reply, or the reply to another request. */
  isDoubtful = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether this program has requests in progress outside the turns, e.g. a login. */
  get hasBypassingRequests(): boolean {
    return this.#bypassing > 0;
  }

  /**
   * Runs `work`, which uses the console, while no other target of this program does. Throws a `Failure` (`timeout`) if
   * the turn does not come within `waitMs`.
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

  /** Runs `work`, which uses the console, without waiting for a turn. */
  async bypassQueue<T>(work: () => Promise<T>): Promise<T> {
    this.#bypassing += 1;
    try {
      return await work();
    } finally {
      this.#bypassing -= 1;
    }
  }

  /** Resolves after this many milliseconds. */
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

/** Returns the queue of the engine behind a base URL. */
export function consoleQueueOf(clock: Clock, { host }: URL): ConsoleQueue {
  const known = lines.get(clock) ?? new Map<string, ConsoleQueue>();
  lines.set(clock, known);
  const consoleQueue = known.get(host) ?? new ConsoleQueue(clock);
  known.set(host, consoleQueue);
  return consoleQueue;
}

/** Number of consecutive samples of the status that must show waiting commands. */
const samplesNeeded = 3;
/** Milliseconds between two samples; a working console replies sooner. */
const sampleGapMs = 200;
/** Maximum number of samples disturbed by our own requests; beyond it, nothing is proven. */
const mostDisturbed = 3;

/** Reports whether commands wait for the console; false if the status does not show it. */
export function hasWaitingCommands({ waiting }: EngineStatus): boolean {
  return waiting !== undefined && waiting > 0;
}

/**
 * Verifies that no command is waiting for the console while this program has none in progress. `sample` requests the
 * status. Call it only in turn. Throws a `Failure` (`service_unavailable`) if commands are waiting in three samples: a
 * reply was lost, and every later reply goes to the wrong request.
 */
export async function checkReplies(consoleQueue: ConsoleQueue, sample: () => Promise<EngineStatus>): Promise<void> {
  let seen = 0;
  for (let disturbed = 0; seen < samplesNeeded && disturbed < mostDisturbed;) {
    if (seen + disturbed > 0) await consoleQueue.pause(sampleGapMs);
    const status = await sample();
    if (!hasWaitingCommands(status)) {
      consoleQueue.isDoubtful = false;
      return;
    }
    if (consoleQueue.hasBypassingRequests) disturbed += 1;
    else seen += 1;
  }
  if (seen === samplesNeeded) throw desynchronisedConsole();
}

/** The failure of a console whose replies go to the wrong requests. */
export function desynchronisedConsole(): Failure {
  return new Failure(
    'service_unavailable',
    'the console of the engine lost a reply, so the engine returns every answer to the wrong request: restart the engine',
  );
}
