import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { negotiateEncoding, negotiateFormat, pageHeaders } from '../exposition/negotiate.ts';
import type { Exposition, PageChoice } from '../exposition/page.ts';
import { release } from '../exposition/page-chunks.ts';
import type { Fleet } from '../fleet/fleet.ts';
import type { Route } from './routes.ts';

/** `/metrics`: everything known about all targets. It sends no request to a PBX, so it answers immediately. */
export function metricsRoute(fleet: () => Fleet, exposition: Exposition): Route {
  return {
    path: '/metrics',
    methods: ['GET'],
    handle: ({ request, response }) =>
      sendPage(request, response, (choice) => exposition.metricsPage(fleet().targets, choice)),
  };
}

/** A reader that accepts no data for this long (ms) is disconnected, because its buffers use memory. */
const stalledReaderMs = 30_000;

/** Sends a page of metrics in the format and encoding that the client requests; for `HEAD`, only the headers. */
export async function sendPage(
  request: IncomingMessage,
  response: ServerResponse,
  page: (choice: PageChoice) => AsyncIterable<Buffer>,
  stalledAfterMs = stalledReaderMs,
): Promise<void> {
  const format = negotiateFormat(request.headers.accept);
  const encoding = negotiateEncoding(headerText(request.headers['accept-encoding']));
  response.writeHead(200, pageHeaders(format, encoding));
  if (request.method === 'HEAD') {
    response.end();
    return;
  }
  response.setTimeout(stalledAfterMs, () => {
    // If no data is buffered, the exporter itself is late. An overloaded exporter must not disconnect its readers.
    if ((response.socket?.writableLength ?? 0) > 0) response.destroy();
  });
  // Pieces can be released, because a response passes its bytes to the operating system and keeps no reference.
  await writePage(page({ format, encoding }), response, release);
}

function headerText(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'object' ? value.join(', ') : value;
}

/** Error codes of a connection that was closed by the reader. */
const clientDisconnectCodes = new Set(['ERR_STREAM_PREMATURE_CLOSE', 'ERR_STREAM_DESTROYED', 'EPIPE', 'ECONNRESET']);

/** Size in bytes of the first batch. It is small, so that the reader receives data immediately. */
const firstBatch = 4_096;
/** Approximate size in bytes of all further batches; each is written with one system call. */
const batchSize = 131_072;

/**
 * Writes a page batch by batch and ends the destination. Pieces are passed on without copying, and the next piece is
 * requested only after the previous batch was accepted. If the reader disconnects early, writing stops without an error.
 * Any other error is thrown, and the destination is destroyed, so that the reader cannot mistake half a page for a whole one.
 *
 * @param onWritten Called with each piece when the destination has finished with it. Default: no callback.
 */
export async function writePage(
  page: AsyncIterable<Buffer>,
  destination: Writable,
  onWritten: (piece: Buffer) => void = () => {},
): Promise<void> {
  try {
    await writeBatches(page, destination, onWritten);
  } catch (error) {
    destination.destroy();
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (!clientDisconnectCodes.has(code)) throw error;
  }
}

async function writeBatches(
  page: AsyncIterable<Buffer>,
  destination: Writable,
  onWritten: (piece: Buffer) => void,
): Promise<void> {
  const ended = finished(destination, { readable: false });
  // Awaited below. Without this handler, a reader that disconnects early would crash the program.
  ended.catch(() => {});
  let left = firstBatch;
  let batch: Buffer[] = [];
  destination.cork();
  for await (const piece of page) {
    if (destination.destroyed) break;
    left -= piece.length;
    batch.push(piece);
    if (left > 0) {
      destination.write(piece);
      continue;
    }
    await Promise.race([flush(destination, piece), ended]);
    batch.forEach(onWritten);
    batch = [];
    destination.cork();
    left = batchSize;
  }
  destination.uncork();
  if (!destination.destroyed) destination.end();
  await ended;
}

/** Writes the last piece of a batch; resolves when the destination has accepted the whole batch. */
function flush(destination: Writable, piece: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    destination.write(piece, (error) => (error ? reject(error) : resolve()));
    destination.uncork();
  });
}
