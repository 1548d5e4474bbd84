import type { Fault } from './fault.ts';

/** What a family's handler answers. */
export interface SimulatorResponse {
  readonly status: number;
  /** Names keep their case on the wire; a list is sent as one header line per item. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  /** Sent as UTF-8. Default: empty. */
  readonly body?: string | Buffer;
  /**
   * How the client learns where the body ends: by a matching Content-Length, or by only the end of the connection, so that a
   * body that was cut looks whole. Default: `length`.
   */
  readonly framing?: 'length' | 'close';
  /** Wait so many milliseconds of the simulator's clock before answering. Default: 0. */
  readonly delayMs?: number;
  /** Close the connection after the answer. Default: keep it alive. */
  readonly close?: boolean;
  /** Reason phrase, where the vendor has its own. */
  readonly reason?: string;
}

/** An answer, or a misbehaviour on the wire that is this vendor's normal way (e.g. closing without a byte). */
export type Reaction = SimulatorResponse | { readonly fault: Fault };

/** A JSON answer. */
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

/** The body as bytes. */
export function bodyBytes(response: SimulatorResponse): Buffer {
  return typeof response.body === 'string' ? Buffer.from(response.body, 'utf8') : (response.body ?? Buffer.alloc(0));
}
