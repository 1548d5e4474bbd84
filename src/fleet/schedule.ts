import type { Clock, Timer } from '../clock.ts';

/** Calls a function at a fixed interval until stopped. */
export interface Schedule {
  /** Starts the schedule; the first tick is due after `firstDelayMs`. */
  start(firstDelayMs: number): void;
  /** Stops the schedule. Safe to call twice, also before `start`. */
  stop(): void;
}

/**
 * Creates a schedule without drift: tick n is due n intervals after the start, regardless of how long the work takes.
 * Ticks that were missed, because the machine slept or the event loop was busy, are skipped and not repeated.
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
