import type { Change } from './event.ts';

/** What of a peer or trunk the journal looks at. */
export interface JournalRow {
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
export function changedRows(before: readonly JournalRow[], after: readonly JournalRow[]): readonly RowChange[] {
  if (before === after) return [];
  if (isSameOrder(before, after)) return after.flatMap((row, index) => stateChange(before[index], row));
  const earlier = new Map(before.map((row) => [row.id, row]));
  const changes = after.flatMap((row) => stateChange(earlier.get(row.id), row));
  for (const { id } of after) earlier.delete(id);
  return [...changes, ...[...earlier.values()].map((row) => ({ row, from: row.state }))];
}

/**
 * Entries for changed rows: one for each, but where more than `most` changed in the same way (a switch reboots) one for all
 * of them, with their number.
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
