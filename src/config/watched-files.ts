import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Clock, Timer } from '../clock.ts';
import { readFileText } from './read-file.ts';

/** Something that was made from files, which may change. */
export interface Watched {
  /** Tells how the files differ from what is known of them; empty where they do not, the same text for the same difference. Never rejects. */
  difference(): Promise<string>;
}

/**
 * The files that something is made from: read, compared with what they hold now, and committed once that something is in use. Contents are
 * compared, not times: mounted secrets are swapped by links, and some file systems count whole seconds.
 */
export class WatchedFiles {
  #known = new Map<string, string | undefined>();
  #latest = new Map<string, string | undefined>();

  /** Begins to read everything anew. */
  begin(): void {
    this.#latest = new Map();
  }

  /** Text of a file, which belongs to what is read now; throws an `UnreadableFile`. */
  readonly read = (path: string): string => {
    this.#latest.set(path, undefined);
    const text = readFileText(path);
    this.#latest.set(path, text);
    return text;
  };

  /**
   * Takes what was read last as known: it is in use, or its problems were told.
   *
   * @param isWhole Whether everything was read; otherwise files of which the reading knows nothing stay as they are known.
   * @param leftOut Files whose changes are nobody's business here.
   */
  commit(isWhole: boolean, leftOut: Iterable<string> = []): void {
    this.#known = isWhole ? this.#latest : new Map([...this.#known, ...this.#latest]);
    for (const path of leftOut) this.#known.delete(path);
  }

  /** See {@link Watched}. `present` are files that have to be known as well. */
  async difference(present: readonly string[] = []): Promise<string> {
    const files = [...new Set([...this.#known.keys(), ...present])];
    const texts = await Promise.all(files.map((path) => readFile(path, 'utf8').catch(() => undefined)));
    const changed = files
      .map((path, index) => ({ path, text: texts[index] }))
      .filter(({ path, text }) => text !== this.#known.get(path) || !this.#known.has(path));
    if (changed.length === 0) return '';
    return createHash('sha256').update(JSON.stringify(changed)).digest('base64');
  }
}

/** How a watch looks and what it does. */
export interface WatchSetup {
  /** Time between two looks in milliseconds. */
  readonly everyMs: number;
  /** So many looks in a row must see the same change: a file may still be written to. */
  readonly looks: number;
  readonly clock: Clock;
  /** Reads the files anew and commits. */
  readonly onChange: () => Promise<void> | void;
}

/**
 * Looks at files again and again, each time after the one before has come to its end. Looking beats being told: notifications are lost over
 * links, mounts and network file systems, where secrets and certificates mostly are.
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
