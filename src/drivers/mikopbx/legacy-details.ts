import type { Part, Peer } from '../../snapshot/reading.ts';
import { Failure } from '../../transport/failure.ts';
import { failedPart, goodPart, type SkipCounter } from '../parts.ts';
import { isLifeless, unconfirmed } from './doubt.ts';
import { isOlder } from './generation.ts';
import { legacyPeer } from './legacy-peers.ts';
import type { Line } from './line.ts';
import type { PbxMemory } from './memory.ts';
import { readExtensionNames } from './names.ts';
import { outcomeOf } from './outcome.ts';
import type { ListedPeer } from './peers-list.ts';
import { requestFor } from './requests.ts';
import { type PeerDetail, readSipPeer } from './sip-peer.ts';

const hourMs = 60 * 60_000;
/** One question about one phone takes the PBX 20 to 40 ms. */
const questionTimeoutMs = 5_000;

/** A list just read, and where its broken rows are counted. */
export interface FreshList {
  readonly listed: ReadonlyMap<string, ListedPeer>;
  readonly skipped: SkipCounter;
}

/**
 * The peers of a MikoPBX up to 2024: the list tells who is well, and contacts and roundtrips are asked for phone by
 * phone, within a number and a time, so that a large PBX is read over several rounds. Throws a `Failure`.
 */
export async function readLegacyPeers(
  line: Line,
  memory: PbxMemory,
  { listed, skipped }: FreshList,
): Promise<Part<readonly Peer[]>> {
  await learnNames(line, memory);
  memory.details.follow(listed);
  const trouble = await askDetails(line, memory, skipped);
  const version = memory.version.value;
  const peers = [...listed.values()].map((peer) =>
    legacyPeer(
      peer,
      {
        detail: memory.details.get(peer.id),
        trustAnonymous: memory.details.inStep,
        tellsAllContacts: version !== undefined && !isOlder(version, [2021, 3]),
        name: memory.names.value?.get(peer.id),
      },
      skipped,
    ),
  );
  const vanished = peers.length === 0 && memory.lastPeers > 0;
  if (!memory.quietPeers.allows(vanished || isLifeless(peers))) return failedPart(unconfirmed('phone'));
  memory.lastPeers = peers.length;
  if (trouble === undefined) return goodPart(peers, skipped.counts());
  return { ...failedPart(trouble), value: peers, skipped: skipped.counts() };
}

/** Asks for contacts until the number or half of the time is used up; gives the failure that made it stop, if one did. */
async function askDetails(line: Line, memory: PbxMemory, skipped: SkipCounter): Promise<Failure | undefined> {
  const { clock, details, options } = memory;
  const endsAt = clock.monotonicTime() + line.share(0.6);
  for (const peer of details.order().slice(0, options.details_per_round)) {
    if (clock.monotonicTime() >= endsAt) return undefined;
    const outcome = await outcomeOf(askPeer(line, peer));
    if (!outcome.ok && outcome.failure.reason !== 'protocol') return outcome.failure;
    if (outcome.ok && outcome.value !== undefined) details.set(peer, outcome.value);
    else skipped.add('malformed');
    // Once an answer belongs to another phone, the rest of this round's answers will too.
    if (outcome.ok && outcome.value === undefined) return noteOutOfStep(memory);
  }
  return undefined;
}

function noteOutOfStep({ details }: PbxMemory): Failure {
  details.outOfStep();
  return new Failure(
    'protocol',
    'the PBX answered about another phone than the one that was asked for: restart its services (a fault of versions up to 2021.4)',
  );
}

/** Contacts of a phone under all its names of the list; undefined when an answer was about another phone. */
async function askPeer(line: Line, { names }: ListedPeer): Promise<PeerDetail | undefined> {
  const found: PeerDetail[] = [];
  for (const name of names) {
    const body = { kind: 'json', value: { peer: name } } as const;
    const request = requestFor('sip_peer', { body, timeoutMs: questionTimeoutMs });
    const detail = await line.ask(request, (envelope) => readSipPeer(envelope, name));
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

/** Names of employees, which versions from 2023.2 on tell; nothing else depends on them. */
async function learnNames(line: Line, { names }: PbxMemory): Promise<void> {
  if (!names.due) return;
  const request = requestFor('extension_names', { query: { type: 'phones' }, timeoutMs: line.share(0.2) });
  const outcome = await outcomeOf(line.ask(request, readExtensionNames));
  if (outcome.ok) names.set(outcome.value);
  else names.postpone(outcome.failure.reason === 'config' ? 24 * hourMs : hourMs);
}
