import { ageTime, type Clocks, type Moment } from '../snapshot/clocks.ts';
import { failureReasons } from '../snapshot/failure-reason.ts';
import { collectors } from '../snapshot/reading.ts';
import {
  type Counters,
  nextExpiry,
  type RetainedParts,
  type TargetIdentity,
  type TargetRecord,
  usageOf,
  visibleCertificateExpiry,
  visibleParts,
} from '../snapshot/record.ts';
import type { NameHash } from '../snapshot/peer-name.ts';
import type { Block } from './gzip/block.ts';
import { addCalls, addPeers, addQueues, addSystem, addTrunks, addUsage } from './render-parts.ts';
import { addQualityCounters, addRunningLegs, addTrunkLegs } from './render-quality.ts';
import { label, TargetLines } from './target-lines.ts';

/** The rendered lines of one target, created once per round, and again when a part becomes stale. */
export interface TargetBlocks {
  /** By index in `targetMetrics`; undefined if the target has no sample of a metric. */
  readonly blocks: readonly (Block | undefined)[];
  /** Time (ms, `ageTime`) at which these blocks contain stale values; Infinity if they are valid as long as the record. */
  readonly validUntil: number;
  /** Label `pbx`, escaped. */
  readonly pbx: string;
  /** Time (ms, `ageTime`) at which the oldest values shown were read; absent if none are shown. */
  readonly oldestReadAt?: number;
  /** Clocks of the record, for `ageTime`. */
  readonly clocks: Clocks | undefined;
}

/** Inputs of the lines of a target. */
export interface TargetToRender {
  readonly identity: TargetIdentity;
  readonly record: TargetRecord;
  /** Returns the keyed hash of a person's name, for targets with `peers.names: hash`. */
  readonly hashName: NameHash;
  /** The blocks of the previous round; unchanged ones are reused. */
  readonly previous?: readonly (Block | undefined)[];
}

/**
 * Renders all lines of a target except those that change with every scrape ({@link ageLine}, {@link overdueLine}).
 *
 * @param now Time (ms, `ageTime` of the record's clocks). Parts that are stale at this time are omitted.
 */
export function renderTarget({ identity, record, hashName, previous }: TargetToRender, now: number): TargetBlocks {
  const lines = new TargetLines(identity.name);
  const visible = visibleParts(record, identity.staleAfterMs, now);
  addRound(lines, record);
  addCounters(lines, record.counters);
  lines.add('pbx_target_info', targetLabels(identity), 1);
  lines.add(
    'pbx_tls_certificate_expiry_timestamp_seconds',
    '',
    visibleCertificateExpiry(record, identity.staleAfterMs, now),
  );
  addVisible(lines, { identity, record, visible, hashName });
  const readTimes = Object.values(visible).map((part) => part.oldestReadAt ?? part.readAt);
  return {
    blocks: lines.blocks(previous),
    pbx: label('pbx', identity.name),
    validUntil: nextExpiry(record, identity.staleAfterMs, now),
    clocks: record.clocks,
    ...(readTimes.length === 0 ? {} : { oldestReadAt: Math.min(...readTimes) }),
  };
}

/** Renders the line of `pbx_snapshot_age_seconds`; empty if the target shows no values. */
export function ageLine(blocks: TargetBlocks, now: Moment): string {
  if (blocks.oldestReadAt === undefined) return '';
  const age = roundTo(Math.max(0, ageTime(blocks.clocks, now) - blocks.oldestReadAt) / 1000, 3);
  return `pbx_snapshot_age_seconds{${blocks.pbx}} ${age}\n`;
}

/** Renders the line of `pbx_round_overdue_seconds`; empty for a target without expected rounds. */
export function overdueLine({ pbx }: TargetBlocks, overdueMs: number | undefined): string {
  return overdueMs === undefined ? '' : `pbx_round_overdue_seconds{${pbx}} ${roundTo(overdueMs / 1000, 3)}\n`;
}

