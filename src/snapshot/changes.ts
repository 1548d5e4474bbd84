import type { Peer, PeerState, Trunk } from './reading.ts';

/** Whether a peer in this state is reachable; undefined for disabled and unknown, which are neither. */
export function isReachable(state: PeerState): boolean | undefined {
  if (state === 'reachable') return true;
  return state === 'unreachable' || state === 'unregistered' ? false : undefined;
}

/** Change counters of all peers in the new list: those that left are forgotten, so nothing grows with time. */
export function countPeerChanges(
  counts: ReadonlyMap<string, number>,
  before: readonly Peer[] | undefined,
  after: readonly Peer[],
): ReadonlyMap<string, number> {
  return countChanges(counts, before, after, (peer) => isReachable(peer.state));
}

/** Change counters of all trunks in the new list; a state that is not known is no change. */
export function countTrunkChanges(
  counts: ReadonlyMap<string, number>,
  before: readonly Trunk[] | undefined,
  after: readonly Trunk[],
): ReadonlyMap<string, number> {
  return countChanges(counts, before, after, (trunk) => (trunk.state === 'unknown' ? undefined : trunk.state));
}

function countChanges<Row extends { readonly id: string }>(
  counts: ReadonlyMap<string, number>,
  before: readonly Row[] | undefined,
  after: readonly Row[],
  value: (row: Row) => boolean | string | undefined,
): ReadonlyMap<string, number> {
  const earlier = new Map(before?.map((row) => [row.id, value(row)]));
  const next = new Map(
    after.map((row) => {
      const [was, is] = [earlier.get(row.id), value(row)];
      const changed = was !== undefined && is !== undefined && was !== is;
      return [row.id, (counts.get(row.id) ?? 0) + (changed ? 1 : 0)];
    }),
  );
  const isSame = next.size === counts.size && [...next].every(([id, count]) => counts.get(id) === count);
  return isSame ? counts : next;
}
