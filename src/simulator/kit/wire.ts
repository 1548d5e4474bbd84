import { STATUS_CODES } from 'node:http';
import type { ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Clock, Timer } from '../../clock.ts';
import { bodyBytes } from './response.ts';
import type { SimulatorResponse } from './response.ts';

/** The connection of one request, used to answer it. */
export interface Wire {
  /** Node's response object, for valid answers. */
  readonly response: ServerResponse;
  /** The stream below the response (a TLS socket with HTTPS), for invalid answers. */
  readonly stream: Duplex;
  /** Resets the connection (RST). */
  readonly reset: () => void;
  /** Waits this many milliseconds of the simulator's clock; false if the connection is closed by then. */
  readonly wait: (delayMs: number) => Promise<boolean>;
}

/** Returns the status line and headers as sent on the wire; unlike Node, checks nothing. */
export function rawHead(response: SimulatorResponse, framing: Readonly<Record<string, string>>): string {
  const lines = [`HTTP/1.1 ${response.status} ${response.reason ?? STATUS_CODES[response.status] ?? 'Unknown'}`];
  for (const [name, value] of Object.entries({ ...response.headers, ...framing })) {
    for (const item of typeof value === 'string' ? [value] : value) lines.push(`${name}: ${item}`);
  }
  return `${lines.join('\r\n')}\r\n\r\n`;
}

/** Sends a valid answer. */
export function sendResponse(wire: Wire, response: SimulatorResponse): void {
  const body = bodyBytes(response);
  // Written directly: servers with this framing send a body even in answer to HEAD, which Node would leave out.
  if (response.framing === 'close')
    return void wire.stream.end(Buffer.concat([Buffer.from(rawHead(response, { Connection: 'close' })), body]));
  for (const [name, value] of Object.entries(response.headers ?? {})) {
    wire.response.setHeader(name, typeof value === 'string' ? value : [...value]);
  }
  wire.response.setHeader('Content-Length', body.length);
  if (response.close === true) wire.response.setHeader('Connection', 'close');
  wire.response.writeHead(response.status, response.reason ?? STATUS_CODES[response.status] ?? 'Unknown');
  wire.response.end(body);
}

/** Makes the `wait` of a {@link Wire}, which ends early if the connection closes. */
export function waitOn(clock: Clock, stream: Duplex): (delayMs: number) => Promise<boolean> {
  return (delayMs) =>
    new Promise((resolve) => {
      let timer: Timer | undefined = undefined;
      const gone = (): void => {
        timer?.stop();
        resolve(false);
      };
      timer = clock.after(delayMs, () => {
        stream.off('close', gone);
        resolve(!stream.destroyed);
      });
      stream.once('close', gone);
      if (stream.destroyed) gone();
    });
}
