import { asFailure, type Failure } from '../transport/failure.ts';
import type { FailedPart, Part, SkippedRows, SkipReason } from '../snapshot/reading.ts';
import { countNotes, type SkipNote } from '../snapshot/skipped-rows.ts';

/** A part that was read whole. */
export function goodPart<T>(value: T, skipped?: SkippedRows): Part<T> {
  return skipped === undefined || Object.keys(skipped).length === 0
    ? { ok: true, value }
    : { ok: true, value, skipped };
}

/** A part that failed, with nothing read. */
export function failedPart(failure: Failure): FailedPart<never> {
  return { ok: false, reason: failure.reason, detail: failure.message };
}

/** Runs one collector's work and turns a thrown failure into a failed part, so that it costs this collector only. */
export async function attempt<T>(work: () => Promise<Part<T>>): Promise<Part<T>> {
  try {
    return await work();
  } catch (thrown) {
    return failedPart(asFailure(thrown));
  }
}

/** Counts skipped rows by reason. */
export class SkipCounter {
  readonly #notes: SkipNote[];
  readonly #id: string | undefined;

  constructor(notes: SkipNote[] = [], id?: string) {
    this.#notes = notes;
    this.#id = id;
  }

  /** The same counter for one row: what it counts goes away with the row where the configuration excludes it. */
  of(id: string): SkipCounter {
    return new SkipCounter(this.#notes, id);
  }

  add(reason: SkipReason, rows = 1): void {
    this.#notes.push({ reason, rows, ...(this.#id === undefined ? {} : { id: this.#id }) });
  }

  counts(): SkippedRows {
    return countNotes([...this.#notes]);
  }
}
