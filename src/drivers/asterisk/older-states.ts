import type { Peer, PeerState, Trunk, TrunkState } from '../../snapshot/reading.ts';
import type { SkipCounter } from '../kit/collectors.ts';
import type { OlderPeer, OlderRegistration } from './older-drivers.ts';
import { nothingWaits, type Waiting, waitingState } from './waiting.ts';

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

const technology = { sip: 'SIP', iax2: 'IAX2' } as const;

/** Name of the peer's device, as channels bear it. */
export function deviceName({ driver, name }: OlderPeer): string {
  return `${technology[driver]}/${name}`;
}

/** What is noted on the way, and what waits for its first check. */
export interface Noting {
  readonly skipped: SkipCounter;
  readonly waiting?: Waiting;
}

/** A phone as a peer; `busyDevices` are those with a channel, undefined where that was not told. */
export function peerFromOlder(
  peer: OlderPeer,
  busyDevices: ReadonlySet<string> | undefined,
  { skipped, waiting = nothingWaits }: Noting,
): Peer {
  const registered = peer.address !== undefined;
  return {
    id: peer.name,
    state: peerState(peer, { skipped: skipped.of(peer.name), waiting }),
    ...roundtrip(peer),
    ...(peer.dynamic ? { registered, contacts: registered ? 1 : 0 } : {}),
    ...(busyDevices === undefined ? {} : { inCall: busyDevices.has(deviceName(peer)) }),
  };
}

/** A registration, a peer or both as one trunk. */
export function trunkFromOlder(entry: OlderTrunkEntry, { skipped, waiting = nothingWaits }: Noting): Trunk {
  if (entry.registration === undefined)
    return trunkFromPeer(entry.peer, { skipped: skipped.of(entry.peer.name), waiting });
  const { registration, peer } = entry;
  const state = registrationState(registration, peer, { skipped: skipped.of(registration.account), waiting });
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
function trunkFromPeer(peer: OlderPeer, noting: Required<Noting>): Trunk {
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

/** What a peer's address and status tell. One that nobody checks counts as reachable where it has an address. */
export function peerState(peer: OlderPeer, { skipped, waiting }: Required<Noting>): PeerState {
  if (peer.dynamic && peer.address === undefined) return 'unregistered';
  const word = statusWord(peer).toLowerCase();
  if (word === 'ok' || word === 'lagged') return 'reachable';
  if (word === 'unreachable') return 'unreachable';
  if (word !== 'unknown' && word !== 'unmonitored') skipped.add('unknown_state');
  if (peer.address === undefined) return 'unknown';
  if (word === 'unmonitored') return 'reachable';
  return word === 'unknown' && waiting.mayWait(0) ? waitingState(waiting, deviceName(peer)) : 'unknown';
}

/** Without an address (its host name was not found) a trunk cannot work; chan_iax2 says so, chan_sip does not ask at all. */
function trunkPeerState(peer: OlderPeer, noting: Required<Noting>): TrunkState {
  const state = peerState(peer, noting);
  if (peer.address === undefined && state === 'unreachable') return 'failed';
  return state === 'reachable' && statusWord(peer).toLowerCase() === 'unmonitored' ? 'unmonitored' : state;
}

/** A registration that is accepted while the provider's peer does not answer is a trunk out of service. */
function registrationState(
  registration: OlderRegistration,
  peer: OlderPeer | undefined,
  noting: Required<Noting>,
): TrunkState {
  const state = registrationStates.get(registration.state.toLowerCase());
  if (state === undefined) noting.skipped.add('unknown_state');
  if (state !== 'registered' || peer === undefined) return state ?? 'unknown';
  return peerState(peer, noting) === 'unreachable' ? 'unreachable' : state;
}

/** The status without its roundtrip, which changes with every check. */
function statusWord({ status }: OlderPeer): string {
  return status.replace(/ \(.*$/s, '');
}

/** Whole milliseconds in brackets, shown by peers that answer. */
function roundtrip({ status }: OlderPeer): Pick<Peer, 'roundtripMicroseconds'> {
  const milliseconds = /^(?:OK|LAGGED) \((\d{1,9}) ms\)$/i.exec(status)?.[1];
  return milliseconds === undefined ? {} : { roundtripMicroseconds: Number(milliseconds) * 1_000 };
}
