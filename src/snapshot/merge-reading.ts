import { type Carried, carryRows, type ReadTimes } from './carried-rows.ts';
import { keepRows } from './keep-rows.ts';
import { mergePeers, mergeQueues, mergeTrunks } from './merge-rows.ts';
import type { RoundOutcome } from './round-outcome.ts';
import type { Part, Peer, Reading } from './reading.ts';
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
