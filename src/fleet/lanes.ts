import { createLimiter, type Limiter } from '../target/limiter.ts';

/** Where rounds wait for their turn. */
export interface Lanes {
  /** Runs a round when it may: rounds of targets that are down have a lane of their own. */
  run(healthy: boolean, round: () => Promise<void>): Promise<void>;
  /** Sets another limit; rounds that run are not disturbed, those that wait may begin. */
  resize(concurrency: number): void;
}

/**
 * At most `concurrency` rounds at once, and of those at most a quarter (but one) for targets whose last round failed:
 * a dead PBX holds its place until the timeout, and many of them must not make the living ones wait.
 */
export function createLanes(concurrency: number): Lanes {
  const all: Limiter = createLimiter(concurrency);
  const failing: Limiter = createLimiter(failingLimit(concurrency));
  return {
    run: (healthy, round) => (healthy ? all.run(round) : failing.run(() => all.run(round))),
    resize(next) {
      all.resize(next);
      failing.resize(failingLimit(next));
    },
  };
}

function failingLimit(concurrency: number): number {
  return Math.max(1, Math.floor(concurrency / 4));
}
