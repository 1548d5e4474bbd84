import type { Part, Peer } from '../../../snapshot/reading.ts';
import type { Failure } from '../../../transport/failure.ts';
import { failedPart, goodPart, type SkipCounter } from '../../kit/collectors.ts';
import { isAllDown, unconfirmed } from '../shared/confirmation.ts';
import { isOlder } from '../generation.ts';
import { legacyPeer } from './peers.ts';
import type { PbxMemory } from '../memory.ts';
import type { ListedPeer } from '../shared/peers-list.ts';

/** How the questions phone by phone went. */
export interface DetailsAsked {
  /** The last failure of a question; undefined when all were answered. */
  readonly trouble: Failure | undefined;
  readonly skipped: SkipCounter;
}

/**
 * The peers of a MikoPBX up to 2024: the list tells who is well, and what was asked phone by phone tells the rest. A question
 * that failed costs contacts and roundtrip of one phone; only where a state hangs on it the list is not whole.
 */
export function peersPart(
  phones: ReadonlyMap<string, ListedPeer>,
  memory: PbxMemory,
  { trouble, skipped }: DetailsAsked,
): Part<readonly Peer[]> {
  const peers = [...phones.values()].map((peer) => peerOf(peer, memory, skipped));
  const vanished = peers.length === 0 && memory.lastPeers > 0;
  if (!memory.peersConfirmation.allows(vanished || isAllDown(peers))) return failedPart(unconfirmed('phone'));
  memory.lastPeers = peers.length;
  const open = peers.some(({ id, state }) => state === 'unknown' && memory.details.get(id) === undefined);
  const outOfStep = trouble?.reason === 'protocol' && !memory.details.inStep;
  if (trouble === undefined || (!open && !outOfStep)) return goodPart(peers, skipped.counts());
  return { ...failedPart(trouble), value: peers, skipped: skipped.counts() };
}

function peerOf(peer: ListedPeer, { details, version, names }: PbxMemory, skipped: SkipCounter): Peer {
  const told = version.value;
  const evidence = {
    detail: details.get(peer.id),
    trustAnonymous: details.inStep,
    tellsAllContacts: told !== undefined && !isOlder(told, [2021, 3]),
    name: names.value?.get(peer.id),
  };
  return legacyPeer(peer, evidence, skipped);
}
