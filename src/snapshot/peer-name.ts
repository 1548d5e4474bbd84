import type { TargetIdentity } from './record.ts';

/** Returns the keyed hash of a person's name on a PBX (label `pbx`); undefined if there is no key for this PBX. */
export type NameHash = (name: string, pbx: string) => string | undefined;

/**
 * Returns the name of a peer in the form required by `peers.names`: empty if the peer has no name, undefined if no names
 * may be shown or the key for hashing is missing.
 */
export function shownPeerName(
  name: string | undefined,
  identity: Pick<TargetIdentity, 'name' | 'peerNames'>,
  hashName: NameHash,
): string | undefined {
  if (identity.peerNames === 'none') return undefined;
  if (identity.peerNames === 'plain') return name ?? '';
  const hash = hashName(name ?? '', identity.name);
  return hash === undefined || (name ?? '') !== '' ? hash : '';
}
