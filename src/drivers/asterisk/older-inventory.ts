import type { OlderPeer, OlderRegistration } from './older-drivers.ts';
import type { OlderTrunkEntry } from './older-states.ts';

/** The peers and registrations of chan_sip and chan_iax2, told apart into phones and trunks. */
export interface OlderInventory {
  readonly phones: readonly OlderPeer[];
  readonly trunks: readonly OlderTrunkEntry[];
}

/**
 * Tells phones from trunks. Every outbound registration is a trunk, together with the peer that it goes to (where no
 * other registration goes there too). Any other peer is a trunk if its name matches `pattern`, or, without a pattern, if its address is in the configuration and its
 * name is not all digits.
 */
export function tellOlderApart(
  peers: readonly OlderPeer[],
  registrations: readonly OlderRegistration[],
  pattern: RegExp | undefined,
): OlderInventory {
  const taken = new Set<OlderPeer>();
  const hosts = Map.groupBy(registrations, ({ driver, host }) => `${driver} ${host}`);
  const paired = numberTwins(registrations).map((registration): OlderTrunkEntry => {
    const alone = hosts.get(`${registration.driver} ${registration.host}`)?.length === 1;
    const peer = alone ? peerOf(registration, peers) : undefined;
    if (peer === undefined) return { registration };
    taken.add(peer);
    return { registration, peer };
  });
  const others = peers.filter((peer) => !taken.has(peer));
  const isTrunk = (peer: OlderPeer): boolean => pattern?.test(peer.name) ?? (!peer.dynamic && !/^\d+$/.test(peer.name));
  return {
    phones: others.filter((peer) => !isTrunk(peer)),
    trunks: [...paired, ...others.filter(isTrunk).map((peer) => ({ peer }))],
  };
}

/** A registration names no peer: the one with its host as name or address is meant, if there is exactly one. */
function peerOf({ driver, host }: OlderRegistration, peers: readonly OlderPeer[]): OlderPeer | undefined {
  const candidates = peers.filter(
    (peer) => peer.driver === driver && !peer.dynamic && (peer.name === host || peer.address === host),
  );
  return candidates.length === 1 ? candidates[0] : undefined;
}

/** Two registrations may go to one account: the second one is called `user@host#2`, in the order of the PBX. */
function numberTwins(registrations: readonly OlderRegistration[]): readonly OlderRegistration[] {
  const seen = new Map<string, number>();
  return registrations.map((registration) => {
    const key = `${registration.driver} ${registration.account}`;
    const count = (seen.get(key) ?? 0) + 1;
    seen.set(key, count);
    return count === 1 ? registration : { ...registration, account: `${registration.account}#${count}` };
  });
}
