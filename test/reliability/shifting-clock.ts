import { createHandClock, type HandClock } from '../simulator/hand-clock.ts';

/** A clock controlled by the test. Its wall time can be set independently of the elapsed time, as by an operator or NTP. */
export interface ShiftingClock extends HandClock {
  /** Sets the wall clock forward (or back, if negative) by this many milliseconds; no time passes. */
  shiftWall(milliseconds: number): void;
}

/** Creates such a clock, which stands still until it is advanced. */
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
