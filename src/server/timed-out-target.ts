import type { Clock } from '../clock.ts';
import type { PageTarget } from '../exposition/block-cache.ts';
import type { TargetRecord } from '../snapshot/record.ts';
import type { Target } from '../polling/target.ts';

const detail = 'no complete answer in the time that the scrape leaves';

/**
 * A target as one probe saw it that could not wait for the end of the round: down, for the reason `timeout`. What is
 * known of the target itself stays as it is; the round goes on and decides that.
 */
export function timedOutTarget({ identity, record }: Target, clock: Clock, waitedMs: number): PageTarget {
  const now = clock.wallTime();
  const collectors = Object.keys(record.collectors).map((name) => [
    name,
    { success: false, reason: 'timeout', detail },
  ]);
  const late: TargetRecord = {
    ...record,
    up: false,
    upSinceWall: record.up ? now : (record.upSinceWall ?? now),
    lastRound: { endedAtWall: now, durationMs: waitedMs, reason: 'timeout', detail },
    collectors: Object.fromEntries(collectors),
  };
  // An identity of its own: rendered lines are kept by identity, and these are for this answer only.
  return { identity: { ...identity }, record: late };
}
