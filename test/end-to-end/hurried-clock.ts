import { type Clock, systemClock } from '../../src/clock.ts';

/** Creates a clock that runs `speed` times as fast as the system clock, from the same start in every process. */
export function hurriedClock(startedAt: number, speed: number): Clock {
  const wallTime = (): number => startedAt + (Date.now() - startedAt) * speed;
  return {
    wallTime,
    monotonicTime: wallTime,
    after: (delayMs, callback) => systemClock.after(delayMs / speed, callback),
  };
}
