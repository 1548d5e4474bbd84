import type { TargetIdentity } from './record.ts';

/** Keyed hash of a person's name on a PBX (its label `pbx`); undefined if there is no key for this PBX. */
export type NameHash = (name: string, pbx: string) => string | undefined;

/**
 * The name of a peer as `peers.names` wants it shown: empty if it has none, undefined if no names are to be shown,
 * also because the key for hashing them is missing.
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
