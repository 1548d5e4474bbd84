/** A running timer that can be stopped. */
export interface Timer {
  /** Stops the timer; has no effect if it already fired. */
  stop(): void;
}

/** The source of time: the system clock in production, a manually advanced clock in tests. */
export interface Clock {
  /** Returns the wall clock in milliseconds since 1970, for displayed timestamps. It can jump. */
  wallTime(): number;
  /** Returns monotonic time in milliseconds from an arbitrary start, for ages, deadlines and schedules. It never jumps. */
  monotonicTime(): number;
  /** Calls `callback` once, after `delayMs` milliseconds. */
  after(delayMs: number, callback: () => void): Timer;
}

/** Maximum delay of Node.js timers in milliseconds; longer ones would fire immediately. */
const longestDelayMs = 2_147_483_647;

/** The clock of the machine. */
export const systemClock: Clock = {
  wallTime: () => Date.now(),
  monotonicTime: () => performance.now(),
  after(delayMs, callback) {
    const handle = setTimeout(callback, Math.min(Math.max(0, delayMs), longestDelayMs));
    return { stop: () => clearTimeout(handle) };
  },
};
