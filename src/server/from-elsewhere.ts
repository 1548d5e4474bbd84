import type { IncomingMessage } from 'node:http';

/** Whether a page of another site caused a request: browsers say so with each one; nobody else sends this header. */
export function isFromElsewhere({ headers }: IncomingMessage): boolean {
  const site = headers['sec-fetch-site'];
  return site !== undefined && site !== 'same-origin' && site !== 'none';
}
