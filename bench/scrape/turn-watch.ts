/** Measures the CPU time of single turns of the event loop. */
export interface TurnWatch {
  start(): void;
  /** Stops, and returns the maximum CPU time (ms) of this thread in one turn since the start. */
  stop(): number;
}

/**
 * Creates a watch that measures CPU time of the thread instead of elapsed time, so that other programs on the machine do not
 * affect the result. It keeps the event loop turning while it is running.
 */
export function createTurnWatch(): TurnWatch {
  let [longest, last] = [0, 0];
  let next: NodeJS.Immediate | undefined;
  const turn = (): void => {
    const now = threadMs();
    longest = Math.max(longest, now - last);
    last = now;
    next = setImmediate(turn);
  };
  return {
    start() {
      [longest, last] = [0, threadMs()];
      next = setImmediate(turn);
    },
    stop() {
      clearImmediate(next);
      return longest;
    },
  };
}

function threadMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}
