import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Clock, Timer } from '../clock.ts';
import type { Log } from '../log.ts';
import { lockFile, replaceFile } from './login-guard/file-lock.ts';
import { SeenPeers, type SeenPeersSource } from './seen-peers.ts';

/** Minimum time between two writes of the file, in milliseconds. A crash loses at most the changes of this time. */
const writeEveryMs = 60_000;

/** Dependencies of a store. */
interface SeenPeersStoreSetup {
  readonly clock: Clock;
  readonly log: Log;
  /** Path of the file. Default: the data is kept in memory only. */
  readonly path?: string | undefined;
}

/** Identifies the PBX to which peers belong. Includes the options, because another SIP domain changes the labels. */
export interface SeenPeersOwner {
  readonly name: string;
  readonly family: string;
  readonly url: URL;
  readonly options: Readonly<Record<string, unknown>>;
}

/**
 * The peers seen on all PBXs that list only connected ones. The store outlives targets and, with a file, the process;
 * the file may be shared with other processes. An unusable file is reported once and has no other effect.
 */
export class SeenPeersStore {
  readonly #setup: SeenPeersStoreSetup;
  readonly #known = new Map<string, SeenPeers>();
  #loading: Promise<SavedPeers> | undefined;
  #timer: Timer | undefined;
  #isDirty = false;
  #isLogged = false;

  constructor(setup: SeenPeersStoreSetup) {
    this.#setup = setup;
  }

  /** Returns the source of the peers seen on one PBX. */
  of(owner: SeenPeersOwner): SeenPeersSource {
    const key = keyOf(owner);
    return { load: () => this.#load(key), changed: () => this.#changed() };
  }

  /** Removes all PBXs except these from memory. Their entries in the file remain. */
  keepOnly(owners: readonly SeenPeersOwner[]): void {
    const keys = new Set(owners.map(keyOf));
    for (const key of this.#known.keys()) if (!keys.has(key)) this.#known.delete(key);
  }

  /** Writes pending changes immediately. Resolves even if the file cannot be written. */
  async flush(): Promise<void> {
    this.#timer?.stop();
    this.#timer = undefined;
    await this.#write();
  }

  async #load(key: string): Promise<SeenPeers> {
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    this.#loading ??= this.#read();
    const saved = (await this.#loading).get(key) ?? new Map<string, number>();
    const seen = this.#known.get(key) ?? new SeenPeers();
    if (!this.#known.has(key)) seen.learn([...saved].map(([id, at]) => [id, this.#monotonic(at)]));
    this.#known.set(key, seen);
    return seen;
  }

  #changed(): void {
    if (this.#setup.path === undefined) return;
    this.#isDirty = true;
    this.#timer ??= this.#setup.clock.after(writeEveryMs, () => {
      this.#timer = undefined;
      void this.#write();
    });
  }

  async #read(): Promise<SavedPeers> {
    const { path } = this.#setup;
    if (path === undefined) return new Map();
    try {
      return readSeenPeers(await readFile(path, 'utf8'));
    } catch (thrown) {
      if (codeOf(thrown) !== 'ENOENT') this.#logProblem(thrown);
      return new Map();
    }
  }

  async #write(): Promise<void> {
    const { path, clock } = this.#setup;
    if (path === undefined || !this.#isDirty) return;
    this.#isDirty = false;
    try {
      const release = await lockFile(`${path}.lock`);
      try {
        const others = withoutOld(await this.#read(), clock.wallTime());
        await replaceFile(path, writeSeenPeers(new Map([...others, ...this.#saved()])));
      } finally {
        await release();
      }
      this.#isLogged = false;
    } catch (thrown) {
      this.#logProblem(thrown);
    }
  }

  #saved(): SavedPeers {
    const { clock } = this.#setup;
    const offset = clock.wallTime() - clock.monotonicTime();
    const entries = [...this.#known].map(
      ([key, { seenAt }]) => [key, new Map([...seenAt].map(([id, at]) => [id, at + offset]))] as const,
    );
    return new Map(entries);
  }

  /** Converts wall-clock time to monotonic time. A time in the future, e.g. of a process with another clock, becomes now. */
  #monotonic(wall: number): number {
    const { clock } = this.#setup;
    return clock.monotonicTime() - Math.max(0, clock.wallTime() - wall);
  }

  #logProblem(thrown: unknown): void {
    if (this.#isLogged) return;
    this.#isLogged = true;
    this.#setup.log.warn('file of seen peers', {
      path: this.#setup.path,
      problem: `it cannot be used (${codeOf(thrown) || 'damaged'}): missing phones would not be known after a restart`,
    });
  }
}

function keyOf({ name, family, url, options }: SeenPeersOwner): string {
  const rest = createHash('sha256')
    .update(JSON.stringify([family, url.href, options]))
    .digest('hex');
  return `${name} ${rest.slice(0, 16)}`;
}

function codeOf(thrown: unknown): string {
  return thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
}

/** When each peer was last seen (ms since 1970), by PBX. */
type SavedPeers = ReadonlyMap<string, ReadonlyMap<string, number>>;

const version = 1;
/** Time (ms) after the last seen peer at which a PBX is removed from the file: the longest possible `peers.remember`. */
const oldMs = 168 * 60 * 60_000;

/** Parses the text of a file of seen peers and ignores single malformed entries. Throws an `Error` if the text has another format. */
function readSeenPeers(text: string): SavedPeers {
  const file: unknown = JSON.parse(text);
  if (!isRecord(file) || file['version'] !== version || !isRecord(file['pbxs'])) throw new Error('not of this format');
  const pbxs = Object.entries(file['pbxs']).map(
    ([key, peers]) => [key, new Map(isRecord(peers) ? Object.entries(peers).flatMap(timeOf) : [])] as const,
  );
  return new Map(pbxs);
}

/** Returns the text of a file of seen peers, with times in seconds since 1970. */
function writeSeenPeers(peers: SavedPeers): string {
  const pbxs = [...peers].map(([key, seen]) => [
    key,
    Object.fromEntries([...seen].map(([id, at]) => [id, Math.round(at / 1000)])),
  ]);
  return `${JSON.stringify({ version, pbxs: Object.fromEntries(pbxs) })}\n`;
}

/** Removes PBXs on which no peer was seen within `oldMs`. */
function withoutOld(peers: SavedPeers, now: number): SavedPeers {
  return new Map([...peers].filter(([, seen]) => [...seen.values()].some((at) => now - at < oldMs)));
}

function timeOf([id, seconds]: readonly [string, unknown]): readonly (readonly [string, number])[] {
  return typeof seconds === 'number' && Number.isFinite(seconds) ? [[id, seconds * 1000]] : [];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
