import type { Trunk, TrunkState } from '../../../snapshot/reading.ts';
import { allQualified } from '../first-qualify.ts';
import type { OlderPeer, OlderRegistration } from './lists.ts';
import { peerState, roundtrip, type RowContext, statusWord } from './peers.ts';

/** A trunk of an older driver: a registration, a peer, or both as one. */
export type OlderTrunkEntry =
  | { readonly registration: OlderRegistration; readonly peer?: OlderPeer }
  | { readonly registration?: never; readonly peer: OlderPeer };

const registrationStates: ReadonlyMap<string, TrunkState> = new Map([
  ['registered', 'registered'],
  ['request sent', 'registering'],
  ['auth. sent', 'registering'],
  ['rejected', 'rejected'],
  ['no authentication', 'rejected'],
  ['failed', 'failed'],
  ['timeout', 'failed'],
  ['unregistered', 'unregistered'],
]);

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

/** The address of a peer that has to register is a device's address: it is not shown. */
function trunkFromPeer(peer: OlderPeer, noting: Required<RowContext>): Trunk {
  return {
    id: peer.name,
    state: trunkPeerState(peer, noting),
    kind: `${peer.driver} peer`,
    rawState: statusWord(peer),
    ...roundtrip(peer),
    ...(peer.dynamic ? { registered: peer.address !== undefined } : {}),
    ...(peer.dynamic || peer.address === undefined ? {} : { host: peer.address }),
  };
}

/** Without an address (its host name was not found) a trunk cannot work; chan_iax2 says so, chan_sip does not ask at all. */
function trunkPeerState(peer: OlderPeer, noting: Required<RowContext>): TrunkState {
  const state = peerState(peer, noting);
  if (peer.address === undefined && state === 'unreachable') return 'failed';
  return state === 'reachable' && statusWord(peer).toLowerCase() === 'unmonitored' ? 'unmonitored' : state;
}

/** A registration that is accepted while the provider's peer does not answer is a trunk out of service. */
function registrationState(
  registration: OlderRegistration,
  peer: OlderPeer | undefined,
  noting: Required<RowContext>,
): TrunkState {
  const state = registrationStates.get(registration.state.toLowerCase());
  if (state === undefined) noting.skipped.add('unknown_state');
  if (state !== 'registered' || peer === undefined) return state ?? 'unknown';
  return peerState(peer, noting) === 'unreachable' ? 'unreachable' : state;
}
