import type { Fault } from './fault.ts';

/** The answer of a family's handler. */
export interface SimulatorResponse {
  readonly status: number;
  /** Names keep their case on the wire; a list is sent as one header per item. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  /** Sent as UTF-8. Default: empty. */
  readonly body?: string | Buffer;
  /**
   * How the end of the body is marked: by a matching Content-Length, or only by closing the connection, in which case a
   * truncated body looks complete. Default: `length`.
   */
  readonly framing?: 'length' | 'close';
  /** Delay before the answer, in milliseconds of the simulator's clock. Default: 0. */
  readonly delayMs?: number;
  /** Whether to close the connection after the answer. Default: false. */
  readonly close?: boolean;
  /** Reason phrase, if the vendor uses its own. */
  readonly reason?: string;
}

/** An answer, or a fault on the wire that is normal behaviour of this vendor (e.g. closing without sending a byte). */
export type Reaction = SimulatorResponse | { readonly fault: Fault };

/** Makes a JSON answer. */
export function jsonResponse(
  status: number,
  value: unknown,
  headers: Readonly<Record<string, string | readonly string[]>> = {},
): SimulatorResponse {
  return {
    status,
    headers: { 'Content-Type': 'application/json; charset=utf-8', ...headers },
    body: JSON.stringify(value),
  };
}

/** Returns the body as bytes. */
export function bodyBytes(response: SimulatorResponse): Buffer {
  return typeof response.body === 'string' ? Buffer.from(response.body, 'utf8') : (response.body ?? Buffer.alloc(0));
}
