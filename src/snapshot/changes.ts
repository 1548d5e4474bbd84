import type { Peer, PeerState, Trunk, TrunkState } from './reading.ts';

/** Reports whether a peer in this state is reachable; undefined for disabled and unknown. */
function isReachable(state: PeerState): boolean | undefined {
  if (state === 'reachable') return true;
  return state === 'unreachable' || state === 'unregistered' ? false : undefined;
}

/** Change counters of a list of rows. */
export interface Changes<State> {
  /** Number of changes by row. */
  readonly counts: ReadonlyMap<string, number>;
  /** Last known states of the rows with an unknown state. */
  readonly lastKnown: ReadonlyMap<string, State>;
}

/** Counts the changes of all peers in the new list. Peers that are gone are dropped, so the maps do not grow over time. */
export function countPeerChanges(
  changes: Changes<boolean>,
  before: readonly Peer[] | undefined,
  after: readonly Peer[],
): Changes<boolean> {
  return countChanges(changes, before, after, isReachable);
}

/** Counts the changes of all trunks in the new list. Unknown states do not count; the states before and after them are compared. */
export function countTrunkChanges(
  changes: Changes<TrunkState>,
  before: readonly Trunk[] | undefined,
  after: readonly Trunk[],
): Changes<TrunkState> {
  return countChanges(changes, before, after, (state: TrunkState) => (state === 'unknown' ? undefined : state));
}

interface Row<Word> {
  readonly id: string;
  readonly state: Word;
  readonly passed?: readonly Word[];
}

const none: readonly never[] = [];

function countChanges<Word extends string, State>(
  changes: Changes<State>,
  before: readonly Row<Word>[] | undefined,
  after: readonly Row<Word>[],
  value: (state: Word) => State | undefined,
): Changes<State> {
  const { counts, lastKnown } = changes;
  // The list is the same object, and no counters of removed rows remain.
  if (before === after && counts.size === after.length) return changes;
  const known = ({ id, state }: Row<Word>): State | undefined =>
    state === 'unknown' ? lastKnown.get(id) : value(state);
  const earlier = new Map(before?.map((row) => [row.id, row]));
  const nextCounts = new Map<string, number>();
  const nextKnown = new Map<string, State>();
  for (const row of after) {
    const former = earlier.get(row.id);
    let last = former && known(former);
    let changed = 0;
    const pass = (state: State | undefined): void => {
      if (state !== undefined && last !== undefined && state !== last) changed += 1;
      last = state ?? last;
    };
    for (const state of row.passed ?? none) pass(value(state));
    pass(value(row.state));
    nextCounts.set(row.id, (counts.get(row.id) ?? 0) + changed);
    if (row.state === 'unknown' && last !== undefined) nextKnown.set(row.id, last);
  }
  return { counts: sameOr(counts, nextCounts), lastKnown: sameOr(lastKnown, nextKnown) };
}

/** Returns the previous map if the new one is equal. */
function sameOr<Value>(
  before: ReadonlyMap<string, Value>,
  next: ReadonlyMap<string, Value>,
): ReadonlyMap<string, Value> {
  const isSame = next.size === before.size && [...next].every(([id, value]) => before.get(id) === value);
  return isSame ? before : next;
}
