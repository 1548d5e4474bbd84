import type { Part, Peer } from '../../../snapshot/reading.ts';
import { asFailure, Failure } from '../../../transport/failure.ts';
import { ParallelRequests } from '../../kit/parallel-requests.ts';
import { failedPart, goodPart, type SkipCounter } from '../../kit/collectors.ts';
import { requestFor } from '../requests.ts';
import { isAllDown, unconfirmed } from '../shared/confirmation.ts';
import { isOlder } from '../generation.ts';
import type { Round } from '../shared/round.ts';
import { type PeerDetail, readSipPeer } from './peer-detail.ts';
import { legacyPeer } from './peers.ts';
import type { PbxMemory } from '../memory.ts';
import type { ListedPeer } from '../shared/peers-list.ts';

/** The result of the requests for single phones. */
interface DetailsAsked {
  /** The first failure of these requests; undefined if all were answered. */
  readonly failure: Failure | undefined;
  readonly skipped: SkipCounter;
}

/**
 * Returns the peers of a MikoPBX up to 2024. The list shows which phones are reachable; one request per phone adds the
 * details. If such a request fails, the contacts and the roundtrip of one phone are missing. The part fails only if a
 * state depends on that request.
 */
export function peersPart(
  phones: ReadonlyMap<string, ListedPeer>,
  memory: PbxMemory,
  { failure, skipped }: DetailsAsked,
): Part<readonly Peer[]> {
  const peers = [...phones.values()].map((peer) => peerOf(peer, memory, skipped));
  const vanished = peers.length === 0 && memory.lastPeers > 0;
  if (!memory.peersConfirmation.allows(vanished || isAllDown(peers))) return failedPart(unconfirmed('phone'));
  memory.lastPeers = peers.length;
  const open = peers.some(({ id, state }) => state === 'unknown' && memory.details.get(id) === undefined);
  const desynchronised = failure?.reason === 'protocol' && !memory.details.isSynchronised;
  if (failure === undefined || (!open && !desynchronised)) return goodPart(peers, skipped.counts());
  return { ...failedPart(failure), value: peers, skipped: skipped.counts() };
}

function peerOf(peer: ListedPeer, { details, version, names }: PbxMemory, skipped: SkipCounter): Peer {
  const reported = version.value;
  const evidence = {
    detail: details.get(peer.id),
    trustAnonymous: details.isSynchronised,
    reportsAllContacts: reported !== undefined && !isOlder(reported, [2021, 3]),
    name: names.value?.get(peer.id),
  };
  return legacyPeer(peer, evidence, skipped);
}

/** Timeout of the request about one phone or trunk, in milliseconds. The PBX needs 20 to 40 ms for it. */
const requestTimeoutMs = 5_000;
/** Share of the remaining round that these requests may take: the last one must end within the round. */
const roundShare = 0.6;
/** The failure for an answer about another phone. */
const desynchronised = new Failure(
  'protocol',
  'the PBX answered about another phone than the requested one: restart its services (a bug of versions up to 2021.4)',
);

/**
 * Requests the contacts of each phone and trunk, until the maximum number of requests or their share of the round is
 * used up. A large PBX is read over several rounds. Returns the first failure, which affects only the data of that
 * request.
 */
export async function askDetails(round: Round, memory: PbxMemory, skipped: SkipCounter): Promise<Failure | undefined> {
  const { clock, details, options } = memory;
  let end: Failure | undefined;
  const ended = (): Failure | undefined => end ?? round.endedBy;
  const requests = new ParallelRequests({ clock, remainingMs: round.share(roundShare), concurrency: 1, ended });
  const ask = async (peer: ListedPeer, timeoutMs: number): Promise<void> => {
    try {
      details.set(peer, await askPeer(round, peer, Math.min(requestTimeoutMs, timeoutMs)));
    } catch (thrown) {
      const failure = asFailure(thrown);
      if (failure.reason === 'protocol') skipped.add('malformed');
      if (failure === desynchronised) details.markDesynchronised();
      // After an answer about another phone, all further answers of this round would be wrong, too. A request that hangs keeps a process of
      // the PBX busy.
      if (failure === desynchronised || failure.reason === 'timeout') end = failure;
      throw failure;
    }
  };
  return (await requests.sendAll(details.order().slice(0, options.details_per_round), ask)).failure;
}

/** Reads the contacts of a phone under each of its names in the list. Throws a `Failure`. */
async function askPeer(round: Round, { names }: ListedPeer, timeoutMs: number): Promise<PeerDetail> {
  const found: PeerDetail[] = [];
  for (const name of names) {
    const body = { kind: 'json', value: { peer: name } } as const;
    const request = requestFor('sip_peer', { body, timeoutMs: timeoutMs / names.length });
    const detail = await round.ask(request, (envelope) => readSipPeer(envelope, name));
    if (detail === undefined) throw desynchronised;
    found.push(detail);
  }
  const contacts = found.flatMap((detail) => detail.contacts);
  return {
    contacts,
    anonymous: contacts.length === 0,
    several: contacts.length > 1 || found.some((detail) => detail.several),
  };
}
