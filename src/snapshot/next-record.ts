import type { ReadTimes } from './carried-rows.ts';
import { countPeerChanges, countTrunkChanges } from './changes.ts';
import { type Clocks, gapSince, nextClocks, pastAgeTime } from './clocks.ts';
import { type MergedReading, mergeReading, type ReadingLimits } from './merge-reading.ts';
import type { MissingCall, RoundOutcome } from './round-outcome.ts';
import {
  type Collector,
  collectors,
  type Part,
  type Peer,
  type Reading,
  type SkippedRows,
  type Trunk,
} from './reading.ts';
import type { CollectorOutcome, Counters, Retained, RetainedParts, TargetRecord } from './record.ts';

/**
 * Returns the record after one more round. Pure: the old record is unchanged, and the new one replaces it as a whole. A
 * failed round keeps the last good values until they are too old; a good read replaces its part immediately.
 */
export function nextRecord(record: TargetRecord, outcome: RoundOutcome, limits: ReadingLimits): TargetRecord {
  const counted = countRound(record.counters, outcome);
  const now = { monotonic: outcome.endedAt, wall: outcome.endedAtWall };
  const clocks = nextClocks(record.clocks, now);
  const before = agedRecord(record, gapSince(record.clocks, now));
  if (outcome.kind === 'skipped') return { ...leftOut(before, outcome), clocks, counters: counted };
  const { reading, carried } = mergeReading(
    { ...outcome, reading: onAgeTime(outcome.reading, clocks) },
    before.retained,
    limits,
  );
  const up = outcome.reason === undefined;
  const { certificateExpiry } = outcome;
  return {
    ...before,
    ...upAt(record, up, outcome),
    ...waitOf(outcome),
    ...(certificateExpiry === undefined
      ? {}
      : { certificateExpiry: { value: certificateExpiry, readAt: outcome.endedAt } }),
    lastRound: { endedAtWall: outcome.endedAtWall, durationMs: outcome.durationMs, ...whyOf(outcome) },
    ...(up ? { lastSuccessAtWall: outcome.endedAtWall } : {}),
    collectors: collectorOutcomes(outcome, reading),
    missing: missingCalls(record.missing, outcome.auxiliaryCalls),
    retained: retainParts(before.retained, { reading, carried }, outcome.endedAt),
    clocks,
    counters: countReading(counted, record.retained, reading),
  };
}

/** The record after a skipped round. It has the reason for the wait; the time of the last real round is unchanged. */
function leftOut(record: TargetRecord, outcome: RoundOutcome): TargetRecord {
  const { endedAtWall, durationMs, reason = 'suspended', detail } = record.lastRound ?? outcome;
  const why = whyOf(outcome.reason === undefined ? { reason, detail } : outcome);
  const isKnown = record.lastRound?.reason === why.reason && record.lastRound?.detail === why.detail;
  return {
    ...record,
    ...upAt(record, false, outcome),
    ...waitOf(outcome),
    // The object is reused if nothing is new, so that a new object always means a round that ran.
    lastRound: isKnown && record.lastRound ? record.lastRound : { endedAtWall, durationMs, ...why },
    collectors: collectorOutcomes({ ...outcome, ...why }, {}),
  };
}

interface Why {
  readonly reason?: RoundOutcome['reason'] | undefined;
  readonly detail?: string | undefined;
}

/** Reason and detail of a failed round, without undefined keys. */
function whyOf({ reason, detail }: Why): Pick<RoundOutcome, 'reason' | 'detail'> {
  return { ...(reason === undefined ? {} : { reason }), ...(detail === undefined ? {} : { detail }) };
}

function waitOf({ suspendedUntilWall, refusals }: RoundOutcome): Pick<TargetRecord, 'suspendedUntilWall' | 'refusals'> {
  return { suspendedUntilWall, refusals };
}

function upAt(record: TargetRecord, up: boolean, outcome: RoundOutcome): Pick<TargetRecord, 'up' | 'upSinceWall'> {
  if (record.up === up && record.upSinceWall !== undefined) return { up, upSinceWall: record.upSinceWall };
  return { up, upSinceWall: outcome.endedAtWall };
}

function collectorOutcomes(outcome: RoundOutcome, reading: Reading): Partial<Record<Collector, CollectorOutcome>> {
  return Object.fromEntries(outcome.collectors.map((name) => [name, collectorOutcome(outcome, reading[name])]));
}

function collectorOutcome(outcome: RoundOutcome, part: Part<unknown> | undefined): CollectorOutcome {
  if (part?.ok === true) return { success: true };
  const { reason, detail } = part ?? outcome;
  return { success: false, ...(reason === undefined ? {} : { reason }), ...(detail === undefined ? {} : { detail }) };
}

/** The failed auxiliary calls. Calls that were not made in this round stay unchanged, because not every round makes all of them. */
function missingCalls(
  before: readonly MissingCall[],
  asked: RoundOutcome['auxiliaryCalls'] = new Map(),
): readonly MissingCall[] {
  if (asked.size === 0) return before;
  const known = new Map(before.map((missing) => [missing.call, missing]));
  for (const [call, failure] of asked) {
    if (failure === undefined) known.delete(call);
    else known.set(call, { call, ...failure });
  }
  return [...known.values()];
}

