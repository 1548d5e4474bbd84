import type { Log } from '../log.ts';
import { collectors } from '../snapshot/reading.ts';
import type { TargetRecord } from '../snapshot/record.ts';

/** Logs the changes between two records. An unchanged state is not logged again: a PBX that is down all night causes only a few lines. */
export function logTransitions(log: Log, before: TargetRecord, after: TargetRecord): void {
  logUp(log, before, after);
  logSuspension(log, before, after);
  if (before.up && after.up) logCollectors(log, before, after);
  logMissing(log, before, after);
}

function logUp(log: Log, before: TargetRecord, after: TargetRecord): void {
  const first = before.upSinceWall === undefined;
  if (after.up && (first || !before.up)) {
    log.info('target is up', durationFields(before, after));
    logCollectors(log, { ...before, collectors: {} }, after);
    return;
  }
  if (after.up || (before.lastRound?.reason === after.lastRound?.reason && !first && !before.up)) return;
  log.warn('target is down', { reason: after.lastRound?.reason, detail: after.lastRound?.detail });
}

function durationFields(before: TargetRecord, after: TargetRecord): Record<string, number> {
  const seconds = (after.lastRound?.durationMs ?? 0) / 1000;
  const down =
    before.upSinceWall === undefined || after.upSinceWall === undefined ? 0 : after.upSinceWall - before.upSinceWall;
  return { duration_seconds: round(seconds), ...(down > 0 ? { down_seconds: round(down / 1000) } : {}) };
}

function logSuspension(log: Log, before: TargetRecord, after: TargetRecord): void {
  const { suspendedUntilWall, lastRound, refusals } = after;
  if (suspendedUntilWall === 0 || before.suspendedUntilWall >= suspendedUntilWall - 1_000) return;
  log.warn('login suspended', {
    reason: lastRound?.reason,
    until: new Date(suspendedUntilWall).toISOString(),
    ...(refusals && {
      refusals: refusals.used,
      refusals_allowed: refusals.most,
      refused_targets: refusals.targets.join(', '),
    }),
  });
}

function logCollectors(log: Log, before: TargetRecord, after: TargetRecord): void {
  for (const collector of collectors) {
    const [was, is] = [before.collectors[collector], after.collectors[collector]];
    if (is?.success === false && (was?.success !== false || was.reason !== is.reason))
      log.warn('collector failed', { collector, reason: is.reason, detail: is.detail });
    if (is?.success === true && was?.success === false) log.info('collector works again', { collector });
  }
}

/** Logs once when an auxiliary call begins to fail and once when it works again. */
function logMissing(log: Log, { missing: before }: TargetRecord, { missing: after }: TargetRecord): void {
  const isIn = (list: TargetRecord['missing'], name: string): boolean => list.some(({ call }) => call === name);
  for (const { call, reason, detail } of after)
    if (!isIn(before, call)) log.warn('auxiliary call failed', { call, reason, detail });
  for (const { call } of before) if (!isIn(after, call)) log.info('auxiliary call works again', { call });
}

function round(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}
