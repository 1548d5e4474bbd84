import type { Part, Peer } from '../../../snapshot/reading.ts';
import type { Failure } from '../../../transport/failure.ts';
import { failedPart, goodPart, type SkipCounter } from '../../kit/collectors.ts';
import { isRecord, listOf, textOf } from '../../kit/fields.ts';
import { isAllDown, unconfirmed } from '../shared/confirmation.ts';
import { firstQualifyMs } from './recent-start.ts';
import type { Round } from '../shared/round.ts';
import type { PbxMemory } from '../memory.ts';
import { type Envelope, type Outcome, outcomeOf } from '../shared/answers.ts';
import { type FreshStatuses, hasReachablePhone, type ListedPeer } from '../shared/peers-list.ts';
import { requestFor } from '../requests.ts';
import { listedPeer, readSipStatuses, statusPeer, type StatusRow } from './peers.ts';

/** Evidence for the states of peers. */
interface PeersEvidence {
  readonly fresh: FreshStatuses;
  /** User names of trunks. The plain list also contains the trunks that register with the PBX. */
  readonly trunkUsers: ReadonlySet<string>;
}

/** Returns the peers of a MikoPBX 2025.1 or newer. Throws a `Failure`. */
export async function peersPart(
  round: Round,
  memory: PbxMemory,
  { fresh, trunkUsers }: PeersEvidence,
): Promise<Part<readonly Peer[]>> {
  // If the cheap list timed out, the expensive one would too, and would continue to block the PBX.
  if (!fresh.ok && fresh.failure.reason !== 'forbidden') throw fresh.failure;
  if (fresh.ok) memory.recentStart.follow(hasReachablePhone(fresh));
  const skipped = memory.unknownStates.counter('extensions');
  const statuses = await askStatuses(round, memory, skipped);
  if (!statuses.ok) return plainPart(memory, { fresh, trunkUsers }, statuses.failure);
  const listed = fresh.ok ? fresh.value.peers : new Map<string, ListedPeer>();
  const firstQualifyPending = memory.recentStart.pending;
  const peers = statuses.value.map((row) =>
    statusPeer(row, { listed: listed.get(row.id), firstQualifyPending }, skipped),
  );
  const vanished = peers.length === 0 && (memory.lastPeers > 0 || phonesOf(listed, trunkUsers).length > 0);
  if (!memory.peersConfirmation.allows(vanished || isAllDown(peers))) throw unconfirmed('phone');
  memory.lastPeers = peers.length;
  return goodPart(await withDisabled(round, memory, peers), skipped.counts());
}

async function askStatuses(
  round: Round,
  memory: PbxMemory,
  skipped: SkipCounter,
): Promise<Outcome<readonly StatusRow[]>> {
  const { clock, statusesBackoff } = memory;
  if (statusesBackoff.failure !== undefined) return { ok: false, failure: statusesBackoff.failure };
  const startedAt = clock.monotonicTime();
  const request = requestFor('v3_sip_statuses', { timeoutMs: round.share(0.6) });
  const outcome = await outcomeOf(round.ask(request, (envelope) => readSipStatuses(envelope, skipped)));
  if (isOurs(outcome)) statusesBackoff.follow(outcome, clock.monotonicTime() - startedAt);
  if (outcome.ok) memory.lastStatuses = { rows: outcome.value, readAt: clock.monotonicTime() };
  return outcome;
}

/** Reports whether the outcome shows how long the PBX takes for the list: its own timeout (HTTP 400) does, other errors do not. */
function isOurs(outcome: Outcome<unknown>): boolean {
  return outcome.ok || outcome.failure.reason === 'timeout' || outcome.failure.status === 400;
}

/**
 * Returns the peers from the plain list only. The result is complete if the account lacks the right to the better list,
 * or if this version does not have that list. It is partial if that list failed.
 */
