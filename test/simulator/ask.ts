import { Agent, request } from 'node:http';
import { request as secureRequest } from 'node:https';
import type { IncomingHttpHeaders, RequestOptions } from 'node:http';

/** The response, or the error of the attempt. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly text: string;
  /** Error code of the connection, e.g. ECONNRESET; also set if the connection broke within the body. */
  readonly error: string | undefined;
}

/** Sends one request, on a new connection unless an agent is given. Never rejects. */
export function ask(
  url: URL | string,
  options: RequestOptions & { body?: string; rejectUnauthorized?: boolean } = {},
): Promise<Answer> {
  return new Promise((resolve) => {
    const pieces: Buffer[] = [];
    let status = 0;
    let headers: IncomingHttpHeaders = {};
    const finish = (error?: Error & { code?: string }): void => {
      const body = Buffer.concat(pieces);
      resolve({ status, headers, body, text: body.toString('utf8'), error: error && (error.code ?? error.message) });
    };
    const { body, ...rest } = options;
    const secure = String(url).startsWith('https:');
    const outgoing = (secure ? secureRequest : request)(url, { agent: false, ...rest }, (incoming) => {
      status = incoming.statusCode ?? 0;
      headers = incoming.headers;
      incoming.on('data', (piece: Buffer) => pieces.push(piece));
      incoming.on('end', () => finish());
      incoming.on('error', finish);
    });
    outgoing.on('error', finish);
    outgoing.end(body);
  });
}

/** Returns an agent that keeps one connection. */
export function keepAlive(): Agent {
  return new Agent({ keepAlive: true, maxSockets: 1 });
}

/** Posts form fields. */
export function postForm(
  url: URL | string,
  fields: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const all = { 'content-type': 'application/x-www-form-urlencoded', ...headers };
  return ask(url, { method: 'POST', headers: all, body: new URLSearchParams(fields).toString() });
}
