import type { Random } from '../../src/simulator/kit/random.ts';
import type { PbxEntry } from './pbxs.ts';
import { timesOf } from './plan.ts';

/** Kinds of edits during the hour. */
export type Edit = 'remove' | 'put back' | 'mistype' | 'correct' | 'label' | 'break';

/** A new file, and whether the exporter must accept it. */
export interface EditedFile {
  readonly text: string;
  readonly accepted: boolean;
  /** Targets with a changed or removed entry. */
  readonly changed: readonly string[];
}

/** The configuration of the hour with random edits: targets are removed and restored, passwords are mistyped and corrected. */
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

  /** Names of the targets in the current file. */
  get names(): readonly string[] {
    return this.#present.map(({ name }) => name);
  }

  /** Number of passwords mistyped so far. */
  get mistypedTotal(): number {
    return this.#mistypedOnce.size;
  }

  /** Returns the current file. */
  text(): string {
    return `scrape: { concurrency: 32 }\ntargets:\n${this.#present.map((entry) => this.#target(entry)).join('')}`;
  }

  /** Makes the next edit and returns the file. */
  edit(): EditedFile {
    if (this.#removed.size > 0 || this.#mistyped.size > 0) return this.restore();
    const kind = this.#random.pick(['remove', 'remove', 'mistype', 'label', 'break'] as const);
    if (kind === 'break')
      return { text: `${this.text()}  - { name: half an entry, family: `, accepted: false, changed: [] };
    const changed = Array.from({ length: kind === 'mistype' ? 1 : this.#random.integer(1, 4) }, () => this.#take());
    for (const name of changed) this.#apply(kind, name);
    return { text: this.text(), accepted: true, changed };
  }

  /** Restores all removed targets and corrects all mistyped passwords. */
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
      // Only once per PBX, because the PBX counts refusals regardless of later edits.
      this.#mistypedOnce.add(name);
      this.#mistyped.add(name);
    }
  }

  /** Selects the targets in turn, so that none loses its session much more often than the others. */
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
