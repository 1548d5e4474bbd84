import {
  type AgentState,
  type Peer,
  type PeerState,
  peerStates,
  type Trunk,
  type TrunkState,
} from '../../snapshot/reading.ts';
import type { Share, Tone } from './parts.ts';

/** Display order of peers by state, worst first. */
export const peerOrder: readonly PeerState[] = ['unreachable', 'unregistered', 'unknown', 'reachable', 'disabled'];

/** Display order of trunks by state, worst first. */
export const trunkOrder: readonly TrunkState[] = [
  'failed',
  'rejected',
  'unreachable',
  'unregistered',
  'registering',
  'unknown',
  'unmonitored',
  'reachable',
  'registered',
  'disabled',
];

/** Tone of each peer state. */
export const peerTones: Readonly<Record<PeerState, Tone>> = {
  reachable: 'good',
  unreachable: 'bad',
  unregistered: 'warn',
  disabled: 'off',
  unknown: 'unknown',
};

/** Tone of each trunk state. */
export const trunkTones: Readonly<Record<TrunkState, Tone>> = {
  registered: 'good',
  reachable: 'good',
  unmonitored: 'unwatched',
  registering: 'wait',
  unregistered: 'bad',
  rejected: 'bad',
  failed: 'bad',
  unreachable: 'bad',
  disabled: 'off',
  unknown: 'unknown',
};

/** Display words of agent states. */
export const agentStateNames: Readonly<Record<AgentState, string>> = {
  available: 'available',
  ringing: 'ringing',
  in_call: 'in a call',
  on_hold: 'on hold',
  paused: 'paused',
  wrap_up: 'wrapping up',
  unavailable: 'unavailable',
  unknown: 'unknown',
};

const inService: ReadonlySet<TrunkState> = new Set<TrunkState>(['registered', 'reachable', 'unmonitored']);
const undecided: ReadonlySet<TrunkState> = new Set<TrunkState>(['disabled', 'unknown']);

/** Reports whether a trunk is out of service. Disabled and unknown trunks are not. */
export function isOutOfService({ state }: Trunk): boolean {
  return !inService.has(state) && !undecided.has(state);
}

/** Reports whether a trunk is in service. */
export function isInService({ state }: Trunk): boolean {
  return inService.has(state);
}

/** The number of rows in each state. */
type StateCounts<State extends string> = Readonly<Record<State, number>>;

const peerCounts = new WeakMap<readonly Peer[], StateCounts<PeerState>>();
const trunkCounts = new WeakMap<readonly Trunk[], StateCounts<TrunkState>>();

/** Counts peers by state. Lists never change, so the counts of each list are cached. */
export function countPeers(peers: readonly Peer[]): StateCounts<PeerState> {
  const known = peerCounts.get(peers) ?? countStates(noPeers, peers);
  peerCounts.set(peers, known);
  return known;
}

/** Counts trunks by state, like {@link countPeers}. */
export function countTrunks(trunks: readonly Trunk[]): StateCounts<TrunkState> {
  const known = trunkCounts.get(trunks) ?? countStates(noTrunks, trunks);
  trunkCounts.set(trunks, known);
  return known;
}

function countStates<State extends string>(
  zeros: StateCounts<State>,
  rows: readonly { readonly state: State }[],
): StateCounts<State> {
  const counts: Record<State, number> = { ...zeros };
  for (const { state } of rows) counts[state] += 1;
  return counts;
}

const noPeers: StateCounts<PeerState> = { reachable: 0, unreachable: 0, unregistered: 0, disabled: 0, unknown: 0 };
const noTrunks: StateCounts<TrunkState> = {
  registered: 0,
  registering: 0,
  unregistered: 0,
  rejected: 0,
  failed: 0,
  reachable: 0,
  unreachable: 0,
  unmonitored: 0,
  disabled: 0,
  unknown: 0,
};

/** Order of trunk states in a bar: states in service first, disabled and unknown last. */
const trunkBarOrder: readonly TrunkState[] = [
  'registered',
  'reachable',
  'unmonitored',
  'registering',
  'unregistered',
  'unreachable',
  'rejected',
  'failed',
  'disabled',
  'unknown',
];

/** Returns the peers of one or more lists as shares by state, reachable first. */
export function peerShares(lists: readonly (readonly Peer[])[]): readonly Share[] {
  const counts = lists.map(countPeers);
  return peerStates.map((state) => {
    return { word: state, tone: peerTones[state], count: counts.reduce((sum, one) => sum + one[state], 0) };
  });
}

/** Returns the trunks as shares by state, those in service first. */
export function trunkShares(trunks: readonly Trunk[]): readonly Share[] {
  const counts = countTrunks(trunks);
  return trunkBarOrder.map((state) => ({ word: state, tone: trunkTones[state], count: counts[state] }));
}
