import { asFailure, type Failure } from '../../transport/failure.ts';
import type { Asker } from './asker.ts';

/** So many failures in a row, and the PBX is left alone for the rest of the round. */
const failuresInARow = 3;

/** How a series of small questions went. */
export interface Visits {
  /** Entries that were done with. */
  readonly answered: number;
  /** Entries that were not asked about, for lack of time or because the series was stopped. */
  readonly left: number;
  /** Why the series was stopped before its end; undefined when it was not. */
  readonly stopped?: Failure;
  /** The first failure of an entry, also where the series went on. */
  readonly failure?: Failure;
}

/** What is done with one entry: `'later'` when there was no time left for it. Throws a `Failure`. */
export type Visit<T> = (entry: T) => Promise<void | 'later'>;

/**
 * Visits entries in their order, `width` at a time. One failure costs its entry only; three in a row, or one that
 * concerns the session or the address, stop the series.
 */
export async function visitAll<T>(
  asker: Asker,
  entries: readonly T[],
  width: number,
  visit: Visit<T>,
): Promise<Visits> {
  const series = new Series(asker);
  const queue = entries.values();
  const work = async (): Promise<void> => {
    for (const entry of queue) {
      await series.run(() => visit(entry));
      if (series.over) return;
    }
  };
  await Promise.all(Array.from({ length: width }, work));
  return series.result(entries.length);
}

class Series {
  readonly #asker: Asker;
  #answered = 0;
  #failed = 0;
  #inARow = 0;
  #outOfTime = false;
  #failure: Failure | undefined;
  #stopped: Failure | undefined;

  constructor(asker: Asker) {
    this.#asker = asker;
  }

  get over(): boolean {
    return this.#outOfTime || this.#stopped !== undefined;
  }

  async run(visit: () => Promise<void | 'later'>): Promise<void> {
    try {
      if ((await visit()) === 'later') this.#outOfTime = true;
      else this.#succeed();
    } catch (thrown) {
      this.#fail(asFailure(thrown));
    }
  }

  result(entries: number): Visits {
    return {
      answered: this.#answered,
      left: entries - this.#answered - this.#failed,
      ...(this.#stopped === undefined ? {} : { stopped: this.#stopped }),
      ...(this.#failure === undefined ? {} : { failure: this.#failure }),
    };
  }

  #succeed(): void {
    this.#answered += 1;
    this.#inARow = 0;
  }

  #fail(failure: Failure): void {
    this.#failed += 1;
    this.#inARow += 1;
    this.#failure ??= failure;
    if (this.#asker.ended !== undefined || this.#inARow >= failuresInARow) this.#stopped ??= failure;
  }
}
