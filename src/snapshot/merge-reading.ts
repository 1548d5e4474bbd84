import { type Carried, carryRows, type ReadTimes } from './carried-rows.ts';
import type { RoundOutcome } from './round-outcome.ts';
import type { Part, Peer, PeerState, Queue, Reading, SkippedRows, Trunk, TrunkState } from './reading.ts';
import type { Held, HeldParts } from './record.ts';

/** Limits that the configuration sets on what is kept of a reading. */
export interface ReadingLimits {
  /** Peers beyond this many have no series of their own; they are counted as skipped. */
  readonly peers: number;
  /** How long rows that a partial read did not bring are kept, in milliseconds. Default: not at all. */
  readonly staleAfterMs?: number;
  /** Whether it is kept until when peers are registered: that changes every row in every round. Default: false. */
  readonly registrationExpiry?: boolean;
}

/** A reading as it is kept, and which of its rows were carried over from earlier ones. */
export interface MergedReading {
  readonly reading: Reading;
  readonly carried: Readonly<Partial<Record<string, ReadTimes>>>;
}

/** Duplicates merged, rows that a partial read did not bring carried over, equal rows kept as they are in memory. */
export function mergeReading(outcome: RoundOutcome, held: HeldParts, limits: ReadingLimits): MergedReading {
  const { peers: told, trunks, queues, ...others } = outcome.reading ?? {};
  const { staleAfterMs = 0, registrationExpiry = false } = limits;
  const peers = told && (registrationExpiry ? told : withoutExpiry(told));
  const isFresh = (readAt: number): boolean => outcome.endedAt - readAt < staleAfterMs;
  const merged = {
    ...(peers && { peers: limited(carryRows(held.peers, mergePeers(peers), isFresh), held.peers, limits.peers) }),
    ...(trunks && { trunks: kept(carryRows(held.trunks, mergeTrunks(trunks), isFresh), held.trunks) }),
    ...(queues && { queues: carryRows(held.queues, mergeQueues(queues), isFresh) }),
  };
  const parts = Object.entries(merged).map(([name, { part }]) => [name, part]);
  const carried = Object.entries(merged).flatMap(([name, rows]) => (rows.carried ? [[name, rows.carried]] : []));
  return { reading: { ...others, ...Object.fromEntries(parts) }, carried: Object.fromEntries(carried) };
}

function withoutExpiry(part: Part<readonly Peer[]>): Part<readonly Peer[]> {
  if (part.value?.some((peer) => peer.registrationExpiry !== undefined) !== true) return part;
  return { ...part, value: part.value.map(({ registrationExpiry: _left, ...peer }) => peer) };
}

function limited<Row extends object>(
  rows: Carried<Row>,
  held: Held<readonly Row[]> | undefined,
  limit: number,
): Carried<Row> {
  const { part, ...others } = kept(rows, held);
  return { ...others, part: countBeyondLimit(part, limit) };
}

function kept<Row extends object>(rows: Carried<Row>, held: Held<readonly Row[]> | undefined): Carried<Row> {
  return { ...rows, part: keepPart(held?.value, rows.part) };
}

function keepPart<Row extends object>(
  before: readonly Row[] | undefined,
  part: Part<readonly Row[]>,
): Part<readonly Row[]> {
  return part.value === undefined ? part : { ...part, value: keepRows(before, part.value) };
}

function countBeyondLimit<Row>(part: Part<readonly Row[]>, limit: number): Part<readonly Row[]> {
  const beyond = (part.value?.length ?? 0) - limit;
  return beyond > 0 ? { ...part, skipped: { ...part.skipped, limit: beyond } } : part;
}

/** Worst first: of two rows with one id, the worse one is shown. */
const peerSeverity: readonly PeerState[] = ['unregistered', 'unreachable', 'unknown', 'disabled', 'reachable'];
const trunkSeverity: readonly TrunkState[] = [
  'failed',
  'rejected',
  'unregistered',
  'unreachable',
  'registering',
  'unknown',
  'disabled',
  'unmonitored',
  'reachable',
  'registered',
];

