import { type FileHandle, open, rename, unlink } from 'node:fs/promises';

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