function plainPart(memory: PbxMemory, { fresh, trunkUsers }: PeersEvidence, failure: Failure): Part<readonly Peer[]> {
  if (!fresh.ok) throw failure;
  const { skipped } = fresh.value;
  const before = lastRows(memory);
  const allThereIs = before.size === 0 && (failure.reason === 'forbidden' || failure.reason === 'config');
  const firstQualifyPending = memory.recentStart.pending;
  const peers = phonesOf(fresh.value.peers, trunkUsers).map((listed) => {
    const row = before.get(listed.id);
    return row === undefined ? listedPeer(listed) : statusPeer(row, { listed, firstQualifyPending }, skipped);
  });
  if (!memory.peersConfirmation.allows(isAllDown(peers), firstQualifyMs)) throw unconfirmed('phone');
  memory.lastPeers = peers.length;
  const counts = skipped.counts();
  return allThereIs ? goodPart(peers, counts) : { ...failedPart(failure), value: peers, skipped: counts };
}

/** Returns the rows of the better list as last read, if they are recent enough. Values that the fresh list contradicts are not used. */
function lastRows({ lastStatuses, clock, timing }: PbxMemory): ReadonlyMap<string, StatusRow> {
  const isOld = lastStatuses === undefined || clock.monotonicTime() - lastStatuses.readAt >= timing.staleAfterMs;
  return new Map(isOld ? [] : lastStatuses.rows.map((row) => [row.id, row]));
}

/** Returns the phones in the plain list: rows whose name is a number and not the user name of a trunk. */
function phonesOf(listed: ReadonlyMap<string, ListedPeer>, trunkUsers: ReadonlySet<string>): readonly ListedPeer[] {
  return [...listed.values()].filter(({ id }) => /^\d+$/.test(id) && !trunkUsers.has(id));
}

const hourMs = 60 * 60_000;
const pageRows = 500;
const maximumPages = 20;

/**
 * Returns the peers, followed by the employees that the administrator has disabled, which `sip:getStatuses` omits. They
 * are read every five minutes if the account has the right to employees. An extension that is in the list is not
 * disabled.
 */
async function withDisabled(round: Round, memory: PbxMemory, peers: readonly Peer[]): Promise<readonly Peer[]> {
  await learnDisabled(round, memory);
  const listed = new Set(peers.map(({ id }) => id));
  const disabled = [...(memory.disabledExtensions.value ?? [])].filter(([number]) => !listed.has(number));
  return [
    ...peers,
    ...disabled.map(([id, name]): Peer => ({ id, state: 'disabled', ...(name === '' ? {} : { name }) })),
  ];
}

async function learnDisabled(round: Round, { disabledExtensions }: PbxMemory): Promise<void> {
  if (!disabledExtensions.due) return;
  const outcome = await outcomeOf(askDisabled(round));
  if (outcome.ok) disabledExtensions.set(outcome.value);
  else disabledExtensions.postpone(outcome.failure.reason === 'forbidden' ? hourMs : hourMs / 12);
}

async function askDisabled(round: Round): Promise<ReadonlyMap<string, string>> {
  const disabled = new Map<string, string>();
  let read = 0;
  for (let page = 0; page < maximumPages; page += 1) {
    const query = { limit: String(pageRows), offset: String(read) };
    const request = requestFor('v3_employees', { query, timeoutMs: round.share(0.3) });
    const answer = await round.ask(request, readEmployees);
    for (const [number, name] of answer.disabled) disabled.set(number, name);
    read += answer.rows;
    if (answer.rows === 0 || read >= answer.total) break;
  }
  return disabled;
}

/** One page of `employees` (2025.1 and newer). */
interface EmployeesPage {
  /** Names of disabled employees by extension. */
  readonly disabled: ReadonlyMap<string, string>;
  /** Rows on this page. */
  readonly rows: number;
  /** Total number of rows, as far as reported. */
  readonly total: number;
}

/** Reads the disabled employees on one page; `sip:getStatuses` omits them. */
export function readEmployees({ data }: Envelope): EmployeesPage {
  const rows = listOf(isRecord(data) ? data['data'] : data);
  const disabled = new Map<string, string>();
  for (const row of rows) {
    const number = isRecord(row) ? textOf(row['number']) : '';
    if (isRecord(row) && number !== '' && isTrue(row['disabled'])) disabled.set(number, textOf(row['user_username']));
  }
  const total = Number(textOf(isRecord(data) ? data['recordsTotal'] : undefined));
  return { disabled, rows: rows.length, total: Number.isSafeInteger(total) ? total : 0 };
}

function isTrue(value: unknown): boolean {
  return value === true || value === 1 || value === '1' || value === 'true';
}
