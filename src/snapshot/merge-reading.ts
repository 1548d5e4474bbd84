import { copiedText } from '../copied-text.ts';
import { type Carried, carryRows, type ReadTimes } from './carried-rows.ts';
import type { RoundOutcome } from './round-outcome.ts';
import type { Part, Peer, PeerState, Queue, Reading, SkippedRows, Trunk, TrunkState } from './reading.ts';
import type { Retained, RetainedParts } from './record.ts';

/** Configured limits for keeping a reading. */
export interface ReadingLimits {
  /** Peers beyond this number have no separate series and count as skipped. */
  readonly peers: number;
  /** How long rows missing from a partial read are kept, in milliseconds. Default: 0. */
  readonly staleAfterMs?: number;
  /** Whether registration expiry times are kept, which makes every row change in every round. Default: false. */
  readonly registrationExpiry?: boolean;
}

/** A reading to be kept, and the read times of rows carried over from earlier readings. */
export interface MergedReading {
  readonly reading: Reading;
  readonly carried: Readonly<Partial<Record<string, ReadTimes>>>;
}

/** Merges duplicate rows, carries over rows missing from a partial read, and reuses equal rows already in memory. */
export function mergeReading(outcome: RoundOutcome, retained: RetainedParts, limits: ReadingLimits): MergedReading {
  const { peers: reportedPeers, trunks, queues, ...others } = outcome.reading ?? {};
  const { staleAfterMs = 0, registrationExpiry = false } = limits;
  const peers = reportedPeers && (registrationExpiry ? reportedPeers : withoutExpiry(reportedPeers));
  const isFresh = (readAt: number): boolean => outcome.endedAt - readAt < staleAfterMs;
  const merged = {
    ...(peers && {
      peers: limited(carryRows(retained.peers, mergePeers(peers), isFresh), retained.peers, limits.peers),
    }),
    ...(trunks && { trunks: kept(carryRows(retained.trunks, mergeTrunks(trunks), isFresh), retained.trunks) }),
    ...(queues && { queues: carryRows(retained.queues, mergeQueues(queues), isFresh) }),
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
  retained: Retained<readonly Row[]> | undefined,
  limit: number,
): Carried<Row> {
  const { part, ...others } = kept(rows, retained);
  return { ...others, part: countBeyondLimit(part, limit) };
}

function kept<Row extends object>(rows: Carried<Row>, retained: Retained<readonly Row[]> | undefined): Carried<Row> {
  return { ...rows, part: keepPart(retained?.value, rows.part) };
}

function keepPart<Row extends object>(
  before: readonly Row[] | undefined,
  part: Part<readonly Row[]>,
): Part<readonly Row[]> {
  return part.value === undefined ? part : { ...part, value: reuseEqualRows(before, part.value) };
}

function countBeyondLimit<Row>(part: Part<readonly Row[]>, limit: number): Part<readonly Row[]> {
  const beyond = (part.value?.length ?? 0) - limit;
  return beyond > 0 ? { ...part, skipped: { ...part.skipped, limit: beyond } } : part;
}

/** States, worst first. Of two rows with the same id, the worse one is shown. */
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

/** Merges peers to one row per id. Rows without an id, and the better one of two rows with the same id, count as malformed. */
function mergePeers(part: Part<readonly Peer[]>): Part<readonly Peer[]> {
  return mergeRows(part, (peer) => peerSeverity.indexOf(peer.state));
}

/** Merges trunks to one row per id, like {@link mergePeers}. */
function mergeTrunks(part: Part<readonly Trunk[]>): Part<readonly Trunk[]> {
  return mergeRows(part, (trunk) => trunkSeverity.indexOf(trunk.state));
}

/** Keeps the first queue per id; the others count as malformed. */
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
 * Returns the new list, but reuses equal rows and texts of the old list. The data of a large fleet rarely changes from
 * round to round: reused objects cost nothing, while replacing equal objects doubles the garbage. Each row is compared
 * with the row at the same index, so a list with shifted rows is not reused in that round.
 */
export function reuseEqualRows<Row extends object>(
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
    if (typeof value === 'string') Reflect.set(kept, name, reuseEqualText(old && Reflect.get(old, name), value));
  }
  return kept;
}

/** Rows with passed states are never reused: the states count again even if they equal those of the previous round. */
function hasPassed(row: object): boolean {
  return 'passed' in row;
}

/** Uses loops, because closures would take three times as long, and this runs for every row in every round. */
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

function reuseEqualText(old: unknown, text: string): string {
  return typeof old === 'string' && old === text ? old : copiedText(text);
}
