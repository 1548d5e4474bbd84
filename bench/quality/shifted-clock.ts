import { type Clock, systemClock } from '../../src/clock.ts';

/** The machine's clock, moved on by leaps: minutes of calls in milliseconds. */
export interface ShiftedClock extends Clock {
  shift(milliseconds: number): void;
}

/** Makes one that has not leapt yet. Timers are the machine's own. */
export function createShiftedClock(): ShiftedClock {
  let ahead = 0;
  return {
    wallTime: () => systemClock.wallTime() + ahead,
    monotonicTime: () => systemClock.monotonicTime() + ahead,
    after: (delayMs, callback) => systemClock.after(delayMs, callback),
    shift(milliseconds) {
      ahead += milliseconds;
    },
  };
}
