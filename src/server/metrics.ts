import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { negotiateEncoding, negotiateFormat, pageHeaders } from '../exposition/negotiate.ts';
import type { Exposition, PageChoice } from '../exposition/page.ts';
import { release } from '../exposition/page-chunks.ts';
import type { Fleet } from '../fleet/fleet.ts';
import type { Route } from './routes.ts';

/** `/metrics`: everything known about all targets; sends no request to a PBX, so it answers immediately. */
export function metricsRoute(fleet: () => Fleet, exposition: Exposition): Route {
  return {
    path: '/metrics',
    methods: ['GET'],
    handle: ({ request, response }) =>
      sendPage(request, response, (choice) => exposition.metricsPage(fleet().targets, choice)),
  };
}

/** A reader that takes nothing for so long (ms) is cut off: it holds memory that others need. */
const stalledReaderMs = 30_000;

/** Answers with a page of metrics in the format and encoding that the client asks for; of a `HEAD` request the headers only. */
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
    // Where nothing waits for the reader, it is we who are late: an exporter with too much to do must not cut its readers off.
    if ((response.socket?.writableLength ?? 0) > 0) response.destroy();
  });
  // A response hands its bytes to the operating system and keeps none.
  await writePage(page({ format, encoding }), response, release);
}

function headerText(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'object' ? value.join(', ') : value;
}

/** Error codes of a connection that the reader has closed. */
const readerGone = new Set(['ERR_STREAM_PREMATURE_CLOSE', 'ERR_STREAM_DESTROYED', 'EPIPE', 'ECONNRESET']);

/** The first bytes go out when there are so many, so that the reader sees at once that the page comes. */
const firstBatch = 4_096;
/** The others go out in batches of about this many bytes, each with one call of the operating system. */
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
    if (!readerGone.has(code)) throw error;
  }
}

async function writeBatches(
  page: AsyncIterable<Buffer>,
  destination: Writable,
  onWritten: (piece: Buffer) => void,
): Promise<void> {
  const ended = finished(destination, { readable: false });
  // Waited for below; without this a reader that goes away while the page is made would end the program.
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

/** Writes the last piece of a batch; resolves when all of the batch was taken. */
function flush(destination: Writable, piece: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    destination.write(piece, (error) => (error ? reject(error) : resolve()));
    destination.uncork();
  });
}
