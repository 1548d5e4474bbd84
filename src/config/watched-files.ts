import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { systemClock, type Clock, type Timer } from '../clock.ts';
import { readFileText } from './read-file.ts';

/** A result that was made from files that can change. */
export interface Watched {
  /** Returns a text that identifies the current difference to the known files; empty if there is none. Never rejects. */
  difference(): Promise<string>;
}

/** The known content and metadata of a file. */
interface KnownFile {
  /** Absent if it could not be read. */
  readonly text?: string;
  /** Metadata that changes with every write; absent if the next write might leave it unchanged. */
  readonly state?: string;
}

/** Coarsest time stamps of file systems (ms), up to two seconds. A file changed more recently is read again in any case. */
const coarsestTimeMs = 2_000;

/**
 * The files behind a result. They are read, committed once the result is in use, and later compared with their current contents.
 * Contents are compared because mounted secrets are swapped by links, and because files can be touched. Metadata only shows
 * which files need no reading.
 */
export class WatchedFiles {
  readonly #clock: Pick<Clock, 'wallTime'>;
  #known = new Map<string, KnownFile>();
  #latest = new Map<string, KnownFile>();

  constructor(clock: Pick<Clock, 'wallTime'> = systemClock) {
    this.#clock = clock;
  }

  /** Starts a new reading of all files. */
  begin(): void {
    this.#latest = new Map();
  }

  /** Reads a file as part of the current reading; throws an `UnreadableFile`. */
  readonly read = (path: string): string => {
    this.#latest.set(path, {});
    // Taken before the text is read, so that a write in between is detected as a change.
    const state = stateOf(path, this.#clock.wallTime() - coarsestTimeMs);
    const text = readFileText(path);
    this.#latest.set(path, { text, ...(state === undefined ? {} : { state }) });
    return text;
  };

  /**
   * Marks the latest contents as known, because they are in use or their problems were reported.
   *
   * @param isWhole Whether all files were read. If not, the other files keep their known contents.
   * @param leftOut Files whose changes are ignored here.
   */
  commit(isWhole: boolean, leftOut: Iterable<string> = []): void {
    this.#known = isWhole ? this.#latest : new Map([...this.#known, ...this.#latest]);
    for (const path of leftOut) this.#known.delete(path);
  }

  /** See {@link Watched}. Files in `present` that are not yet known count as changed. */
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

/** Device, inode, size and times of a file; undefined if it does not exist, or if it changed after `unchangedSince` (ms since 1970). */
function stateOf(path: string, unchangedSince = Infinity): string | undefined {
  try {
    const { dev, ino, size, mtimeMs, ctimeMs } = statSync(path);
    return ctimeMs > unchangedSince ? undefined : `${dev} ${ino} ${size} ${mtimeMs} ${ctimeMs}`;
  } catch {
    return undefined;
  }
}

/** Settings of a watch. */
export interface WatchSetup {
  /** Time from the end of one check to the start of the next, in milliseconds. */
  readonly everyMs: number;
  /** This many checks in a row must find the same change, because a file may still be written to. */
  readonly looks: number;
  readonly clock: Clock;
  /** Reads the files again and commits. */
  readonly onChange: () => Promise<void> | void;
}

/**
 * Polls files. Each check starts after the previous one has finished. Polling is more reliable than notifications: these get lost
 * with links, mounts and network file systems, the usual places of secrets and certificates.
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
