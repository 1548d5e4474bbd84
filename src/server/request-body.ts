import type { IncomingMessage, ServerResponse } from 'node:http';
import { sendText } from './routes.ts';

/** Whether a request brings a body, or says that it will. */
export function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) !== 0;
}

/** Nothing here takes a body, so none is read: the answer is sent and the connection closed. */
export function refuseBody(response: ServerResponse): void {
  response.setHeader('Connection', 'close');
  sendText(response, 413, 'Requests with a body are not taken.\n');
}
