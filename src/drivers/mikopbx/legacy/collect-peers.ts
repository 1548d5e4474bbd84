import type { Part, Peer } from '../../../snapshot/reading.ts';
import { asFailure, Failure } from '../../../transport/failure.ts';
import { ManyQuestions } from '../../kit/ask-many.ts';
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
  /** The last failure of a question; undefined when all were answered. */
  readonly trouble: Failure | undefined;
  readonly skipped: SkipCounter;
}

/**
 * The peers of a MikoPBX up to 2024. The list shows which phones are reachable; requests phone by phone add the details. A failed
 * request costs the contacts and roundtrip of one phone. The list is incomplete only if a state depends on that request.
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

/** One question about one phone or trunk takes the PBX 20 to 40 ms. */
const questionTimeoutMs = 5_000;
/** Share of the remaining round that these requests may take: the last one must end within the round. */
const roundShare = 0.6;
/** The failure of an answer about another phone. */
const outOfStep = new Failure(
  'protocol',
  'the PBX answered about another phone than the requested one: restart its services (a bug of versions up to 2021.4)',
);

/**
 * Requests contacts phone by phone, and trunk by trunk, until the maximum number or their share of the round's time is used up. A large
 * PBX is read over several rounds. Returns the first failure, which costs only the data of that request.
 */
export async function askDetails(round: Round, memory: PbxMemory, skipped: SkipCounter): Promise<Failure | undefined> {
  const { clock, details, options } = memory;
  let end: Failure | undefined;
  const ended = (): Failure | undefined => end ?? round.endedBy;
  const questions = new ManyQuestions({ clock, remainingMs: round.share(roundShare), width: 1, ended });
  const ask = async (peer: ListedPeer, timeoutMs: number): Promise<void> => {
    try {
      details.set(peer, await askPeer(round, peer, Math.min(questionTimeoutMs, timeoutMs)));
    } catch (thrown) {
      const failure = asFailure(thrown);
      if (failure.reason === 'protocol') skipped.add('malformed');
      if (failure === outOfStep) details.outOfStep();
      // Once an answer belongs to another phone, the rest of this round's answers will too; one that hangs keeps a process busy.
      if (failure === outOfStep || failure.reason === 'timeout') end = failure;
      throw failure;
    }
  };
  return (await questions.askAll(details.order().slice(0, options.details_per_round), ask)).failure;
}

/** Contacts of a phone under all its names of the list. Throws a `Failure`. */
async function askPeer(round: Round, { names }: ListedPeer, timeoutMs: number): Promise<PeerDetail> {
  const found: PeerDetail[] = [];
  for (const name of names) {
    const body = { kind: 'json', value: { peer: name } } as const;
    const request = requestFor('sip_peer', { body, timeoutMs: timeoutMs / names.length });
    const detail = await round.ask(request, (envelope) => readSipPeer(envelope, name));
    if (detail === undefined) throw outOfStep;
    found.push(detail);
  }
  const contacts = found.flatMap((detail) => detail.contacts);
  return {
    contacts,
    anonymous: contacts.length === 0,
    several: contacts.length > 1 || found.some((detail) => detail.several),
  };
}
