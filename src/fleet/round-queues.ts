import type { Clock } from '../clock.ts';
import { createLimiter, type Limiter } from '../polling/limiter.ts';

/** The queues of rounds. */
export interface RoundQueues {
  /** Runs a round when a slot is free. Targets that are down have a separate queue (`healthy` false). */
  run(healthy: boolean, round: () => Promise<void>): Promise<void>;
  /** Changes the limit. Running rounds are not affected; queued rounds may start. */
  resize(concurrency: number): void;
}

/** A round that takes longer than this (ms) is probably waiting for a PBX that does not answer. */
export const slotTimeoutMs = 3_000;

/**
 * Creates queues that run at most `concurrency` rounds at a time. At most a quarter of the slots (at least one) is for
 * targets that failed in their last round, because many dead PBXs, which cause timeouts, must not delay the others. A PBX
 * can be down before one of its rounds has failed: at startup, or just after a link to many PBXs went down. Therefore, a
 * round that takes longer than {@link slotTimeoutMs} gives up its slot and continues outside the queues.
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

/** Resolves when the round has ended, successfully or not, or has taken too long. */
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
