import { type SkippedRows, type SkipReason, skipReasons } from './reading.ts';

/** One count: the reason, the number of rows, and the id of the row if known. */
export interface SkipNote {
  readonly reason: SkipReason;
  readonly rows: number;
  readonly id?: string;
}

/** The notes behind the counts. The weak map keeps the counts plain numbers for other code, and frees the notes with them. */
const notesOf = new WeakMap<SkippedRows, readonly SkipNote[]>();

/** Returns counts by reason that can still be filtered by row, see {@link withoutRows}. */
export function countNotes(notes: readonly SkipNote[]): SkippedRows {
  const counts: Partial<Record<SkipReason, number>> = {};
  for (const { reason, rows } of notes) counts[reason] = (counts[reason] ?? 0) + rows;
  notesOf.set(counts, notes);
  return counts;
}

/** Returns the sum of the counts of several lists. */
export function sumOfSkipped(all: readonly (SkippedRows | undefined)[]): SkippedRows {
  return countNotes(all.flatMap((counts) => (counts === undefined ? [] : (notesOf.get(counts) ?? plainNotes(counts)))));
}

function plainNotes(counts: SkippedRows): readonly SkipNote[] {
  return skipReasons.flatMap((reason) => {
    const rows = counts[reason];
    return rows === undefined ? [] : [{ reason, rows }];
  });
}

/** Returns the counts without rows for which `isExcluded` is true. Counts that were not created from notes are unchanged. */
export function withoutRows(counts: SkippedRows, isExcluded: (id: string) => boolean): SkippedRows {
  const notes = notesOf.get(counts);
  return notes === undefined ? counts : countNotes(notes.filter(({ id }) => id === undefined || !isExcluded(id)));
}
