import pLimit from 'p-limit';

/** Runs at most a fixed number of tasks simultaneously; the others wait in order. Never call a limiter from one of its own tasks. */
export interface Limiter {
  run<T>(task: () => Promise<T>): Promise<T>;
  /** Changes the limit. Running tasks continue; waiting tasks may start. */
  resize(limit: number): void;
  /** Number of running tasks. */
  readonly active: number;
  /** Number of waiting tasks. */
  readonly waiting: number;
}

/** Creates a limiter for `limit` (1 or more) simultaneous tasks. */
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
