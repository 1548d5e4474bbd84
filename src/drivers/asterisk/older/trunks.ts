import type { Trunk, TrunkState } from '../../../snapshot/reading.ts';
import { StateTable } from '../../kit/state-table.ts';
import { allQualified } from '../first-qualify.ts';
import type { OlderPeer, OlderRegistration } from './lists.ts';
import { peerState, peerStatuses, roundtrip, type RowContext, statusWord } from './peers.ts';

/** A trunk of an older driver: a registration, a peer, or both as one. */
export type OlderTrunkEntry =
  | { readonly registration: OlderRegistration; readonly peer?: OlderPeer }
  | { readonly registration?: never; readonly peer: OlderPeer };

/** Words of an outbound registration of chan_sip and chan_iax2. */
export const registrationStates = new StateTable<TrunkState>({
  Registered: 'registered',
  'Request Sent': 'registering',
  'Auth. Sent': 'registering',
  Rejected: 'rejected',
  'No Authentication': 'rejected',
  Failed: 'failed',
  Timeout: 'failed',
  Unregistered: 'unregistered',
});

/** A registration, a peer or both as one trunk. */
export function trunkFromOlder(entry: OlderTrunkEntry, { skipped, firstQualify = allQualified }: RowContext): Trunk {
  if (entry.registration === undefined)
    return trunkFromPeer(entry.peer, { skipped: skipped.of(entry.peer.name), firstQualify });
  const { registration, peer } = entry;
  const state = registrationState(registration, peer, { skipped: skipped.of(registration.account), firstQualify });
  return {
    id: registration.account,
    state,
    kind: `${registration.driver} registration`,
    ...(registration.host === undefined ? {} : { host: registration.host }),
    rawState: registration.state,
    ...(peer === undefined ? {} : roundtrip(peer)),
    ...(state === 'unknown' ? {} : { registered: registration.state.toLowerCase() === 'registered' }),
  };
}

/** The address of a peer that must register belongs to a device and is not shown. */
function trunkFromPeer(peer: OlderPeer, context: Required<RowContext>): Trunk {
  return {
    id: peer.name,
    state: trunkPeerState(peer, context),
    kind: `${peer.driver} peer`,
    rawState: statusWord(peer),
    ...roundtrip(peer),
    ...(peer.dynamic ? { registered: peer.address !== undefined } : {}),
    ...(peer.dynamic || peer.address === undefined ? {} : { host: peer.address }),
  };
}

/**
 * A trunk without an address (its host name was not found) cannot work. chan_iax2 reports such a peer as unreachable;
 * chan_sip does not check it at all.
 */
function trunkPeerState(peer: OlderPeer, context: Required<RowContext>): TrunkState {
  const state = peerState(peer, context);
  if (peer.address === undefined && state === 'unreachable') return 'failed';
  return state === 'reachable' && peerStatuses.find(statusWord(peer)) === 'unmonitored' ? 'unmonitored' : state;
}

/** A trunk whose registration is accepted is out of service if the provider's peer does not answer. */
function registrationState(
  registration: OlderRegistration,
  peer: OlderPeer | undefined,
  context: Required<RowContext>,
): TrunkState {
  const state = registrationStates.read(registration.state, context.skipped);
  if (state !== 'registered' || peer === undefined) return state ?? 'unknown';
  return peerState(peer, context) === 'unreachable' ? 'unreachable' : state;
}
