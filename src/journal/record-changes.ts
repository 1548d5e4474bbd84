import { collectors } from '../snapshot/reading.ts';
import { gapSince } from '../snapshot/clocks.ts';
import type { Retained, TargetRecord } from '../snapshot/record.ts';
import type { Change } from './event.ts';

/** Rows of one list that changed between two records. */
interface ListChanges {
  readonly changes: readonly RowChange[];
  /** Wall clock (ms since 1970) of the previous read, if its values have become stale since. */
  readonly notBeforeWall?: number;
}

/** Returns the changes between two records for the PBX as a whole, its logins and its collectors. Pure. */
export function targetChanges(before: TargetRecord, after: TargetRecord): readonly Change[] {
  return [...pbxChange(before, after), ...loginChange(before, after), ...collectorChanges(before, after)];
}

/**
 * Returns the changed rows of a list between two records. The first read of a list has no changes, because the earlier
 * states are unknown. Pure.
 */
export function listChanges(
  list: 'peers' | 'trunks',
  before: TargetRecord,
  after: TargetRecord,
  staleAfterMs: number,
): ListChanges {
  const [was, is]: readonly (Retained<readonly JournalRow[]> | undefined)[] = [
    before.retained[list],
    after.retained[list],
  ];
  if (was === undefined || is === undefined) return { changes: [] };
  const changes = changedRows(was.value, is.value);
  // A row that is missing from a partial read and became stale may still exist.
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

/** End times that differ by at most this much (ms) belong to the same suspension; the clock may have been corrected. */
const sameSuspensionMs = 1_000;

function loginChange(before: TargetRecord, after: TargetRecord): readonly Change[] {
  const from = before.suspendedUntilWall === 0 ? 'allowed' : 'suspended';
  const { suspendedUntilWall: untilWall, lastRound } = after;
  if (untilWall === 0) return from === 'suspended' ? [{ kind: 'login', from, to: 'allowed' }] : [];
  if (before.suspendedUntilWall >= untilWall - sameSuspensionMs) return [];
  return [{ kind: 'login', from, to: 'suspended', untilWall, ...why(lastRound?.reason, lastRound?.detail) }];
}

/** Changes of collectors. While the PBX is down, there are none, because all its collectors fail too. */
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

/** Maximum number of characters of a detail, which limits the memory used by the journal. */
const longestDetail = 256;

function why(reason: string | undefined, detail: string | undefined): Pick<Change, 'reason' | 'detail'> {
  return {
    ...(reason === undefined ? {} : { reason }),
    ...(detail === undefined ? {} : { detail: detail.slice(0, longestDetail).toWellFormed() }),
  };
}

/** The part of a peer or trunk that the journal needs. */
interface JournalRow {
  readonly id: string;
  readonly name?: string;
  readonly state: string;
  readonly rawState?: string;
  /** States since the previous row, in order. */
  readonly passed?: readonly string[];
}

/** A row with a changed state. Without `from` it was not listed before; without `to` it is not listed any more. */
export interface RowChange {
  readonly row: JournalRow;
  readonly from?: string;
  readonly to?: string;
}

/** Maximum number of ids in an entry about many rows. */
const maximumExamples = 20;

/** Rows with a changed state. It takes one pass over each list, and no time if both lists are the same object. */
function changedRows(before: readonly JournalRow[], after: readonly JournalRow[]): readonly RowChange[] {
  if (before === after) return [];
  if (isSameOrder(before, after)) return after.flatMap((row, index) => stateChange(before[index], row));
  const earlier = new Map(before.map((row) => [row.id, row]));
  const changes = after.flatMap((row) => stateChange(earlier.get(row.id), row));
  for (const { id } of after) earlier.delete(id);
  return [...changes, ...[...earlier.values()].map((row) => ({ row, from: row.state }))];
}

/**
 * Returns one entry per changed row. If more than `most` rows changed in the same way (e.g. a switch rebooted), they share
 * one entry with their number.
 */
export function rowEntries(kind: 'peer' | 'trunk', changes: readonly RowChange[], most: number): readonly Change[] {
  const alike = Map.groupBy(changes, ({ from, to }) => `${from ?? ''}>${to ?? ''}`);
  return [...alike.values()].flatMap((group) =>
    group.length > most ? sharedEntry(kind, group) : group.map((change) => rowEntry(kind, change)),
  );
}

function isSameOrder(before: readonly JournalRow[], after: readonly JournalRow[]): boolean {
  return before.length === after.length && after.every(({ id }, index) => before[index]?.id === id);
}

function stateChange(before: JournalRow | undefined, row: JournalRow): readonly RowChange[] {
  if (row.passed !== undefined && before !== undefined && before !== row) return passedChanges(before, row, row.passed);
  if (before?.state === row.state) return [];
  return [{ row, to: row.state, ...(before === undefined ? {} : { from: before.state }) }];
}

/** The individual changes of a row that passed through several states. Only the last one has the PBX's own word for the state. */
function passedChanges(before: JournalRow, row: JournalRow, passed: readonly string[]): readonly RowChange[] {
  const { rawState: _, ...early } = row;
  let from = before.state;
  return [...passed, row.state].flatMap((to, index) => {
    if (to === from) return [];
    const change = { row: index === passed.length ? row : early, from, to };
    from = to;
    return [change];
  });
}

function rowEntry(kind: 'peer' | 'trunk', { row, from, to }: RowChange): Change {
  const { id, name = '', rawState = '' } = row;
  return {
    kind,
    id,
    ...(name === '' ? {} : { name }),
    ...statesOf(from, to),
    ...(rawState === '' || to === undefined ? {} : { said: rawState }),
  };
}

function sharedEntry(kind: 'peer' | 'trunk', group: readonly RowChange[]): readonly Change[] {
  const [first] = group;
  if (first === undefined) return [];
  const examples = group.slice(0, maximumExamples).map(({ row }) => row.id);
  return [{ kind, ...statesOf(first.from, first.to), rows: group.length, examples }];
}

function statesOf(from: string | undefined, to: string | undefined): Pick<Change, 'from' | 'to'> {
  return { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
}
