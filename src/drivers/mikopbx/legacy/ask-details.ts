import { Failure } from '../../../transport/failure.ts';
import type { SkipCounter } from '../../kit/collectors.ts';
import type { Round } from '../shared/round.ts';
import type { PbxMemory } from '../memory.ts';
import { outcomeOf } from '../shared/answers.ts';
import type { ListedPeer } from '../shared/peers-list.ts';
import { requestFor } from '../requests.ts';
import { type PeerDetail, readSipPeer } from './peer-detail.ts';

/** One question about one phone or trunk takes the PBX 20 to 40 ms. */
const questionTimeoutMs = 5_000;
/** Part of what is left of a round that the questions may take: the last one must end within the round. */
const roundShare = 0.6;
/** So many failures in a row, and the PBX is left alone for the rest of the round. */
const failuresInRow = 3;

/**
 * Asks for contacts phone by phone, and trunk by trunk, until the number or their part of the round's time is used up: a large PBX
 * is read over several rounds. Gives the last failure, which costs no more than what it would have brought.
 */
export async function askDetails(round: Round, memory: PbxMemory, skipped: SkipCounter): Promise<Failure | undefined> {
  const { clock, details, options } = memory;
  const endsAt = clock.monotonicTime() + round.share(roundShare);
  let failed = 0;
  let trouble: Failure | undefined;
  for (const peer of details.order().slice(0, options.details_per_round)) {
    const leftMs = endsAt - clock.monotonicTime();
    if (leftMs <= 0 || failed >= failuresInRow) break;
    const outcome = await outcomeOf(askPeer(round, peer, Math.min(questionTimeoutMs, leftMs)));
    if (outcome.ok && outcome.value !== undefined) details.set(peer, outcome.value);
    // Once an answer belongs to another phone, the rest of this round's answers will too.
    if (outcome.ok && outcome.value === undefined) return noteOutOfStep(memory, skipped);
    failed = outcome.ok ? 0 : failed + 1;
    if (outcome.ok) continue;
    trouble = outcome.failure;
    if (trouble.reason === 'protocol') skipped.add('malformed');
    if (trouble.reason === 'timeout' || round.endedBy !== undefined) break;
  }
  return trouble;
}

function noteOutOfStep({ details }: PbxMemory, skipped: SkipCounter): Failure {
  details.outOfStep();
  skipped.add('malformed');
  return new Failure(
    'protocol',
    'the PBX answered about another phone than the one that was asked for: restart its services (a fault of versions up to 2021.4)',
  );
}

/** Contacts of a phone under all its names of the list; undefined when an answer was about another phone. */
async function askPeer(round: Round, { names }: ListedPeer, timeoutMs: number): Promise<PeerDetail | undefined> {
  const found: PeerDetail[] = [];
  for (const name of names) {
    const body = { kind: 'json', value: { peer: name } } as const;
    const request = requestFor('sip_peer', { body, timeoutMs: timeoutMs / names.length });
    const detail = await round.ask(request, (envelope) => readSipPeer(envelope, name));
    if (detail === undefined) return undefined;
    found.push(detail);
  }
  const contacts = found.flatMap((detail) => detail.contacts);
  return {
    contacts,
    anonymous: contacts.length === 0,
    several: contacts.length > 1 || found.some((detail) => detail.several),
  };
}
