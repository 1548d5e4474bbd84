import { Failure } from '../../../transport/failure.ts';
import type { Collector, Part, Reading, Trunk } from '../../../snapshot/reading.ts';
import { failedPart, goodPart, readSequentially, type SkipCounter } from '../../kit/collectors.ts';
import { readCallsPart } from '../shared/calls.ts';
import { unconfirmed } from '../shared/confirmation.ts';
import { askDetails, peersPart } from './collect-peers.ts';
import { refreshPeerNames, refreshTrunkNames } from './names.ts';
import { type Registries, askRegistries } from './trunk-lists.ts';
import { legacyTrunks, trunksToRequest } from './trunks.ts';
import type { Round } from '../shared/round.ts';
import type { PbxMemory } from '../memory.ts';
import { asteriskDown, outcomeOf } from '../shared/answers.ts';
import {
  type FreshStatuses,
  hasReachablePhone,
  type ListedPeer,
  type PeersList,
  readPeersStatuses,
} from '../shared/peers-list.ts';
import { registryProvesAsterisk } from '../shared/registry.ts';
import { requestFor } from '../requests.ts';
import { isSwitchedOff } from '../shared/trunk-states.ts';

/** If Asterisk hangs, the PBX waits for this long (ms) before it returns an empty list of phones. */
const hangMs = 3_000;

/**
 * Reads a MikoPBX up to 2024. The list of phones is read first: it verifies the session and shows whether Asterisk is
 * running. Contacts, roundtrips and names are read last, because nothing depends on them. Throws a `Failure` that
 * concerns all collectors.
 */
export async function collectLegacy(round: Round, memory: PbxMemory, wanted: ReadonlySet<Collector>): Promise<Reading> {
  const lists = await askLists(round, memory, wanted);
  const { list, registries, skipped } = lists;
  const calls = await readSequentially(wanted, { calls: () => readCallsPart(round, memory) });
  const phones = list.ok && wanted.has('peers') ? withoutTrunks(list.value.peers, registries) : new Map();
  memory.details.follow(new Map([...trunksToRequest(registries, memory), ...phones]));
  const failure = await askDetails(round, memory, skipped);
  if (phones.size > 0) await refreshPeerNames(round, memory);
  if (registries !== undefined) await refreshTrunkNames(round, memory);
  const rows = await readSequentially(wanted, {
    peers: async () => (list.ok ? peersPart(phones, memory, { failure, skipped }) : failedPart(list.failure)),
    ...(registries && { trunks: async () => trunksPart(registries, lists, memory) }),
  });
  const newer = await readSequentially(wanted, { storage: notSupported, security: notSupported });
  return { ...calls, ...rows, ...newer };
}

interface Lists {
  readonly list: FreshStatuses;
  /** Undefined if they were not requested. */
  readonly registries: Registries | undefined;
  readonly skipped: SkipCounter;
}

/** Reads phones and trunks. An empty list of phones is accepted only if a trunk proves that Asterisk is running. */
async function askLists(round: Round, memory: PbxMemory, wanted: ReadonlySet<Collector>): Promise<Lists> {
  const skipped = memory.unknownStates.counter('extensions');
  const startedAt = memory.clock.monotonicTime();
  const list = await outcomeOf(askList(round, skipped));
  const tookMs = memory.clock.monotonicTime() - startedAt;
  if (list.ok) await round.learnCheckPage();
  const empty = list.ok && list.value.rows === 0;
  if (empty && tookMs >= hangMs) throw asteriskDown('the list of phones is empty and came late');
  if (!empty && !wanted.has('trunks')) return { list, registries: undefined, skipped };
  const registries = await askRegistries(round, memory);
  const proven = registries.sip.ok && registryProvesAsterisk(registries.sip.value);
  if (empty && !proven) throw asteriskDown('the list of phones is empty and no trunk shows a sign of life');
  return { list, registries, skipped };
}

function askList(round: Round, skipped: SkipCounter): Promise<PeersList> {
  const request = requestFor('peers_statuses', { timeoutMs: round.share(0.45) });
  return round.ask(request, (envelope) => readPeersStatuses(envelope, skipped));
}

/**
 * Removes trunks that are in the registry from the phones. Most other trunks are recognized by the form of their ids
 * when the list is read.
 */
function withoutTrunks(
  listed: ReadonlyMap<string, ListedPeer>,
  registries: Registries | undefined,
): ReadonlyMap<string, ListedPeer> {
  const rows = [registries?.sip, registries?.iax].flatMap((outcome) => (outcome?.ok === true ? outcome.value : []));
  const trunks = new Set(rows.map(({ id }) => id));
  return new Map([...listed].filter(([id]) => !trunks.has(id)));
}

/**
 * Returns the trunks of both lists. If one list cannot be read, the trunks of the other are shown. A list that this PBX
 * does not have counts as empty.
 */
function trunksPart(registries: Registries, { list }: Lists, memory: PbxMemory): Part<readonly Trunk[]> {
  const { sip, iax, skipped } = registries;
  const rows = [...(sip.ok ? sip.value : []), ...(iax.ok ? iax.value : [])];
  const doubtful =
    sip.ok &&
    !hasReachablePhone(list) &&
    !registryProvesAsterisk(rows) &&
    rows.some(({ state }) => !isSwitchedOff(state));
  if (!memory.trunksConfirmation.allows(doubtful)) return failedPart(unconfirmed('trunk'));
  const trunks = legacyTrunks(rows, { names: list.ok ? list.value.names : new Set(), memory, skipped });
  const failure = registries.missing ?? (sip.ok ? undefined : sip.failure) ?? (iax.ok ? undefined : iax.failure);
  if (failure === undefined) return goodPart(trunks, skipped.counts());
  if (!sip.ok && trunks.length === 0) return failedPart(failure);
  return { ...failedPart(failure), value: trunks, skipped: skipped.counts() };
}

/** Throws a `Failure`: the API of these versions does not report it. */
function notSupported(): Promise<never> {
  throw new Failure('config', 'MikoPBX reports this only since 2025.1: remove it from "collect"');
}
