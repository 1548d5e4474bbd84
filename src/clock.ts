/** A timer that has been started and can be stopped. */
export interface Timer {
  /** Stops the timer; does nothing when it already fired. */
  stop(): void;
}

/** Where the program gets its time from: the machine in production, a hand-driven clock in tests. */
export interface Clock {
  /** Wall clock, in milliseconds since 1970. For timestamps that people see; it may jump. */
  wallTime(): number;
  /** Monotonic time in milliseconds from an arbitrary start. For ages, deadlines and schedules; it never jumps. */
  monotonicTime(): number;
  /** Calls `callback` once, `delayMs` milliseconds from now. */
  after(delayMs: number, callback: () => void): Timer;
}

/** The longest delay Node's timers keep; anything longer would fire at once. */
const longestDelayMs = 2_147_483_647;

/** The machine's own clock. */
export const systemClock: Clock = {
  wallTime: () => Date.now(),
  monotonicTime: () => performance.now(),
  after(delayMs, callback) {
    const handle = setTimeout(callback, Math.min(Math.max(0, delayMs), longestDelayMs));
    return { stop: () => clearTimeout(handle) };
  },
};
