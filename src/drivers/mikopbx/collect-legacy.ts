import type { Collector, Part, Peer, Reading, Trunk } from '../../snapshot/reading.ts';
import { attempt, failedPart, goodPart, SkipCounter } from '../parts.ts';
import { readCalls } from './calls.ts';
import { unconfirmed } from './doubt.ts';
import { readLegacyPeers } from './legacy-details.ts';
import type { Line } from './line.ts';
import type { PbxMemory } from './memory.ts';
import { asteriskAway, type Outcome, outcomeOf } from './outcome.ts';
import {
  type FreshStatuses,
  hasLivingPhone,
  type ListedPeer,
  type PeersList,
  readPeersStatuses,
} from './peers-list.ts';
import { readRegistry, type RegistryRow } from './registry.ts';
import { legacyTrunks } from './legacy-trunks.ts';
import { showsLife } from './registry-trunks.ts';
import { requestFor } from './requests.ts';
import { isSwitchedOff } from './trunk-words.ts';

/** An Asterisk that hangs makes the PBX wait this long before it says "no phones". */
const hangMs = 3_000;

/**
 * Reads a MikoPBX up to 2024. The list of phones goes first: it proves the session and tells whether Asterisk is there.
 * Throws a `Failure` that concerns all collectors.
 */
export async function collectLegacy(
  line: Line,
  memory: PbxMemory,
  wanted: ReadonlySet<Collector>,
): Promise<Omit<Reading, 'system'>> {
  const { list, registries, skipped } = await hearLists(line, memory, wanted);
  const trunks = wanted.has('trunks') ? trunksPart(registries, { list, memory }) : undefined;
  const calls = wanted.has('calls') ? await attempt(() => askCalls(line, memory)) : undefined;
  const readPeers = async (): Promise<Part<readonly Peer[]>> =>
    list.ok
      ? readLegacyPeers(line, memory, { listed: withoutTrunks(list.value.peers, registries), skipped })
      : failedPart(list.failure);
  const peers = wanted.has('peers') ? await attempt(readPeers) : undefined;
  return { ...(peers && { peers }), ...(trunks && { trunks }), ...(calls && { calls }) };
}

interface Lists {
  readonly list: FreshStatuses;
  /** Undefined when nobody wanted them. */
  readonly registries: Registries | undefined;
  readonly skipped: SkipCounter;
}

/** Phones and trunks; an empty list of phones is believed only when a trunk proves that Asterisk is there. */
async function hearLists(line: Line, memory: PbxMemory, wanted: ReadonlySet<Collector>): Promise<Lists> {
  const skipped = new SkipCounter();
  const startedAt = memory.clock.monotonicTime();
  const list = await outcomeOf(askList(line, skipped));
  const tookMs = memory.clock.monotonicTime() - startedAt;
  const empty = list.ok && list.value.rows === 0;
  if (empty && tookMs >= hangMs) throw asteriskAway('the list of phones is empty and came late');
  if (!empty && !wanted.has('trunks')) return { list, registries: undefined, skipped };
  const registries = await askRegistries(line);
  const alive = registries.sip.ok && showsLife(registries.sip.value);
  if (empty && !alive) throw asteriskAway('the list of phones is empty and no trunk shows a sign of life');
  return { list, registries, skipped };
}

function askList(line: Line, skipped: SkipCounter): Promise<PeersList> {
  const request = requestFor('peers_statuses', { timeoutMs: line.share(0.45) });
  return line.ask(request, (envelope) => readPeersStatuses(envelope, skipped));
}

interface Registries {
  readonly sip: Outcome<readonly RegistryRow[]>;
  readonly iax: Outcome<readonly RegistryRow[]>;
  readonly skipped: SkipCounter;
}

async function askRegistries(line: Line): Promise<Registries> {
  const skipped = new SkipCounter();
  const ask = (call: 'sip_registry' | 'iax_registry', kind: 'sip' | 'iax'): Promise<readonly RegistryRow[]> =>
    line.ask(requestFor(call, { timeoutMs: line.share(0.4) }), (envelope) => readRegistry(envelope, kind, skipped));
  const sip = await outcomeOf(ask('sip_registry', 'sip'));
  const iax = await outcomeOf(ask('iax_registry', 'iax'));
  return { sip, iax, skipped };
}

/** Most trunks are told by the form of their ids; those that the registry names are none the less left out. */
function withoutTrunks(
  listed: ReadonlyMap<string, ListedPeer>,
  registries: Registries | undefined,
): ReadonlyMap<string, ListedPeer> {
  const rows = [registries?.sip, registries?.iax].flatMap((outcome) => (outcome?.ok === true ? outcome.value : []));
  const trunks = new Set(rows.map(({ id }) => id));
  return new Map([...listed].filter(([id]) => !trunks.has(id)));
}

interface TrunkContext {
  readonly list: FreshStatuses;
  readonly memory: PbxMemory;
}

function trunksPart(
  registries: Registries | undefined,
  { list, memory }: TrunkContext,
): Part<readonly Trunk[]> | undefined {
  if (registries === undefined) return undefined;
  const { sip, iax, skipped } = registries;
  if (!sip.ok) return failedPart(sip.failure);
  const rows = [...sip.value, ...(iax.ok ? iax.value : [])];
  const doubtful = !hasLivingPhone(list) && !showsLife(rows) && rows.some(({ state }) => !isSwitchedOff(state));
  if (!memory.quietTrunks.allows(doubtful)) return failedPart(unconfirmed('trunk'));
  const trunks = legacyTrunks(rows, { names: list.ok ? list.value.names : new Set(), memory, skipped });
  return iax.ok
    ? goodPart(trunks, skipped.counts())
    : { ...failedPart(iax.failure), value: trunks, skipped: skipped.counts() };
}

async function askCalls(line: Line, { clock }: PbxMemory): Promise<Part<{ readonly all?: number }>> {
  const startedAt = clock.monotonicTime();
  const request = requestFor('active_channels', { timeoutMs: line.share(0.4) });
  const calls = await outcomeOf(
    line.ask(request, (envelope) => readCalls(envelope, clock.monotonicTime() - startedAt)),
  );
  return calls.ok ? goodPart(calls.value) : failedPart(calls.failure);
}