/** Makes retained values older by the duration of a gap, e.g. a sleep of the machine. */
function agedRecord(record: TargetRecord, ms: number): TargetRecord {
  const { retained, certificateExpiry } = record;
  if (ms === 0) return record;
  return {
    ...record,
    retained: aged(retained, ms),
    ...(certificateExpiry && { certificateExpiry: { ...certificateExpiry, readAt: certificateExpiry.readAt - ms } }),
  };
}

/** Makes retained parts older by the duration of a gap. */
function aged(retained: RetainedParts, ms: number): RetainedParts {
  const older = Object.entries(retained).map(
    ([name, { value, readAt, oldestReadAt, carried }]: [string, Retained<unknown>]) => [
      name,
      {
        value,
        readAt: readAt - ms,
        ...(oldestReadAt === undefined ? {} : { oldestReadAt: oldestReadAt - ms }),
        ...(carried === undefined ? {} : { carried: new Map([...carried].map(([id, at]) => [id, at - ms])) }),
      },
    ],
  );
  return Object.fromEntries(older);
}

/** Converts the monotonic read times in a reading to the time scale of `ageTime`. */
function onAgeTime(reading: Reading = {}, clocks: Clocks): Reading {
  const parts = Object.entries(reading).map(([name, part]) => [
    name,
    part.oldestReadAt === undefined ? part : { ...part, oldestReadAt: pastAgeTime(clocks, part.oldestReadAt) },
  ]);
  return Object.fromEntries(parts);
}

function retainParts(retained: RetainedParts, { reading, carried }: MergedReading, now: number): RetainedParts {
  const read = Object.entries(reading).filter(([, part]) => part.value !== undefined);
  return { ...retained, ...Object.fromEntries(read.map(([name, part]) => [name, retain(part, now, carried[name])])) };
}

function retain(
  { value, oldestReadAt }: Part<unknown>,
  now: number,
  carried: ReadTimes | undefined,
): Retained<unknown> {
  return {
    value,
    readAt: now,
    ...(oldestReadAt === undefined ? {} : { oldestReadAt }),
    ...(carried === undefined ? {} : { carried }),
  };
}

function countRound(counters: Counters, outcome: RoundOutcome): Counters {
  const reason = outcome.kind === 'skipped' ? 'suspended' : outcome.reason;
  const requests: Record<string, Record<string, number>> = { ...counters.requests };
  for (const [call, results] of Object.entries(outcome.requests))
    requests[call] = addCounts(counters.requests[call], results);
  return {
    ...counters,
    requests,
    roundFailures: reason === undefined ? counters.roundFailures : addCounts(counters.roundFailures, { [reason]: 1 }),
    logins: {
      success: counters.logins.success + outcome.logins.success,
      failure: counters.logins.failure + outcome.logins.failure,
    },
  };
}

function countReading(counters: Counters, retained: RetainedParts, reading: Reading): Counters {
  const peers = reading.peers?.value;
  const trunks = reading.trunks?.value;
  const quality = reading.quality?.value;
  const collectorFailures: Partial<Record<Collector, Readonly<Record<string, number>>>> = {
    ...counters.collectorFailures,
  };
  const rowsSkipped: Partial<Record<Collector, SkippedRows>> = { ...counters.rowsSkipped };
  for (const name of collectors) {
    const part = reading[name];
    if (part?.ok === false) collectorFailures[name] = addCounts(collectorFailures[name], { [part.reason]: 1 });
    if (part?.skipped !== undefined) rowsSkipped[name] = addCounts(rowsSkipped[name], part.skipped);
  }
  return {
    ...counters,
    collectorFailures,
    rowsSkipped,
    ...(quality === undefined ? {} : { quality }),
    ...(peers === undefined ? {} : peerChanges(counters, retained, peers)),
    ...(trunks === undefined ? {} : trunkChanges(counters, retained, trunks)),
  };
}

function peerChanges(counters: Counters, retained: RetainedParts, peers: readonly Peer[]): Partial<Counters> {
  const { peerReachableChanges, lastReachable = new Map() } = counters;
  const before = { counts: peerReachableChanges, lastKnown: lastReachable };
  const { counts, lastKnown } = countPeerChanges(before, retained.peers?.value, peers);
  return { peerReachableChanges: counts, lastReachable: lastKnown };
}

function trunkChanges(counters: Counters, retained: RetainedParts, trunks: readonly Trunk[]): Partial<Counters> {
  const { trunkStateChanges, lastTrunkState = new Map() } = counters;
  const before = { counts: trunkStateChanges, lastKnown: lastTrunkState };
  const { counts, lastKnown } = countTrunkChanges(before, retained.trunks?.value, trunks);
  return { trunkStateChanges: counts, lastTrunkState: lastKnown };
}

function addCounts(
  counts: Readonly<Record<string, number>> | undefined,
  more: Readonly<Record<string, number>>,
): Readonly<Record<string, number>> {
  const sums: Record<string, number> = { ...counts };
  for (const [name, count] of Object.entries(more)) sums[name] = (sums[name] ?? 0) + count;
  return sums;
}
