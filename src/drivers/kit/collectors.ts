import { asFailure, type Failure } from '../../transport/failure.ts';
import {
  type Collector,
  collectors,
  type CollectorValues,
  type FailedPart,
  type GoodPart,
  type Part,
  type Reading,
  type SkippedRows,
  type SkipReason,
} from '../../snapshot/reading.ts';
import { countNotes, sumOfSkipped, type SkipNote } from '../../snapshot/skipped-rows.ts';

/** A part that was read completely. */
export function goodPart<T>(value: T, skipped?: SkippedRows): GoodPart<T> {
  return skipped === undefined || Object.keys(skipped).length === 0
    ? { ok: true, value }
    : { ok: true, value, skipped };
}

/** A part that failed, with nothing read. */
export function failedPart(failure: Failure): FailedPart<never> {
  return { ok: false, reason: failure.reason, detail: failure.message };
}

/** Runs one collector's work and turns a thrown failure into a failed part, so that it affects only this collector. */
export async function attempt<T>(work: () => Promise<Part<T>>): Promise<Part<T>> {
  try {
    return await work();
  } catch (thrown) {
    return failedPart(asFailure(thrown));
  }
}

/** The function that reads each collector's part; collectors that a family lacks are absent. */
type CollectorReaders = { readonly [Name in Collector]?: () => Promise<Part<CollectorValues[Name]>> };

/** Reads the wanted collectors in parallel; a failure affects only its own collector. */
export async function readInParallel(wanted: ReadonlySet<Collector>, readers: CollectorReaders): Promise<Reading> {
  const parts = await Promise.all(enabled(wanted, readers).map((name) => readOne(name, readers[name])));
  return parts.reduce<Reading>((reading, part) => ({ ...reading, ...part }), {});
}

/** Reads the wanted collectors one after another, in the order of `readers`; a failure affects only its own collector. */
export async function readSequentially(wanted: ReadonlySet<Collector>, readers: CollectorReaders): Promise<Reading> {
  let reading: Reading = {};
  for (const name of enabled(wanted, readers)) reading = { ...reading, ...(await readOne(name, readers[name])) };
  return reading;
}

/** The reading in which every wanted collector has failed for the same reason. */
export function failedReading(wanted: Iterable<Collector>, failure: Failure): Reading {
  return Object.fromEntries(Array.from(wanted, (name) => [name, failedPart(failure)]));
}

function enabled(wanted: ReadonlySet<Collector>, readers: CollectorReaders): readonly Collector[] {
  const names = Object.keys(readers);
  return collectors
    .filter((name) => wanted.has(name) && names.includes(name))
    .toSorted((one, other) => names.indexOf(one) - names.indexOf(other));
}

async function readOne<Name extends Collector>(name: Name, read: CollectorReaders[Name]): Promise<Reading> {
  return read === undefined ? {} : { [name]: await attempt<CollectorValues[Name]>(read) };
}

/** One of several lists that together make up a collector's rows. */
export interface NamedList<Row> {
  /** Name for people, e.g. `IAX2 peers`. */
  readonly name: string;
  /** Its rows, including those of a partial read. A list that this PBX provably does not have is a good part without rows. */
  readonly part: Part<readonly Row[]>;
}

/**
 * The rows of all lists. If a list could not be read, the result contains the rows of the other lists and a failure with
 * the first reason, which names every missing list. If no list could be read, there are no rows.
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
  readonly #onUnknownState: (word: string) => void;
  #notes: SkipNote[] = [];
  #id: string | undefined;

  /** `onUnknownState` is called with every word that {@link unknownState} counts. */
  constructor(onUnknownState: (word: string) => void = () => {}) {
    this.#onUnknownState = onUnknownState;
  }

  /** The same counter for one row: its counts are dropped if the configuration excludes the row. */
  of(id: string): SkipCounter {
    const counter = new SkipCounter(this.#onUnknownState);
    counter.#notes = this.#notes;
    counter.#id = id;
    return counter;
  }

  add(reason: SkipReason, rows = 1): void {
    this.#notes.push({ reason, rows, ...(this.#id === undefined ? {} : { id: this.#id }) });
  }

  /** Counts a row whose status word, given as it was sent, is not known here. */
  unknownState(word: string): void {
    this.add('unknown_state');
    this.#onUnknownState(word);
  }

  counts(): SkippedRows {
    return countNotes([...this.#notes]);
  }
}

/**
 * Shares one answer among any number of collectors. Each receives the result of the promise; a rejection becomes a
 * `Failure`. A rejection that no collector awaits is not an unhandled rejection of the process.
 */
export function sharedAnswer<T>(work: Promise<T>): () => Promise<T> {
  const outcome = work.then(
    (value) => ({ value }),
    (thrown: unknown) => ({ failure: asFailure(thrown) }),
  );
  return async () => {
    const settled = await outcome;
    if ('failure' in settled) throw settled.failure;
    return settled.value;
  };
}
