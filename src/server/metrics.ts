import type { IncomingMessage, ServerResponse } from 'node:http';
import { negotiateEncoding, negotiateFormat, pageHeaders } from '../exposition/negotiate.ts';
import type { Exposition, PageChoice } from '../exposition/page.ts';
import { release } from '../exposition/temporary-buffers.ts';
import { writePage } from '../exposition/write-page.ts';
import type { Fleet } from '../fleet/fleet.ts';
import type { Route } from './routes.ts';

/** `/metrics`: everything known of all targets; asks no PBX, so it answers at once. */
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
