import { createHandClock, type HandClock } from '../simulator/hand-clock.ts';

/** A clock in the test's hand whose wall time can be set apart from the time that passes, as an operator or NTP would. */
export interface ShiftingClock extends HandClock {
  /** Sets the wall clock forward (or back, when negative) by so many milliseconds; no time passes. */
  shiftWall(milliseconds: number): void;
}

/** Makes one that stands still. */
export function createShiftingClock(): ShiftingClock {
  const hand = createHandClock();
  let shift = 0;
  return {
    wallTime: () => hand.wallTime() + shift,
    monotonicTime: () => hand.monotonicTime(),
    after: (delayMs, callback) => hand.after(delayMs, callback),
    advance: (milliseconds) => hand.advance(milliseconds),
    waitFor: (timers) => hand.waitFor(timers),
    get waiting() {
      return hand.waiting;
    },
    shiftWall(milliseconds) {
      shift += milliseconds;
    },
  };
}