function addRound(lines: TargetLines, record: TargetRecord): void {
  const { lastRound, lastSuccessAtWall } = record;
  lines.add('pbx_up', '', record.up);
  for (const name of collectors)
    lines.add('pbx_collector_success', label('collector', name), record.collectors[name]?.success);
  lines.add('pbx_login_suspended_until_timestamp_seconds', '', record.suspendedUntilWall / 1000);
  if (lastSuccessAtWall !== undefined) lines.add('pbx_last_success_timestamp_seconds', '', lastSuccessAtWall / 1000);
  if (lastRound === undefined) return;
  lines.add('pbx_round_duration_seconds', '', roundTo(lastRound.durationMs / 1000, 6));
  lines.add('pbx_last_round_timestamp_seconds', '', lastRound.endedAtWall / 1000);
  if (lastRound.reason !== undefined) lines.add('pbx_last_failure', label('reason', lastRound.reason), 1);
}

function addCounters(lines: TargetLines, counters: Counters): void {
  if (counters.quality !== undefined) addQualityCounters(lines, counters.quality);
  for (const reason of failureReasons)
    lines.add('pbx_round_failures_total', label('reason', reason), counters.roundFailures[reason] ?? 0);
  lines.add('pbx_logins_total', label('result', 'success'), counters.logins.success);
  lines.add('pbx_logins_total', label('result', 'failure'), counters.logins.failure);
  for (const name of collectors) {
    const collector = label('collector', name);
    for (const [reason, count] of Object.entries(counters.collectorFailures[name] ?? {}))
      lines.add('pbx_collector_failures_total', `${collector},${label('reason', reason)}`, count);
    for (const [reason, count] of Object.entries(counters.rowsSkipped[name] ?? {}))
      lines.add('pbx_rows_skipped_total', `${collector},${label('reason', reason)}`, count);
  }
  for (const [call, results] of Object.entries(counters.requests))
    for (const [result, count] of Object.entries(results))
      lines.add('pbx_api_requests_total', `${label('call', call)},${label('result', result)}`, count);
}

interface VisibleTarget {
  readonly identity: TargetIdentity;
  readonly record: TargetRecord;
  readonly visible: RetainedParts;
  readonly hashName: NameHash;
}

/** Adds the values that are not stale. Change counters disappear together with their list. */
function addVisible(lines: TargetLines, { identity, record, visible, hashName }: VisibleTarget): void {
  const { peerReachableChanges, trunkStateChanges, quality } = record.counters;
  if (visible.system !== undefined) addSystem(lines, visible.system.value);
  addUsage(lines, usageOf(visible));
  lines.add('pbx_banned_addresses', '', visible.security?.value.bannedAddresses);
  if (visible.peers !== undefined)
    addPeers(lines, visible.peers.value, { identity, hashName, changes: peerReachableChanges });
  if (visible.trunks !== undefined) addTrunks(lines, visible.trunks.value, trunkStateChanges);
  if (visible.trunks !== undefined && quality?.finished !== undefined)
    addTrunkLegs(lines, visible.trunks.value, quality.finished);
  if (visible.quality?.value.running !== undefined) addRunningLegs(lines, visible.quality.value.running);
  if (visible.calls !== undefined) addCalls(lines, visible.calls.value);
  if (visible.queues !== undefined) addQueues(lines, visible.queues.value);
}

/** Labels of `pbx_target_info`. Names were already validated; the filter ensures that no invalid name can break the page. */
function targetLabels(identity: TargetIdentity): string {
  const extra = Object.entries(identity.labels).filter(
    ([name]) => /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name) && name !== 'pbx' && name !== 'family',
  );
  return [label('family', identity.family), ...extra.map(([name, value]) => label(name, value))].join(',');
}

/** Rounds a value, because microseconds are precise enough and shorter numbers make the page smaller. */
function roundTo(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
