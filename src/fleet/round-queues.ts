import type { Clock } from '../clock.ts';
import { createLimiter, type Limiter } from '../polling/limiter.ts';

/** Where rounds wait for their turn. */
export interface RoundQueues {
  /** Runs a round when it may: rounds of targets that are down have a queue of their own. */
  run(healthy: boolean, round: () => Promise<void>): Promise<void>;
  /** Sets another limit; rounds that run are not disturbed, those that wait may begin. */
  resize(concurrency: number): void;
}

/** A round that takes longer than this (ms) is most likely waiting for a PBX that does not answer. */
export const slotTimeoutMs = 3_000;

/**
 * Runs at most `concurrency` rounds at a time. At most a quarter of them (at least one) may be for targets whose last
 * round failed: a dead PBX answers nothing until the timeout, and many dead PBXs must not delay the live ones. A PBX may
 * be down before any of its rounds has failed: at the start, or just after a link to many PBXs went down. A round that
 * takes longer than {@link slotTimeoutMs} therefore gives up its slot and continues outside the queues.
 */
export function createRoundQueues(concurrency: number, clock: Clock): RoundQueues {
  const all: Limiter = createLimiter(concurrency);
  const failing: Limiter = createLimiter(failingLimit(concurrency));
  return {
    async run(healthy, round) {
      let whole = Promise.resolve();
      const begin = (): Promise<void> => {
        whole = round();
        return untilSlotTimeout(whole, clock);
      };
      await (healthy ? all.run(begin) : failing.run(() => all.run(begin)));
      await whole;
    },
    resize(next) {
      all.resize(next);
      failing.resize(failingLimit(next));
    },
  };
}

function failingLimit(concurrency: number): number {
  return Math.max(1, Math.floor(concurrency / 4));
}

/** Resolves when the round has ended, well or not, or has taken too long. */
function untilSlotTimeout(round: Promise<void>, clock: Clock): Promise<void> {
  return new Promise((resolve) => {
    const timer = clock.after(slotTimeoutMs, resolve);
    const ended = (): void => {
      timer.stop();
      resolve();
    };
    round.then(ended, ended);
  });
}
