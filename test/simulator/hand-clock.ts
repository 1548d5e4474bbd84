import type { Clock } from '../../src/clock.ts';

/** A clock that stands still until a test advances it. */
export interface HandClock extends Clock {
  /** Advances the time and fires due timers in order. */
  advance(milliseconds: number): void;
  /** Number of pending timers. */
  readonly waiting: number;
  /** Resolves once at least this many timers are pending. */
  waitFor(timers: number): Promise<void>;
}

/** Creates a clock at a fixed time in 2026. */
export function createHandClock(): HandClock {
  let now = 1000;
  let timers: { due: number; callback: () => void }[] = [];
  let watchers: { count: number; resolve: () => void }[] = [];
  const notify = (): void => {
    const ready = watchers.filter((watcher) => timers.length >= watcher.count);
    watchers = watchers.filter((watcher) => !ready.includes(watcher));
    for (const watcher of ready) watcher.resolve();
  };
  return {
    wallTime: () => Date.UTC(2026, 0, 10) + now,
    monotonicTime: () => now,
    after(delayMs, callback) {
      const timer = { due: now + delayMs, callback };
      timers.push(timer);
      notify();
      return { stop: () => void (timers = timers.filter((other) => other !== timer)) };
    },
    advance(milliseconds) {
      const end = now + milliseconds;
      for (;;) {
        const next = timers.filter((timer) => timer.due <= end).sort((left, right) => left.due - right.due)[0];
        if (next === undefined) break;
        timers = timers.filter((timer) => timer !== next);
        now = Math.max(now, next.due);
        next.callback();
      }
      now = end;
    },
    get waiting() {
      return timers.length;
    },
    waitFor: (count) =>
      new Promise((resolve) => {
        watchers.push({ count, resolve });
        notify();
      }),
  };
}
