import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** What a connection says that the reader has closed. */
const readerGone = new Set(['ERR_STREAM_PREMATURE_CLOSE', 'EPIPE', 'ECONNRESET']);

/**
 * Writes a page chunk by chunk and ends the destination; the next chunk is made only when the last one was taken.
 * A reader that goes away before the end stops the page and is no error; any other error is thrown, and the destination
 * is destroyed, so that the reader cannot take half a page for a whole one.
 */
export async function writePage(page: AsyncIterable<Buffer>, destination: Writable): Promise<void> {
  try {
    await pipeline(page, destination);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (!readerGone.has(code)) throw error;
  }
}
