import { STATUS_CODES } from 'node:http';
import type { ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Clock, Timer } from '../../clock.ts';
import { bodyBytes } from './response.ts';
import type { SimulatorResponse } from './response.ts';

/** One request's connection, as the parts that answer see it. */
export interface Wire {
  /** Node's answer object, for proper answers. */
  readonly response: ServerResponse;
  /** The stream below it (TLS included), for improper ones. */
  readonly stream: Duplex;
  /** Resets the connection (RST). */
  readonly reset: () => void;
  /** Waits for so many milliseconds of the simulator's clock; false when the connection is gone by then. */
  readonly wait: (delayMs: number) => Promise<boolean>;
}

/** The head of an answer as bytes on the wire, without Node's care for correctness. */
export function rawHead(response: SimulatorResponse, framing: Readonly<Record<string, string>>): string {
  const lines = [`HTTP/1.1 ${response.status} ${response.reason ?? STATUS_CODES[response.status] ?? 'Unknown'}`];
  for (const [name, value] of Object.entries({ ...response.headers, ...framing })) {
    for (const item of typeof value === 'string' ? [value] : value) lines.push(`${name}: ${item}`);
  }
  return `${lines.join('\r\n')}\r\n\r\n`;
}

/** Sends a proper answer. */
export function sendResponse(wire: Wire, response: SimulatorResponse): void {
  const body = bodyBytes(response);
  // Node would leave out the body of an answer to HEAD, which such servers send.
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

/** Makes the `wait` of a {@link Wire}: the wait ends early when the connection closes. */
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
