import type { Peer, PeerState, Trunk, TrunkState } from './reading.ts';

/** Whether a peer in this state is reachable; undefined for disabled and unknown, which are neither. */
export function isReachable(state: PeerState): boolean | undefined {
  if (state === 'reachable') return true;
  return state === 'unreachable' || state === 'unregistered' ? false : undefined;
}

/** What is counted of a list of rows from round to round. */
export interface Changes<State> {
  /** By row. */
  readonly counts: ReadonlyMap<string, number>;
  /** The last known state of the rows whose state is unknown now, where there was one. */
  readonly lastKnown: ReadonlyMap<string, State>;
}

/** Changes of all peers in the new list: those that left are forgotten, so nothing grows with time. */
export function countPeerChanges(
  changes: Changes<boolean>,
  before: readonly Peer[] | undefined,
  after: readonly Peer[],
): Changes<boolean> {
  return countChanges(changes, before, after, (peer) => isReachable(peer.state));
}

/** Changes of all trunks in the new list; an unknown state is no change, and what comes after it is compared with what was before. */
export function countTrunkChanges(
  changes: Changes<TrunkState>,
  before: readonly Trunk[] | undefined,
  after: readonly Trunk[],
): Changes<TrunkState> {
  return countChanges(changes, before, after, (trunk) => (trunk.state === 'unknown' ? undefined : trunk.state));
}

function countChanges<Row extends { readonly id: string; readonly state: string }, State>(
  { counts, lastKnown }: Changes<State>,
  before: readonly Row[] | undefined,
  after: readonly Row[],
  value: (row: Row) => State | undefined,
): Changes<State> {
  const known = (row: Row): State | undefined => (row.state === 'unknown' ? lastKnown.get(row.id) : value(row));
  const earlier = new Map(before?.map((row) => [row.id, known(row)]));
  const nextCounts = new Map<string, number>();
  const nextKnown = new Map<string, State>();
  for (const row of after) {
    const [was, is] = [earlier.get(row.id), value(row)];
    const changed = was !== undefined && is !== undefined && was !== is;
    nextCounts.set(row.id, (counts.get(row.id) ?? 0) + (changed ? 1 : 0));
    if (row.state === 'unknown' && was !== undefined) nextKnown.set(row.id, was);
  }
  return { counts: sameOr(counts, nextCounts), lastKnown: sameOr(lastKnown, nextKnown) };
}

/** The map there was, where the new one says the same. */
function sameOr<Value>(
  before: ReadonlyMap<string, Value>,
  next: ReadonlyMap<string, Value>,
): ReadonlyMap<string, Value> {
  const isSame = next.size === before.size && [...next].every(([id, value]) => before.get(id) === value);
  return isSame ? before : next;
}
