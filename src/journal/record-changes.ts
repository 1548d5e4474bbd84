import { collectors } from '../snapshot/reading.ts';
import { gapSince } from '../snapshot/clocks.ts';
import type { Held, TargetRecord } from '../snapshot/record.ts';
import type { Change } from './event.ts';
import { changedRows, type JournalRow, type RowChange } from './row-changes.ts';

/** Rows of one list that changed between two records. */
export interface ListChanges {
  readonly changes: readonly RowChange[];
  /** Wall clock (ms since 1970) of the read before, where its values had gone stale since. */
  readonly notBeforeWall?: number;
}

/** What changed between two records about the PBX as a whole, its logins and its collectors. Pure. */
export function targetChanges(before: TargetRecord, after: TargetRecord): readonly Change[] {
  return [...pbxChange(before, after), ...loginChange(before, after), ...collectorChanges(before, after)];
}

/** Which rows of a list changed between two records. The first read of a list changes nothing: nobody knows what was before. Pure. */
export function listChanges(
  list: 'peers' | 'trunks',
  before: TargetRecord,
  after: TargetRecord,
  staleAfterMs: number,
): ListChanges {
  const [was, is]: readonly (Held<readonly JournalRow[]> | undefined)[] = [before.held[list], after.held[list]];
  if (was === undefined || is === undefined) return { changes: [] };
  const changes = changedRows(was.value, is.value);
  // A row that a partial read lacks and that went stale is not known to be gone.
  const isWhole = after.collectors[list]?.success === true;
  const sure = isWhole ? changes : changes.filter(({ to }) => to !== undefined);
  const { clocks } = after;
  if (clocks === undefined || sure.length === 0) return { changes: sure };
  const pauseMs = clocks.monotonic - was.readAt + gapSince(before.clocks, clocks);
  return pauseMs < staleAfterMs ? { changes: sure } : { changes: sure, notBeforeWall: clocks.wall - pauseMs };
}

function pbxChange(before: TargetRecord, after: TargetRecord): readonly Change[] {
  const isFirst = before.upSinceWall === undefined;
  const reason = after.up ? undefined : after.lastRound?.reason;
  const isSame = before.up === after.up && (after.up || before.lastRound?.reason === reason);
  if (!isFirst && isSame) return [];
  const detail = after.up ? undefined : after.lastRound?.detail;
  return [
    {
      kind: 'pbx',
      ...(isFirst ? {} : { from: before.up ? 'up' : 'down' }),
      to: after.up ? 'up' : 'down',
      ...why(reason, detail),
    },
  ];
}

/** A clock that is corrected by less (ms) does not make it another suspension. */
const sameSuspensionMs = 1_000;

function loginChange(before: TargetRecord, after: TargetRecord): readonly Change[] {
  const from = before.suspendedUntilWall === 0 ? 'allowed' : 'suspended';
  const { suspendedUntilWall: untilWall, lastRound } = after;
  if (untilWall === 0) return from === 'suspended' ? [{ kind: 'login', from, to: 'allowed' }] : [];
  if (before.suspendedUntilWall >= untilWall - sameSuspensionMs) return [];
  return [{ kind: 'login', from, to: 'suspended', untilWall, ...why(lastRound?.reason, lastRound?.detail) }];
}

/** While a PBX is down its collectors are too: only what differs from it is told. */
function collectorChanges(before: TargetRecord, after: TargetRecord): readonly Change[] {
  if (!after.up) return [];
  return collectors.flatMap((id): readonly Change[] => {
    const was = before.up ? before.collectors[id] : undefined;
    const is = after.collectors[id];
    const from = was === undefined ? {} : { from: was.success ? 'read' : 'failed' };
    if (is?.success === true) return was?.success === false ? [{ kind: 'collector', id, ...from, to: 'read' }] : [];
    if (is === undefined || (was?.success === false && was.reason === is.reason)) return [];
    return [{ kind: 'collector', id, ...from, to: 'failed', ...why(is.reason, is.detail) }];
  });
}

/** Nobody reads more of a sentence, and the journal must not grow with it. */
const longestDetail = 256;

function why(reason: string | undefined, detail: string | undefined): Pick<Change, 'reason' | 'detail'> {
  return {
    ...(reason === undefined ? {} : { reason }),
    ...(detail === undefined ? {} : { detail: detail.slice(0, longestDetail).toWellFormed() }),
  };
}
