import { isIP } from 'node:net';
import type { Collector, Part, Reading, SecurityFacts, Trunk, Usage } from '../../../snapshot/reading.ts';
import { Failure } from '../../../transport/failure.ts';
import { goodPart, readSequentially } from '../../kit/collectors.ts';
import { amountOf, asRecord, isRecord, readUsage } from '../../kit/fields.ts';
import { readCallsPart } from '../shared/calls.ts';
import type { Round } from '../shared/round.ts';
import type { PbxMemory } from '../memory.ts';
import { asteriskDown, type Envelope, type Outcome, outcomeOf } from '../shared/answers.ts';
import { type FreshStatuses, readPeersStatuses } from '../shared/peers-list.ts';
import { requestFor } from '../requests.ts';
import { peersPart } from './collect-peers.ts';
import { askTrunks, type TrunkSources, withPlainList } from './trunk-lists.ts';
import { trunksPart } from './collect-trunks.ts';

/** If an empty answer takes this long (ms), Asterisk hangs: a process of the PBX that only has to reconnect answers sooner. */
const hangMs = 5_000;

/**
 * Reads a MikoPBX 2025.1 or newer. The up-to-date list of phones is read first: it verifies the token and shows whether
 * Asterisk is running. The more detailed lists come from caches, and hang for 30 s if Asterisk is down. Throws a
 * `Failure` that concerns all collectors.
 */
export async function collectV3(round: Round, memory: PbxMemory, wanted: ReadonlySet<Collector>): Promise<Reading> {
  const { fresh, sources } = await askLists(round, memory, wanted);
  const trunkUsers = sources?.ok === true ? sources.value.usernames : new Set<string>();
  return readSequentially(wanted, {
    trunks: () => trunksOf(round, memory, { fresh, sources }),
    peers: () => peersPart(round, memory, { fresh, trunkUsers }),
    calls: () => readCallsPart(round, memory),
    storage: async () => goodPart(await round.ask(requestFor('v3_storage'), readStorage)),
    security: async () => goodPart(await round.ask(requestFor('v3_banned_addresses'), readBannedAddresses)),
  });
}

interface Lists {
  readonly fresh: FreshStatuses;
  /** Undefined if they were not requested. */
  readonly sources: Outcome<TrunkSources> | undefined;
}

/** Reads phones and trunks. An empty list of phones is accepted only if a trunk proves that Asterisk is running. */
async function askLists(round: Round, memory: PbxMemory, wanted: ReadonlySet<Collector>): Promise<Lists> {
  const fresh = await askFresh(round, memory);
  const empty = fresh.ok && fresh.value.rows === 0;
  if (!empty && !wanted.has('trunks')) return { fresh, sources: undefined };
  const outcome = await outcomeOf(askTrunks(round, memory));
  if (!empty) return { fresh, sources: outcome };
  const sources = outcome.ok ? { ok: true as const, value: await withPlainList(round, outcome.value) } : outcome;
  if (!sources.ok || !sources.value.provesAsterisk)
    throw asteriskDown('its list of phones is empty and no trunk shows a sign of life');
  return { fresh, sources };
}

/**
 * Requests the list a second time if it is empty: each of the PBX's three processes returns one empty list after a
 * restart of Asterisk. An Asterisk that hangs also delays the answer. Throws a `Failure` if it is known to be down.
 */
async function askFresh(round: Round, { clock, unknownStates }: PbxMemory): Promise<FreshStatuses> {
  const startedAt = clock.monotonicTime();
  const ask = (): Promise<FreshStatuses> => {
    const request = requestFor('v3_peers_statuses', { timeoutMs: round.share(0.4) });
    return outcomeOf(
      round.ask(request, (envelope) => readPeersStatuses(envelope, unknownStates.counter('extensions'))),
    );
  };
  const first = await ask();
  if (!first.ok || first.value.rows > 0) return first;
  if (clock.monotonicTime() - startedAt >= hangMs) throw asteriskDown('its list of phones is empty and came late');
  const second = await ask();
  if (!second.ok) throw asteriskDown('its list of phones is empty');
  return second;
}

async function trunksOf(round: Round, memory: PbxMemory, { fresh, sources }: Lists): Promise<Part<readonly Trunk[]>> {
  if (sources === undefined) throw new Failure('protocol', 'the trunks were not read');
  if (!sources.ok) throw sources.failure;
  return trunksPart(round, memory, { sources: sources.value, fresh });
}

/**
 * Reads the addresses that fail2ban blocks from `firewall:getBannedIps`: a map by address, or an empty list. Behind
 * network address translation, the PBX sees a different address of ours, and the result does not mention ours. Throws a
 * `Failure` for other shapes.
 */
export function readBannedAddresses({ data, localAddress }: Envelope): SecurityFacts {
  if (Array.isArray(data) && data.length === 0) return { bannedAddresses: 0 };
  if (!isRecord(data)) throw new Failure('protocol', 'the list of banned addresses has an unknown format');
  const addresses = Object.keys(data).filter((address) => isIP(address) !== 0);
  if (addresses.length === 0) throw new Failure('protocol', 'the list of banned addresses contains no address');
  const isOurs = addresses.includes(localAddress?.replace(/^::ffff:/, '') ?? '');
  return { bannedAddresses: addresses.length, ...(isOurs ? { ownAddressBanned: true } : {}) };
}

/**
 * Unit of sizes (mikopbx/Core): `Storage::getAllHdd` divides bytes by 1024 twice, or uses `df -m`. The web interface
 * (`storage-index.js`) shows these numbers as "MB", and divides them by 1024 for "GB".
 */
const mebibyte = 1_048_576;
/**
 * Sizes of at least this value are taken as bytes: in MiB, it would be a petabyte. No version is known to report bytes,
 * but its values would otherwise be a million times too large.
 */
const certainlyBytes = 1_000_000_000;

/**
 * Reads the disk usage from `storage:usage`. The PBX computes it in the background and keeps it for half an hour; right
 * after a start, it returns zeros with `pending`. Throws a `Failure` in that case, because a value that was not measured
 * must not be shown as 0.
 */
export function readStorage({ data }: Envelope): Usage {
  const fields = asRecord(data);
  if (fields === undefined) throw new Failure('protocol', 'the disk usage has an unknown format');
  const total = amountOf(fields['total_size']) ?? 0;
  if (fields['pending'] === true || total === 0)
    throw new Failure('service_unavailable', 'the PBX has not measured its disk yet: it does so in the background');
  const unit = total >= certainlyBytes ? 1 : mebibyte;
  const bytes = (value: unknown): number | undefined => {
    const amount = amountOf(value);
    return amount === undefined ? undefined : Math.round(amount * unit);
  };
  const recordings = asRecord(asRecord(fields['categories'])?.['call_recordings']);
  return readUsage(
    { disk_bytes: bytes(fields['used_space']), recording_bytes: bytes(recordings?.['size']) },
    { disk_bytes: bytes(total) },
  );
}
