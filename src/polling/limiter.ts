import pLimit from 'p-limit';

/** Lets at most a fixed number of tasks run at once; the others wait in order. Never call a limiter inside its own task. */
export interface Limiter {
  run<T>(task: () => Promise<T>): Promise<T>;
  /** Sets another limit; tasks that run are not disturbed, those that wait may begin. */
  resize(limit: number): void;
  /** Tasks that run now. */
  readonly active: number;
  /** Tasks that wait. */
  readonly waiting: number;
}

/** A limiter for `limit` (1 or more) tasks at once. */
export function createLimiter(limit: number): Limiter {
  const limited = pLimit(limit);
  return {
    run: (task) => limited(task),
    resize(next) {
      limited.concurrency = next;
    },
    get active() {
      return limited.activeCount;
    },
    get waiting() {
      return limited.pendingCount;
    },
  };
}
