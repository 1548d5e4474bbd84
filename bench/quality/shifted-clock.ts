import { type Clock, systemClock } from '../../src/clock.ts';

/** The clock of the machine with manual shifts, so that minutes of calls pass in milliseconds. */
export interface ShiftedClock extends Clock {
  shift(milliseconds: number): void;
}

/** Creates a clock without a shift. Its timers run in real time. */
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
