import type { Random } from '../../src/simulator/kit/random.ts';
import type { PbxEntry } from './pbxs.ts';
import { timesOf } from './plan.ts';

/** What the administrator of the hour does to the file. */
export type Edit = 'remove' | 'put back' | 'mistype' | 'correct' | 'label' | 'break';

/** A file to be put in place, and what the exporter must say to it. */
export interface EditedFile {
  readonly text: string;
  readonly accepted: boolean;
  /** Targets whose entry is another one than before, or is gone. */
  readonly changed: readonly string[];
}

/** The configuration of the hour, edited at random: targets leave and come back, passwords are mistyped and corrected. */
export class EditedConfiguration {
  readonly #entries: readonly PbxEntry[];
  readonly #random: Random;
  readonly #removed = new Set<string>();
  readonly #mistyped = new Set<string>();
  readonly #mistypedOnce = new Set<string>();
  readonly #notes = new Map<string, number>();
  #next = 0;

  constructor(entries: readonly PbxEntry[], random: Random) {
    this.#entries = entries;
    this.#random = random;
  }

  /** Names of the targets that the file has now. */
  get names(): readonly string[] {
    return this.#present.map(({ name }) => name);
  }

  /** How many passwords have been mistyped so far. */
  get mistypedTotal(): number {
    return this.#mistypedOnce.size;
  }

  /** The file as it is. */
  text(): string {
    return `scrape: { concurrency: 32 }\ntargets:\n${this.#present.map((entry) => this.#target(entry)).join('')}`;
  }

  /** The next edit. */
  edit(): EditedFile {
    if (this.#removed.size > 0 || this.#mistyped.size > 0) return this.restore();
    const kind = this.#random.pick(['remove', 'remove', 'mistype', 'label', 'break'] as const);
    if (kind === 'break')
      return { text: `${this.text()}  - { name: half an entry, family: `, accepted: false, changed: [] };
    const changed = Array.from({ length: kind === 'mistype' ? 1 : this.#random.integer(1, 4) }, () => this.#take());
    for (const name of changed) this.#apply(kind, name);
    return { text: this.text(), accepted: true, changed };
  }

  /** Everything removed is put back, everything mistyped corrected. */
  restore(): EditedFile {
    const changed = [...this.#removed, ...this.#mistyped];
    this.#removed.clear();
    this.#mistyped.clear();
    return { text: this.text(), accepted: true, changed };
  }

  get #present(): readonly PbxEntry[] {
    return this.#entries.filter(({ name }) => !this.#removed.has(name));
  }

  #apply(kind: Exclude<Edit, 'break' | 'put back' | 'correct'>, name: string): void {
    if (kind === 'remove') this.#removed.add(name);
    else if (kind === 'label' || this.#mistypedOnce.has(name)) this.#notes.set(name, (this.#notes.get(name) ?? 0) + 1);
    else {
      // Once for each PBX: refusals add up there, whatever happens to the entry in between.
      this.#mistypedOnce.add(name);
      this.#mistyped.add(name);
    }
  }

  /** One target after the other, so that none loses its session much oftener than the rest. */
  #take(): string {
    const step = 11;
    this.#next = (this.#next + step) % this.#entries.length;
    return this.#entries[this.#next]?.name ?? '';
  }

  #target({ name, family, url, account, options = {} }: PbxEntry): string {
    const { interval, timeout, staleAfter } = timesOf(family);
    const wrong = this.#mistyped.has(name) ? '-mistyped' : '';
    const secret =
      'token' in account
        ? { token: account.token + wrong }
        : { username: account.username, password: account.password + wrong };
    const more = family === 'portsip' ? { requests_per_second: 100, ...options } : options;
    const fields = {
      name,
      family,
      url,
      ...secret,
      interval: `${interval}s`,
      timeout: `${timeout}s`,
      stale_after: `${staleAfter}s`,
      labels: { note: String(this.#notes.get(name) ?? 0) },
      options: more,
    };
    return `  - ${JSON.stringify(fields)}\n`;
  }
}
