import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Clock, Timer } from '../clock.ts';
import type { Log } from '../log.ts';
import { lockFile, replaceFile } from './login-guard/file-lock.ts';
import { SeenPeers, type SeenPeersSource } from './seen-peers.ts';

/** The file is written at most this often, in milliseconds: what a crash costs is so much of the time for which peers are remembered. */
const writeEveryMs = 60_000;

/** What a store is made from. */
interface SeenPeersStoreSetup {
  readonly clock: Clock;
  readonly log: Log;
  /** Default: what is known lives as long as the process. */
  readonly path?: string | undefined;
}

/** What tells one PBX's peers from another's: with another SIP domain, the labels are other ones. */
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
  #told = false;

  constructor(setup: SeenPeersStoreSetup) {
    this.#setup = setup;
  }

  /** Where the target of a PBX finds its own. */
  of(owner: SeenPeersOwner): SeenPeersSource {
    const key = keyOf(owner);
    return { load: () => this.#load(key), changed: () => this.#changed() };
  }

  /** Forgets all PBXs but these; what the file has of them stays there. */
  keepOnly(owners: readonly SeenPeersOwner[]): void {
    const keys = new Set(owners.map(keyOf));
    for (const key of this.#known.keys()) if (!keys.has(key)) this.#known.delete(key);
  }

  /** Resolves when everything that is known is in the file, or could not be written. */
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
      if (codeOf(thrown) !== 'ENOENT') this.#tell(thrown);
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
      this.#told = false;
    } catch (thrown) {
      this.#tell(thrown);
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

  /** A time of the wall clock that lies ahead, because clocks differ, is now. */
  #monotonic(wall: number): number {
    const { clock } = this.#setup;
    return clock.monotonicTime() - Math.max(0, clock.wallTime() - wall);
  }

  #tell(thrown: unknown): void {
    if (this.#told) return;
    this.#told = true;
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

/** When each peer was seen last (ms since 1970), by PBX. */
type SavedPeers = ReadonlyMap<string, ReadonlyMap<string, number>>;

const version = 1;
/** A PBX that was not used for this long (ms) is removed: as long as peers can be remembered. */
const oldMs = 168 * 60 * 60_000;

/** Understands the text of a file of seen peers. Throws an `Error` for one that is none; single entries of another shape are left out. */
function readSeenPeers(text: string): SavedPeers {
  const file: unknown = JSON.parse(text);
  if (!isRecord(file) || file['version'] !== version || !isRecord(file['pbxs'])) throw new Error('not of this format');
  const pbxs = Object.entries(file['pbxs']).map(
    ([key, peers]) => [key, new Map(isRecord(peers) ? Object.entries(peers).flatMap(timeOf) : [])] as const,
  );
  return new Map(pbxs);
}

/** The text of such a file: times in seconds since 1970. */
function writeSeenPeers(peers: SavedPeers): string {
  const pbxs = [...peers].map(([key, seen]) => [
    key,
    Object.fromEntries([...seen].map(([id, at]) => [id, Math.round(at / 1000)])),
  ]);
  return `${JSON.stringify({ version, pbxs: Object.fromEntries(pbxs) })}\n`;
}

/** Without PBXs at which nobody was seen for as long as peers can be remembered. */
function withoutOld(peers: SavedPeers, now: number): SavedPeers {
  return new Map([...peers].filter(([, seen]) => [...seen.values()].some((at) => now - at < oldMs)));
}

function timeOf([id, seconds]: readonly [string, unknown]): readonly (readonly [string, number])[] {
  return typeof seconds === 'number' && Number.isFinite(seconds) ? [[id, seconds * 1000]] : [];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
