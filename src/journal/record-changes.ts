import { collectors } from '../snapshot/reading.ts';
import { gapSince } from '../snapshot/clocks.ts';
import type { Held, TargetRecord } from '../snapshot/record.ts';
import type { Change } from './event.ts';

/** Rows of one list that changed between two records. */
interface ListChanges {
  readonly changes: readonly RowChange[];
  /** Wall clock (ms since 1970) of the read before, where its values had gone stale since. */
  readonly notBeforeWall?: number;
}

/** What changed between two records about the PBX as a whole, its logins and its collectors. Pure. */
export function targetChanges(before: TargetRecord, after: TargetRecord): readonly Change[] {
  return [...pbxChange(before, after), ...loginChange(before, after), ...collectorChanges(before, after)];
}

/**
 * Which rows of a list changed between two records. The first read of a list changes nothing, because the earlier state
 * is unknown. Pure.
 */
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

/** What of a peer or trunk the journal looks at. */
interface JournalRow {
  readonly id: string;
  readonly name?: string;
  readonly state: string;
  readonly rawState?: string;
  /** States that it had since the row before, in their order. */
  readonly passed?: readonly string[];
}

/** A row whose state is another one than before; without `from` it was not listed before, without `to` it is not listed now. */
export interface RowChange {
  readonly row: JournalRow;
  readonly from?: string;
  readonly to?: string;
}

/** Ids that an entry for many rows names. */
const mostExamples = 20;

/** Rows in another state than before. One pass over each list; lists that are the same object cost nothing. */
function changedRows(before: readonly JournalRow[], after: readonly JournalRow[]): readonly RowChange[] {
  if (before === after) return [];
  if (isSameOrder(before, after)) return after.flatMap((row, index) => stateChange(before[index], row));
  const earlier = new Map(before.map((row) => [row.id, row]));
  const changes = after.flatMap((row) => stateChange(earlier.get(row.id), row));
  for (const { id } of after) earlier.delete(id);
  return [...changes, ...[...earlier.values()].map((row) => ({ row, from: row.state }))];
}

/**
 * Entries for changed rows, one for each. If more than `most` rows changed in the same way (a switch reboots), they
 * share one entry with their number.
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

/** The changes that a row has gone through, one by one; the PBX's own word is that of the last one. */
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
  const examples = group.slice(0, mostExamples).map(({ row }) => row.id);
  return [{ kind, ...statesOf(first.from, first.to), rows: group.length, examples }];
}

function statesOf(from: string | undefined, to: string | undefined): Pick<Change, 'from' | 'to'> {
  return { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
}
