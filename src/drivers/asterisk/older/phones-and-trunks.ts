import { isIP } from 'node:net';
import { isNumber } from '../pjsip/phones-and-trunks.ts';
import type { OlderPeer, OlderRegistration } from './lists.ts';
import type { OlderTrunkEntry } from './trunks.ts';

/** The peers and registrations of chan_sip and chan_iax2, separated into phones and trunks. */
export interface OlderInventory {
  readonly phones: readonly OlderPeer[];
  readonly trunks: readonly OlderTrunkEntry[];
}

const noHosts: ReadonlyMap<string, string> = new Map();

/** Rules for whether a peer is a phone or a trunk, and for the registration that it belongs to. */
export interface OlderTrunkRules {
  readonly pattern?: RegExp | undefined;
  /** Configured host of a chan_sip peer, if it was requested: the list of peers contains only its address. */
  readonly configuredHosts?: ReadonlyMap<string, string>;
}

/**
 * Separates phones from trunks. Every outbound registration is a trunk, together with its peer (unless another
 * registration uses the same peer). Any other peer is a trunk if its name matches the pattern. Without a pattern, it is
 * a trunk if its address is configured and its name is not all digits.
 */
export function olderPhonesAndTrunks(
  peers: readonly OlderPeer[],
  registrations: readonly OlderRegistration[],
  { pattern, configuredHosts = noHosts }: OlderTrunkRules,
): OlderInventory {
  const taken = new Set<OlderPeer>();
  const isAlone = aloneAmong(registrations);
  const paired = numberSharedAccounts(registrations).map((registration): OlderTrunkEntry => {
    const peer = isAlone(registration) ? peerOf(registration, peers, configuredHosts) : undefined;
    if (peer === undefined) return { registration };
    taken.add(peer);
    return { registration, peer };
  });
  const others = peers.filter((peer) => !taken.has(peer));
  const isTrunk = (peer: OlderPeer): boolean => pattern?.test(peer.name) ?? (!peer.dynamic && !isNumber(peer.name));
  return {
    phones: others.filter((peer) => !isTrunk(peer)),
    trunks: [...paired, ...others.filter(isTrunk).map((peer) => ({ peer }))],
  };
}

/**
 * Names of the chan_sip peers whose configured host must be requested, because a registration uses a host name that none of
 * the peers has as its name.
 */
export function peersToAskForHost(
  peers: readonly OlderPeer[],
  registrations: readonly OlderRegistration[],
): readonly string[] {
  const isAlone = aloneAmong(registrations);
  const unpaired = registrations.filter(
    (registration) =>
      registration.driver === 'sip' &&
      registration.host !== undefined &&
      isIP(registration.host) === 0 &&
      isAlone(registration) &&
      peerOf(registration, peers, noHosts) === undefined,
  );
  if (unpaired.length === 0) return [];
  return peers.filter(({ driver, dynamic }) => driver === 'sip' && !dynamic).map(({ name }) => name);
}

/** Returns a function that checks whether a registration is the only one that goes to its host. */
function aloneAmong(registrations: readonly OlderRegistration[]): (registration: OlderRegistration) => boolean {
  const place = ({ driver, host = '' }: OlderRegistration): string => `${driver} ${host}`;
  const places = Map.groupBy(registrations, place);
  return (registration) => places.get(place(registration))?.length === 1;
}

/**
 * A registration does not name its peer. The peer is the one that has the registration's host as its name, address or
 * configured host; undefined unless there is exactly one.
 */
function peerOf(
  { driver, host }: OlderRegistration,
  peers: readonly OlderPeer[],
  configuredHosts: ReadonlyMap<string, string>,
): OlderPeer | undefined {
  if (host === undefined) return undefined;
  const isMeant = ({ name, address }: OlderPeer): boolean =>
    [name, address, ...(driver === 'sip' ? [configuredHosts.get(name)] : [])].some((place) => isSame(place, host));
  const candidates = peers.filter((peer) => peer.driver === driver && !peer.dynamic && isMeant(peer));
  return candidates.length === 1 ? candidates[0] : undefined;
}

/** Host names are not case-sensitive. */
function isSame(place: string | undefined, host: string): boolean {
  return place?.toLowerCase() === host.toLowerCase();
}

/** Numbers registrations with the same account: the second is named `user@host#2`, in the order of the PBX. */
function numberSharedAccounts(registrations: readonly OlderRegistration[]): readonly OlderRegistration[] {
  const seen = new Map<string, number>();
  return registrations.map((registration) => {
    const key = `${registration.driver} ${registration.account}`;
    const count = (seen.get(key) ?? 0) + 1;
    seen.set(key, count);
    return count === 1 ? registration : { ...registration, account: `${registration.account}#${count}` };
  });
}