/** Peers with one row per id; rows without an id and the better one of two rows with the same id count as malformed. */
function mergePeers(part: Part<readonly Peer[]>): Part<readonly Peer[]> {
  return mergeRows(part, (peer) => peerSeverity.indexOf(peer.state));
}

/** Trunks with one row per id, like {@link mergePeers}. */
function mergeTrunks(part: Part<readonly Trunk[]>): Part<readonly Trunk[]> {
  return mergeRows(part, (trunk) => trunkSeverity.indexOf(trunk.state));
}

/** Queues with one row per id, the first one told; the others count as malformed. */
function mergeQueues(part: Part<readonly Queue[]>): Part<readonly Queue[]> {
  return mergeRows(part, () => 0);
}

function mergeRows<Row extends { readonly id: string }>(
  part: Part<readonly Row[]>,
  severity: (row: Row) => number,
): Part<readonly Row[]> {
  if (part.value === undefined) return part;
  const rows = new Map<string, Row>();
  for (const row of part.value) {
    const other = rows.get(row.id);
    if (row.id === '') continue;
    if (other === undefined || severity(row) < severity(other)) rows.set(row.id, row);
  }
  const dropped = part.value.length - rows.size;
  if (dropped === 0) return part;
  return { ...part, value: [...rows.values()], skipped: withMalformed(part.skipped, dropped) };
}

function withMalformed(skipped: SkippedRows | undefined, rows: number): SkippedRows {
  return { ...skipped, malformed: (skipped?.malformed ?? 0) + rows };
}

/**
 * The new list, which reuses the rows and texts of the old list wherever they are equal. The data of a large fleet
 * hardly changes from round to round: kept objects cost nothing, while new objects that replace equal ones are garbage
 * twice over. Each row is compared with the row at the same index, so a list that has shifted is new in that one round.
 */
export function keepRows<Row extends object>(
  before: readonly Row[] | undefined,
  after: readonly Row[],
): readonly Row[] {
  const rows = after.map((row, index) => keepRow(before?.[index], row));
  const isSame = rows.length === before?.length && rows.every((row, index) => row === before[index]);
  return isSame ? before : rows;
}

function keepRow<Row extends object>(old: Row | undefined, row: Row): Row {
  if (old !== undefined && !hasPassed(row) && isEqual(old, row)) return old;
  const kept = { ...row };
  for (const name of Object.keys(row)) {
    const value: unknown = Reflect.get(row, name);
    if (typeof value === 'string') Reflect.set(kept, name, keepText(old && Reflect.get(old, name), value));
  }
  return kept;
}

/** What a row went through is news, also when it is the same as in the previous round. */
function hasPassed(row: object): boolean {
  return 'passed' in row;
}

/** By loops: closures over names take three times as long, and every row of every round comes through here. */
function isEqual(old: object, row: object): boolean {
  const names = Object.keys(row);
  if (names.length !== Object.keys(old).length) return false;
  for (const name of names) {
    const value: unknown = Reflect.get(row, name);
    if (!isSame(Reflect.get(old, name), value)) return false;
    if (value === undefined && !Object.hasOwn(old, name)) return false;
  }
  return true;
}

function isSame(old: unknown, value: unknown): boolean {
  if (typeof old !== 'object' || typeof value !== 'object' || old === null || value === null)
    return Object.is(old, value);
  return old === value || (Array.isArray(old) === Array.isArray(value) && isEqual(old, value));
}

function keepText(old: unknown, text: string): string {
  return typeof old === 'string' && old === text ? old : detached(text);
}

/** From this length on a piece cut out of a text refers to that text instead of being a copy. */
const shortestReference = 13;

/** The same text, without the answer it was cut out of: one name would keep the whole answer in memory. */
function detached(text: string): string {
  return text.length < shortestReference ? text : String(JSON.parse(JSON.stringify(text)));
}
