import type { Clock } from '../clock.ts';
import type { PageTarget } from '../exposition/block-cache.ts';
import type { Fleet } from '../fleet/fleet.ts';
import type { Target } from '../polling/target.ts';
import { timedOutTarget } from './timed-out-target.ts';

/** What a look at a target needs. */
export interface ProbeSetup {
  readonly fleet: () => Fleet;
  readonly clock: Clock;
}

/**
 * The target as one probe sees it: after a round that has just ended, that runs, or that begins now; or as one that did not
 * answer within `waitMs`, while the round goes on. A text says why nothing can be told of it.
 */
export async function probedTarget(
  target: Target,
  { fleet, clock }: ProbeSetup,
  waitMs: number,
): Promise<PageTarget | string> {
  if (target.roundEndedMsAgo < target.leastPauseMs && fleet().roundRunningMs(target) === undefined) return target;
  const ended = await endsWithin(clock, waitMs, fleet().poll(target));
  if (fleet().get(target.name) !== target)
    return `The configuration of ${JSON.stringify(target.name)} has just changed.\n`;
  if (ended) return target;
  // A round that had its turn late says nothing about the PBX.
  if ((fleet().roundRunningMs(target) ?? 0) >= waitMs / 2) return timedOutTarget(target, clock, waitMs);
  if (target.tried && !target.record.up) return target;
  return 'All places for rounds are taken: raise scrape.concurrency, scrape less often, or give the scrape more time.\n';
}

function endsWithin(clock: Clock, milliseconds: number, work: Promise<void>): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const timer = clock.after(milliseconds, () => resolve(false));
    work.then(() => resolve(true), reject).finally(() => timer.stop());
  });
}
