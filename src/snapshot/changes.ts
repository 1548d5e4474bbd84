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
  return countChanges(changes, before, after, isReachable);
}

/** Changes of all trunks in the new list; an unknown state is no change, and what comes after it is compared with what was before. */
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

function countChanges<Word extends string, State>(
  { counts, lastKnown }: Changes<State>,
  before: readonly Row<Word>[] | undefined,
  after: readonly Row<Word>[],
  value: (state: Word) => State | undefined,
): Changes<State> {
  const known = ({ id, state }: Row<Word>): State | undefined =>
    state === 'unknown' ? lastKnown.get(id) : value(state);
  const earlier = new Map(before?.map((row) => [row.id, row]));
  const nextCounts = new Map<string, number>();
  const nextKnown = new Map<string, State>();
  for (const row of after) {
    const former = earlier.get(row.id);
    const was = former && known(former);
    // A row that was carried over has not passed through its states once more.
    const passed = former === row ? [] : (row.passed ?? []);
    const states = [was, ...passed.map(value), value(row.state)].filter((state) => state !== undefined);
    const changes = states.filter((state, index) => index > 0 && state !== states[index - 1]).length;
    nextCounts.set(row.id, (counts.get(row.id) ?? 0) + changes);
    const last = states.at(-1);
    if (row.state === 'unknown' && last !== undefined) nextKnown.set(row.id, last);
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
