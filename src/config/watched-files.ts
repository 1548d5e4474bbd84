import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { systemClock, type Clock, type Timer } from '../clock.ts';
import { readFileText } from './read-file.ts';

/** Something that was made from files, which may change. */
export interface Watched {
  /** Tells how the files differ from what is known of them; empty if they do not, the same text for the same difference. Never rejects. */
  difference(): Promise<string>;
}

/** A file as it was read. */
interface KnownFile {
  /** Absent if it could not be read. */
  readonly text?: string;
  /** Tells one writing of it from another; absent if the next one might have the same. */
  readonly state?: string;
}

/** Some file systems count whole seconds (ms), two of them at most: a file as young as that is read again, whatever they say. */
const coarsestTimeMs = 2_000;

/**
 * The files that a result is made from: read, compared with their present contents, and committed once the result is in use. Contents are
 * compared because mounted secrets are swapped by links and files are touched. File metadata only shows which files need no reading.
 */
export class WatchedFiles {
  readonly #clock: Pick<Clock, 'wallTime'>;
  #known = new Map<string, KnownFile>();
  #latest = new Map<string, KnownFile>();

  constructor(clock: Pick<Clock, 'wallTime'> = systemClock) {
    this.#clock = clock;
  }

  /** Begins to read everything again. */
  begin(): void {
    this.#latest = new Map();
  }

  /** Text of a file, which belongs to what is read now; throws an `UnreadableFile`. */
  readonly read = (path: string): string => {
    this.#latest.set(path, {});
    // Asked before: what is written between the two is another state than this.
    const state = stateOf(path, this.#clock.wallTime() - coarsestTimeMs);
    const text = readFileText(path);
    this.#latest.set(path, { text, ...(state === undefined ? {} : { state }) });
    return text;
  };

  /**
   * Marks the contents read last as known: they are in use, or their problems were reported.
   *
   * @param isWhole Whether everything was read; otherwise files that this reading did not cover keep their known contents.
   * @param leftOut Files whose changes are ignored here.
   */
  commit(isWhole: boolean, leftOut: Iterable<string> = []): void {
    this.#known = isWhole ? this.#latest : new Map([...this.#known, ...this.#latest]);
    for (const path of leftOut) this.#known.delete(path);
  }

  /** See {@link Watched}. `present` are files that have to be known as well. */
  async difference(present: readonly string[] = []): Promise<string> {
    const added = present.filter((path) => !this.#known.has(path));
    const doubtful = [...this.#known].filter(([path, { state }]) => state === undefined || stateOf(path) !== state);
    const changed: (readonly [path: string, text: string | undefined])[] = [];
    for (const path of [...added, ...doubtful.map(([known]) => known)]) {
      const text = await readFile(path, 'utf8').catch(() => undefined);
      if (!this.#known.has(path) || text !== this.#known.get(path)?.text) changed.push([path, text]);
    }
    if (changed.length === 0) return '';
    return createHash('sha256').update(JSON.stringify(changed)).digest('base64');
  }
}

/** Place, size and times of a file; undefined if there is none, or if it was changed after that time (ms since 1970). */
function stateOf(path: string, unchangedSince = Infinity): string | undefined {
  try {
    const { dev, ino, size, mtimeMs, ctimeMs } = statSync(path);
    return ctimeMs > unchangedSince ? undefined : `${dev} ${ino} ${size} ${mtimeMs} ${ctimeMs}`;
  } catch {
    return undefined;
  }
}

/** How a watch checks for changes, and what it does then. */
export interface WatchSetup {
  /** Time between two checks in milliseconds. */
  readonly everyMs: number;
  /** This many checks in a row must find the same change, because a file may still be written to. */
  readonly looks: number;
  readonly clock: Clock;
  /** Reads the files again and commits. */
  readonly onChange: () => Promise<void> | void;
}

/**
 * Polls files; each check starts after the previous one has finished. Polling is more reliable than notifications, which are lost
 * over links, mounts and network file systems, the usual places of secrets and certificates.
 */
export function watch(watched: Watched, { everyMs, looks, clock, onChange }: WatchSetup): Timer {
  let seen = '';
  let times = 0;
  let stopped = false;
  let timer: Timer;
  const look = async (): Promise<void> => {
    const difference = await watched.difference();
    times = difference === seen ? times + 1 : 1;
    seen = difference;
    if (difference === '' || times < looks || stopped) return;
    seen = '';
    await onChange();
  };
  const wait = (): Timer =>
    clock.after(everyMs, () => {
      void look().finally(() => {
        if (!stopped) timer = wait();
      });
    });
  timer = wait();
  return {
    stop() {
      stopped = true;
      timer.stop();
    },
  };
}
