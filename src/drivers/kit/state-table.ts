import type { Log } from '../../log.ts';
import { SkipCounter } from './collectors.ts';

const maximumStates = 100;
const longestState = 40;
/** A longer spelling is not remembered: cut out of an answer, it would keep the whole answer in memory. */
const longestRemembered = 12;

/**
 * The words that a PBX uses for a state, and the state that each one means. A family defines its words only here. The
 * lookup ignores case and spaces between the parts of a word.
 */
export class StateTable<Meaning> {
  /** The table as written, in order. */
  readonly states: Readonly<Record<string, Meaning>>;
  readonly #meanings: ReadonlyMap<string, Meaning>;
  readonly #normalize: (word: string) => string;
  /** Meanings by the word as it was sent: a list has thousands of rows, but only a few words. */
  readonly #remembered = new Map<string, Meaning>();

  /** `normalize` maps all spellings of a word to one, e.g. by removing a counter. It receives the word in lower case. */
  constructor(
    states: Readonly<Record<string, Meaning>>,
    normalize: (lowerCaseWord: string) => string = (word) => word,
  ) {
    this.states = states;
    this.#normalize = (word) => normalize(word.trim().toLowerCase().replaceAll(/\s+/g, ' '));
    this.#meanings = new Map(Object.entries(states).map(([word, meaning]) => [this.#normalize(word), meaning]));
  }

  /** The meaning of the word; undefined if it is not in the table. */
  find(word: string): Meaning | undefined {
    const remembered = this.#remembered.get(word);
    if (remembered !== undefined) return remembered;
    const meaning = this.#meanings.get(this.#normalize(word));
    if (meaning !== undefined && word.length <= longestRemembered) this.#remember(word, meaning);
    return meaning;
  }

  /** Like {@link find}, for the state of a row: a word that is not in the table counts as unknown and is logged. */
  read(word: string, skipped: SkipCounter): Meaning | undefined {
    const meaning = this.find(word);
    if (meaning === undefined) skipped.unknownState(word);
    return meaning;
  }

  #remember(word: string, meaning: Meaning): void {
    if (this.#remembered.size >= maximumStates) this.#remembered.clear();
    this.#remembered.set(word, meaning);
  }
}

/** Writes each unknown status word to the log once per target, so that it can be seen and reported. */
export class UnknownStates {
  readonly #log: Log;
  readonly #seen = new Set<string>();

  constructor(log: Log) {
    this.#log = log;
  }

  /** A counter for the rows of a list that also reports unknown words; `list` is the name of the list, e.g. `extensions`. */
  counter(list: string): SkipCounter {
    return new SkipCounter((word) => this.#report(list, word));
  }

  #report(list: string, word: string): void {
    const key = `${list} ${word}`;
    if (this.#seen.has(key) || this.#seen.size >= maximumStates) return;
    this.#seen.add(key);
    this.#log.warn('unknown status word', { list, word: word.slice(0, longestState) });
  }
}
