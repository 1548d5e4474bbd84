/** Watches how much a single turn of the event loop computes. */
export interface TurnWatch {
  start(): void;
  /** The most CPU time (ms) of this thread that one turn took since the start. */
  stop(): number;
}

/**
 * Counts the processor time of the thread and not time on the clock, so that other programs on the machine do no harm to the
 * result. Keeps the event loop turning while it watches.
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
