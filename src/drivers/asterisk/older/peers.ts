import type { Peer, PeerState } from '../../../snapshot/reading.ts';
import type { SkipCounter } from '../../kit/collectors.ts';
import { StateTable } from '../../kit/state-table.ts';
import type { OlderPeer } from './lists.ts';
import { allQualified, type FirstQualify, stateBeforeRestart } from '../first-qualify.ts';

/** Status words of a peer of chan_sip and chan_iax2, without the roundtrip in brackets. `unmonitored`: Asterisk does not check it. */
export const peerStatuses = new StateTable<'reachable' | 'unreachable' | 'unmonitored' | 'unknown'>({
  OK: 'reachable',
  LAGGED: 'reachable',
  UNREACHABLE: 'unreachable',
  UNKNOWN: 'unknown',
  Unmonitored: 'unmonitored',
});

const technology = { sip: 'SIP', iax2: 'IAX2' } as const;

/** Name of the peer's device, as used in the names of channels. */
export function deviceName({ driver, name }: OlderPeer): string {
  return `${technology[driver]}/${name}`;
}

/** The counter of skipped rows, and the contacts that wait for their first check. */
export interface RowContext {
  readonly skipped: SkipCounter;
  readonly firstQualify?: FirstQualify;
}

/** A phone as a peer; `busyDevices` are the devices with a channel, undefined if that was not reported. */
export function peerFromOlder(
  peer: OlderPeer,
  busyDevices: ReadonlySet<string> | undefined,
  { skipped, firstQualify = allQualified }: RowContext,
): Peer {
  const registered = peer.address !== undefined;
  return {
    id: peer.name,
    state: peerState(peer, { skipped: skipped.of(peer.name), firstQualify }),
    ...roundtrip(peer),
    ...(peer.dynamic ? { registered, contacts: registered ? 1 : 0 } : {}),
    ...(busyDevices === undefined ? {} : { inCall: busyDevices.has(deviceName(peer)) }),
  };
}

/** The state from a peer's address and status. An unchecked peer counts as reachable if it has an address. */
export function peerState(peer: OlderPeer, { skipped, firstQualify }: Required<RowContext>): PeerState {
  if (peer.dynamic && peer.address === undefined) return 'unregistered';
  const status = peerStatuses.read(statusWord(peer), skipped);
  if (status === 'reachable' || status === 'unreachable') return status;
  if (peer.address === undefined) return 'unknown';
  if (status === 'unmonitored') return 'reachable';
  return status === 'unknown' && firstQualify.mayBeUnqualified(0)
    ? stateBeforeRestart(firstQualify, deviceName(peer))
    : 'unknown';
}

/** The status without its roundtrip, which changes with every check. */
export function statusWord({ status }: OlderPeer): string {
  return status.replace(/ \(.*$/s, '');
}

/** The roundtrip in µs. Asterisk reports it in brackets, in whole milliseconds, for peers that answer. */
export function roundtrip({ status }: OlderPeer): Pick<Peer, 'roundtripMicroseconds'> {
  const milliseconds = /^(?:OK|LAGGED) \((\d{1,9}) ms\)$/i.exec(status)?.[1];
  return milliseconds === undefined ? {} : { roundtripMicroseconds: Number(milliseconds) * 1_000 };
}
