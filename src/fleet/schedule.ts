import type { Clock, Timer } from '../clock.ts';

/** Calls `tick` at a fixed pace until stopped. */
export interface Schedule {
  /** Starts with the first tick `firstDelayMs` from now. */
  start(firstDelayMs: number): void;
  /** Safe to call twice, also before `start`. */
  stop(): void;
}

/**
 * A schedule without drift: tick n is due at start + n intervals, however long the work takes.
 * Ticks that were missed (the machine slept, the event loop was busy) are left out, not made up for.
 */
export function createSchedule(clock: Clock, intervalMs: number, tick: () => void): Schedule {
  let timer: Timer | undefined;
  const wait = (dueAt: number): void => {
    timer = clock.after(dueAt - clock.monotonicTime(), () => {
      const missed = Math.floor((clock.monotonicTime() - dueAt) / intervalMs);
      wait(dueAt + (Math.max(0, missed) + 1) * intervalMs);
      tick();
    });
  };
  return {
    start(firstDelayMs) {
      timer?.stop();
      wait(clock.monotonicTime() + firstDelayMs);
    },
    stop: () => timer?.stop(),
  };
}
