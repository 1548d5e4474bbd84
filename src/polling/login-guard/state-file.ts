import { readFile, rename } from 'node:fs/promises';
import type { Clock, Timer } from '../../clock.ts';
import type { Log } from '../../log.ts';
import { lockFile, replaceFile } from './file-lock.ts';
import { emptyAddress, normalised, readState, type SavedAddress, type SavedState, writeState } from './state-format.ts';

/** Minimum time between two writes of the file, in milliseconds. */
const writeEveryMs = 1_000;
/** Time after which a failed write is repeated, in milliseconds, unless a change repeats it earlier. */
const retryMs = 60_000;
/** Maximum number of changes that wait while the file cannot be written; beyond it, the oldest are discarded. */
const maximumWaiting = 10_000;

/** Returns the changed data of one address. Pure. */
export type AddressChange = (before: SavedAddress) => SavedAddress;

/** Dependencies of a state file. */
export interface StateFileSetup {
  readonly path: string;
  readonly clock: Clock;
  readonly log: Log;
}

interface Waiting {
  readonly address: string;
  readonly change: AddressChange;
  readonly done: (after: SavedAddress | undefined) => void;
}

/**
 * The data of the login guards in a file that outlives the process and is shared by several processes. Each change
 * locks the file, reads it again and writes it completely. An unusable file is reported once; the changes wait for the
 * next attempt.
 */
export class StateFile {
  readonly #setup: StateFileSetup;
  #waiting: readonly Waiting[] = [];
  #cycle: Promise<void> | undefined;
  #writtenAt = -Infinity;
  #problem: string | undefined;
  #retry: Timer | undefined;

  constructor(setup: StateFileSetup) {
    this.#setup = setup;
  }

  /** Why the file cannot be used now, as a sentence for users; undefined if it can. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /**
   * Changes the data of an address in the file. Resolves to the new data, including that of other processes; undefined
   * if the file cannot be used.
   */
  change(address: string, change: AddressChange): Promise<SavedAddress | undefined> {
    return new Promise((done) => {
      this.#waiting = [...this.#waiting, { address, change, done }].slice(-maximumWaiting);
      this.#cycle ??= this.#run();
    });
  }

  /** Reads the data of an address without a lock; undefined if the file cannot be read or does not contain the address. */
  async look(address: string): Promise<SavedAddress | undefined> {
    const { path, clock } = this.#setup;
    const text = await readFile(path, 'utf8').catch(() => '');
    const reading = readState(text);
    const saved = 'state' in reading ? reading.state.get(address) : undefined;
    return saved && normalised(saved, clock.wallTime());
  }

  /** Writes all pending changes; if an earlier write failed, it is repeated once. Resolves even if the file cannot be written. */
  async flush(): Promise<void> {
    if (this.#waiting.length > 0) this.#cycle ??= this.#run();
    while (this.#cycle !== undefined) await this.#cycle;
    this.#retry?.stop();
  }

  async #run(): Promise<void> {
    const { clock } = this.#setup;
    const restMs = this.#writtenAt + writeEveryMs - clock.monotonicTime();
    if (restMs > 0) await new Promise<void>((resolve) => void clock.after(restMs, resolve));
    const batch = this.#waiting;
    this.#waiting = [];
    try {
      const state = await this.#write(batch);
      this.#cycle = undefined;
      for (const { address, done } of batch) done(state.get(address) ?? emptyAddress);
      this.#works();
    } catch (thrown) {
      this.#cycle = undefined;
      this.#fails(thrown);
      // The changes are kept for the next attempt; their callers continue without the file.
      for (const { done } of batch) done(undefined);
      this.#waiting = [...batch.map((one) => ({ ...one, done: () => {} })), ...this.#waiting].slice(-maximumWaiting);
      this.#tryLater();
    }
    this.#writtenAt = clock.monotonicTime();
    if (this.#problem === undefined && this.#waiting.length > 0) this.#cycle ??= this.#run();
  }

  async #write(batch: readonly Waiting[]): Promise<SavedState> {
    const { path, clock } = this.#setup;
    const release = await lockFile(`${path}.lock`);
    try {
      const state = new Map(await this.#read());
      const now = clock.wallTime();
      for (const { address, change } of batch)
        state.set(address, normalised(change(normalised(state.get(address) ?? emptyAddress, now)), now));
      await replaceFile(path, writeState(state));
      return state;
    } finally {
      await release();
    }
  }

  async #read(): Promise<SavedState> {
    const { path } = this.#setup;
    const text = await readFile(path, 'utf8').catch((thrown: unknown) => {
      if (codeOf(thrown) === 'ENOENT') return undefined;
      throw thrown;
    });
    if (text === undefined) return new Map();
    const reading = readState(text);
    if ('state' in reading) return reading.state;
    if (reading.problem === 'newer') throw new Error('it was written by a newer version of the exporter');
    await rename(path, `${path}.damaged`);
    this.#logProblem(`it was damaged and is kept as ${path}.damaged: earlier refusals are not known`);
    return new Map();
  }

  /**
   * Schedules another attempt. Otherwise the changes would wait for the next login, which may be hours away, and a
   * restart would lose them.
   */
  #tryLater(): void {
    this.#retry?.stop();
    this.#retry = this.#setup.clock.after(retryMs, () => {
      this.#retry = undefined;
      if (this.#waiting.length > 0) this.#cycle ??= this.#run();
    });
  }

  #works(): void {
    if (this.#problem !== undefined) this.#setup.log.info('state file works again', { path: this.#setup.path });
    this.#problem = undefined;
  }

  #fails(thrown: unknown): void {
    const code = codeOf(thrown);
    const why =
      code === '' && thrown instanceof Error ? thrown.message : `it cannot be used (${code || 'unknown error'})`;
    if (this.#problem === undefined) this.#logProblem(`${why}: refused logins would not be known after a restart`);
    this.#problem = `The state file ${this.#setup.path} is not in use: ${why}.`;
  }

  #logProblem(problem: string): void {
    this.#setup.log.warn('state file', { path: this.#setup.path, problem });
  }
}

function codeOf(thrown: unknown): string {
  return thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
}
