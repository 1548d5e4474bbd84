import { type FileHandle, link, open, readFile, rename, stat, unlink } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';

/** A lock older than this (ms) belongs to nobody who works: whoever holds it does so for some milliseconds. */
const staleAfterMs = 10_000;
/** How long somebody who works is waited for, in milliseconds. */
const patienceMs = 3_000;
const triesEveryMs = 20;

/**
 * Takes the lock file at a path and returns the function that releases it. A lock is ignored if its process is dead, or if it
 * is older than any work takes. Rejects if another process keeps it for too long, or if the folder cannot be written to.
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
    // A full disk: an empty lock would hold up everybody once there is room again.
    await unlink(path).catch(() => {});
    throw thrown;
  } finally {
    await file.close();
  }
}

/** Moved away before it is removed, and put back when it is a new one by then: two processes may find the same dead lock. */
async function removeIfStale(path: string, mark: string): Promise<void> {
  const owner = await readOwner(path);
  if (owner === undefined || !owner.stale) return;
  const aside = `${path}.${mark.replace(' ', '.')}`;
  try {
    await rename(path, aside);
    if ((await readFile(aside, 'utf8')) !== owner.text) await link(aside, path).catch(() => {});
    await unlink(aside);
  } catch {
    // Somebody else was quicker.
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

/** Whether no process of this number is there; a lock that is just being written has no number yet. */
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

/** Writes a file so that at any moment either the old or the new one is there, whole. */
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
