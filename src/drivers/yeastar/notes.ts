import type { Log } from '../../log.ts';
import type { SkippedRows } from '../../snapshot/reading.ts';
import { SkipCounter } from '../kit/collectors.ts';

/** What a parser noticed in a list besides its rows. */
export class Notes {
  readonly #skipped = new SkipCounter();
  readonly #words = new Set<string>();

  /** A row that cannot be used. */
  malformed(): void {
    this.#skipped.add('malformed');
  }

  /** A row that is kept with state `unknown`, because its status word is not known here (or is missing). */
  unknownWord(word: string, id?: string): void {
    const skipped = id === undefined ? this.#skipped : this.#skipped.of(id);
    skipped.add('unknown_state');
    this.#words.add(word);
  }

  /** Rows by reason, for `pbx_rows_skipped_total`. */
  counts(): SkippedRows {
    return this.#skipped.counts();
  }

  /** The unknown words as sent. */
  words(): readonly string[] {
    return [...this.#words];
  }
}

const mostWords = 100;
const longestWord = 40;

/** Writes each unknown status word to the log once per target, so that it can be seen and reported. */
export class UnknownWords {
  readonly #log: Log;
  readonly #seen = new Set<string>();

  constructor(log: Log) {
    this.#log = log;
  }

  /** Call with the notes of a list that was read; `what` names it, e.g. `extensions`. */
  report(what: string, notes: Notes): void {
    for (const word of notes.words()) {
      const key = `${what} ${word}`;
      if (this.#seen.has(key) || this.#seen.size >= mostWords) continue;
      this.#seen.add(key);
      this.#log.warn('unknown status word', { list: what, word: word.slice(0, longestWord) });
    }
  }
}
