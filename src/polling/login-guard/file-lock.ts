import { type FileHandle, link, open, readFile, rename, stat, unlink } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';

/** A lock older than this (ms) is stale: a running process holds it for a few milliseconds only. */
const staleAfterMs = 10_000;
/** How long to wait for the lock of a running process, in milliseconds. */
const patienceMs = 3_000;
const triesEveryMs = 20;

/**
 * Takes the lock file at a path and returns the function that releases it. Removes a stale lock: its process is dead, or
 * it is older than any operation takes. Rejects if another process holds the lock for too long, or if the folder is not
 * writable.
 */
export async function lockFile(path: string): Promise<() => Promise<void>> {
  const mark = `${process.pid} ${Math.random().toString(36).slice(2)}`;
  for (let waitedMs = 0; waitedMs < patienceMs; waitedMs += triesEveryMs) {
    if (await create(path, mark)) return () => unlink(path).catch(() => {});
    await removeIfStale(path, mark);
    await wait(triesEveryMs);
  }
  throw Object.assign(new Error('the lock is held by another process'), { code: 'ELOCKED' });
}

async function create(path: string, mark: string): Promise<boolean> {
  const file = await open(path, 'wx', 0o600).catch((thrown: unknown) => {
    if (codeOf(thrown) === 'EEXIST') return undefined;
    throw thrown;
  });
  if (file === undefined) return false;
  try {
    await file.writeFile(mark);
    return true;
  } catch (thrown) {
    // The disk may be full. An empty lock would delay every process once there is space again.
    await unlink(path).catch(() => {});
    throw thrown;
  } finally {
    await file.close();
  }
}

/** Removes a stale lock. Renames it first, and restores it if it turns out to be a new one: two processes may find the same stale lock. */
async function removeIfStale(path: string, mark: string): Promise<void> {
  const owner = await readOwner(path);
  if (owner === undefined || !owner.stale) return;
  const aside = `${path}.${mark.replace(' ', '.')}`;
  try {
    await rename(path, aside);
    if ((await readFile(aside, 'utf8')) !== owner.text) await link(aside, path).catch(() => {});
    await unlink(aside);
  } catch {
    // Another process removed it first.
  }
}

async function readOwner(path: string): Promise<{ readonly text: string; readonly stale: boolean } | undefined> {
  try {
    const [text, { mtimeMs }] = await Promise.all([readFile(path, 'utf8'), stat(path)]);
    const isOld = Date.now() - mtimeMs > staleAfterMs;
    return { text, stale: isOld || isDead(Number(text.split(' ')[0])) };
  } catch {
    return undefined;
  }
}

/** Reports whether no process with this id exists. A lock that is still being written contains no id; its process counts as alive. */
function isDead(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (thrown) {
    return codeOf(thrown) === 'ESRCH';
  }
}

function codeOf(thrown: unknown): string {
  return thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
}

/** Replaces a file atomically: readers find either the complete old or the complete new content. */
export async function replaceFile(path: string, text: string): Promise<void> {
  const next = `${path}.${process.pid}.new`;
  const file = await open(next, 'w', 0o600);
  try {
    await writeAndClose(file, text);
    await rename(next, path);
  } catch (thrown) {
    await unlink(next).catch(() => {});
    throw thrown;
  }
}

async function writeAndClose(file: FileHandle, text: string): Promise<void> {
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}
