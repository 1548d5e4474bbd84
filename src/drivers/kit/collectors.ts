import { asFailure, type Failure } from '../../transport/failure.ts';
import type { FailedPart, GoodPart, Part, SkippedRows, SkipReason } from '../../snapshot/reading.ts';
import { countNotes, sumOfSkipped, type SkipNote } from '../../snapshot/skipped-rows.ts';

/** A part that was read whole. */
export function goodPart<T>(value: T, skipped?: SkippedRows): GoodPart<T> {
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

/** One of several lists that together make up a collector's rows. */
export interface NamedList<Row> {
  /** What it holds, for people, e.g. `IAX2 peers`. */
  readonly name: string;
  /** Its rows, also those of a partial read. A list that this PBX proves not to have is a good one without rows. */
  readonly part: Part<readonly Row[]>;
}

/**
 * The rows of all lists. Where one could not be read, the rows of the others are there and the part has failed with the
 * first reason, which names every list that is missing; where none could be read, nothing is there.
 */
export function joinLists<Row>(lists: readonly NamedList<Row>[]): Part<readonly Row[]> {
  const failed = lists.flatMap(({ name, part }) => (part.ok ? [] : [{ name, part }]));
  const value = lists.flatMap(({ part }) => part.value ?? []);
  const skipped = sumOfSkipped(lists.map(({ part }) => part.skipped));
  const [first] = failed;
  if (first === undefined) return goodPart(value, skipped);
  const names = failed.map(({ name }) => name).join(', ');
  const why = first.part.detail === undefined ? '' : `: ${first.part.detail}`;
  const isNothing = lists.every(({ part }) => part.value === undefined);
  return {
    ok: false,
    reason: first.part.reason,
    detail: `not read: ${names}${why}`,
    ...(isNothing ? {} : { value }),
    ...(Object.keys(skipped).length === 0 ? {} : { skipped }),
  };
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
