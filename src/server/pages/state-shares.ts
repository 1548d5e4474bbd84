import { type Peer, peerStates, type Trunk, type TrunkState } from '../../snapshot/reading.ts';
import type { Share } from './parts.ts';
import { countPeers, countTrunks, peerTones, trunkTones } from './states.ts';

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
