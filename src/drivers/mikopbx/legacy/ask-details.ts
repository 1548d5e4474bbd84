import { asFailure, Failure } from '../../../transport/failure.ts';
import { ManyQuestions } from '../../kit/ask-many.ts';
import type { SkipCounter } from '../../kit/collectors.ts';
import type { Round } from '../shared/round.ts';
import type { PbxMemory } from '../memory.ts';
import type { ListedPeer } from '../shared/peers-list.ts';
import { requestFor } from '../requests.ts';
import { type PeerDetail, readSipPeer } from './peer-detail.ts';

/** One question about one phone or trunk takes the PBX 20 to 40 ms. */
const questionTimeoutMs = 5_000;
/** Part of what is left of a round that the questions may take: the last one must end within the round. */
const roundShare = 0.6;
/** The failure of an answer about another phone. */
const outOfStep = new Failure(
  'protocol',
  'the PBX answered about another phone than the one that was asked for: restart its services (a fault of versions up to 2021.4)',
);

/**
 * Asks for contacts phone by phone, and trunk by trunk, until the number or their part of the round's time is used up: a large PBX
 * is read over several rounds. Gives the first failure, which costs no more than what it would have brought.
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
