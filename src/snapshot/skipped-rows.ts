import { type SkippedRows, type SkipReason, skipReasons } from './reading.ts';

/** One count: the reason, the number of rows, and the row, if known. */
export interface SkipNote {
  readonly reason: SkipReason;
  readonly rows: number;
  readonly id?: string;
}

/** What the counts were made from. They stay plain numbers for everybody else, and go when the counts go. */
const notesOf = new WeakMap<SkippedRows, readonly SkipNote[]>();

/** Counts by reason that can still be distinguished by row, see {@link withoutRows}. */
export function countNotes(notes: readonly SkipNote[]): SkippedRows {
  const counts: Partial<Record<SkipReason, number>> = {};
  for (const { reason, rows } of notes) counts[reason] = (counts[reason] ?? 0) + rows;
  notesOf.set(counts, notes);
  return counts;
}

/** The counts of several lists as one. */
export function sumOfSkipped(all: readonly (SkippedRows | undefined)[]): SkippedRows {
  return countNotes(all.flatMap((counts) => (counts === undefined ? [] : (notesOf.get(counts) ?? plainNotes(counts)))));
}

function plainNotes(counts: SkippedRows): readonly SkipNote[] {
  return skipReasons.flatMap((reason) => {
    const rows = counts[reason];
    return rows === undefined ? [] : [{ reason, rows }];
  });
}

/** The counts without those of rows whose id `isExcluded` accepts. Counts that were not made from notes stay as they are. */
export function withoutRows(counts: SkippedRows, isExcluded: (id: string) => boolean): SkippedRows {
  const notes = notesOf.get(counts);
  return notes === undefined ? counts : countNotes(notes.filter(({ id }) => id === undefined || !isExcluded(id)));
}
