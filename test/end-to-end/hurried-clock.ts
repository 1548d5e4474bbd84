import { type Clock, systemClock } from '../../src/clock.ts';

/** A clock that runs so many times as fast as the machine's, from the same moment in every process. */
export function hurriedClock(startedAt: number, speed: number): Clock {
  const wallTime = (): number => startedAt + (Date.now() - startedAt) * speed;
  return {
    wallTime,
    monotonicTime: wallTime,
    after: (delayMs, callback) => systemClock.after(delayMs / speed, callback),
  };
}
