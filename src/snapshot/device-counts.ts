import type { Peer } from './reading.ts';

/** Default maximum number of user agents counted separately for a PBX. */
const defaultUserAgents = 50;
/** Name for all further user agents. */
const otherUserAgents = 'other';

/** Number of registered devices with a user agent. */
export interface DeviceCount {
  readonly userAgent: string;
  readonly count: number;
}

/**
 * Counts devices by user agent, sorted by name: the `most` most frequent user agents, and the rest as `other`. Equally
 * frequent user agents are ranked by name, so that the selection is stable. Empty if `most` is 0.
 */
export function countDevices(
  peers: readonly Pick<Peer, 'devices'>[],
  most: number = defaultUserAgents,
): readonly DeviceCount[] {
  if (most === 0) return [];
  const ranked = [...countByUserAgent(peers)].toSorted(
    ([name, count], [otherName, otherCount]) => otherCount - count || compare(name, otherName),
  );
  const rest = ranked.slice(most).reduce((sum, [, count]) => sum + count, 0);
  const shown = new Map(ranked.slice(0, most));
  if (rest > 0) shown.set(otherUserAgents, (shown.get(otherUserAgents) ?? 0) + rest);
  return [...shown]
    .toSorted(([name], [other]) => compare(name, other))
    .map(([userAgent, count]) => ({ userAgent, count }));
}

/** Counts by list, cached because every page and every scrape needs them and lists rarely change. */
const known = new WeakMap<readonly Pick<Peer, 'devices'>[], ReadonlyMap<string, number>>();

function countByUserAgent(peers: readonly Pick<Peer, 'devices'>[]): ReadonlyMap<string, number> {
  const counts = known.get(peers) ?? countAll(peers);
  known.set(peers, counts);
  return counts;
}

function countAll(peers: readonly Pick<Peer, 'devices'>[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { devices = [] } of peers)
    for (const { userAgent } of devices) counts.set(userAgent, (counts.get(userAgent) ?? 0) + 1);
  return counts;
}

function compare(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
