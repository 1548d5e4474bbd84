import {
  type AgentState,
  type Peer,
  type PeerState,
  peerStates,
  type Trunk,
  type TrunkState,
} from '../../snapshot/reading.ts';
import type { Share, Tone } from './parts.ts';

/** Worst first: the order in which people want to see peers. */
export const peerOrder: readonly PeerState[] = ['unreachable', 'unregistered', 'unknown', 'reachable', 'disabled'];

/** Worst first: the order in which people want to see trunks. */
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

/** Colour and sign of each state of a peer. */
export const peerTones: Readonly<Record<PeerState, Tone>> = {
  reachable: 'good',
  unreachable: 'bad',
  unregistered: 'warn',
  disabled: 'off',
  unknown: 'unknown',
};

/** Colour and sign of each state of a trunk. */
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

/** States of an agent in words. */
export const agentWords: Readonly<Record<AgentState, string>> = {
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

/** Whether a trunk is out of service; one that is switched off or unknown is not. */
export function isOutOfService({ state }: Trunk): boolean {
  return !inService.has(state) && !undecided.has(state);
}

/** Whether a trunk is in service. */
export function isInService({ state }: Trunk): boolean {
  return inService.has(state);
}

/** How many rows are in each state. */
type StateCounts<State extends string> = Readonly<Record<State, number>>;

const peerCounts = new WeakMap<readonly Peer[], StateCounts<PeerState>>();
const trunkCounts = new WeakMap<readonly Trunk[], StateCounts<TrunkState>>();

/** Peers by state. Lists never change, so each is counted once however often the page is asked for. */
export function countPeers(peers: readonly Peer[]): StateCounts<PeerState> {
  const known = peerCounts.get(peers) ?? countStates(noPeers, peers);
  peerCounts.set(peers, known);
  return known;
}

/** Trunks by state, like {@link countPeers}. */
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

/** Order in a bar: what is well first, what is off last. */
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

/** Peers of one or more lists by state, the reachable ones first. */
export function peerShares(lists: readonly (readonly Peer[])[]): readonly Share[] {
  const counts = lists.map(countPeers);
  return peerStates.map((state) => {
    return { word: state, tone: peerTones[state], count: counts.reduce((sum, one) => sum + one[state], 0) };
  });
}

/** Trunks by state, those in service first. */
export function trunkShares(trunks: readonly Trunk[]): readonly Share[] {
  const counts = countTrunks(trunks);
  return trunkBarOrder.map((state) => ({ word: state, tone: trunkTones[state], count: counts[state] }));
}
