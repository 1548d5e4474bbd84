import { createHash } from 'node:crypto';
import type { SimulatorResponse } from '../../kit/response.ts';

/** Values for the headers of the engine's answers. */
export interface HeaderSettings {
  /** Clock of the engine, in milliseconds since 1970. */
  readonly time: number;
  /** Whether a proxy removes the header `X-Powered-By`. */
  readonly hidePoweredBy: boolean;
}

/** Adds the headers that all answers of the engine have. */
export function engineResponse(
  { status, body: value }: EngineAnswer,
  { time, hidePoweredBy }: HeaderSettings,
): SimulatorResponse {
  const body = JSON.stringify(value);
  return {
    status,
    headers: {
      ...(hidePoweredBy ? {} : { 'X-Powered-By': 'Webitel' }),
      Date: new Date(time).toUTCString(),
      'Access-Control-Allow-Origin': '*',
      'Access-Control-Allow-Methods': 'POST, GET, PUT, DELETE, OPTIONS, PATCH',
      'Access-Control-Allow-Headers':
        'X-Requested-With, X-HTTP-Method-Override, Content-Type, Accept, X-Key, X-Access-Token',
      'Content-Type': 'application/json; charset=utf-8',
      ETag: `W/"${createHash('sha1').update(body).digest('hex').slice(0, 16)}"`,
    },
    body,
  };
}

/** An answer of the engine without its headers. */
export interface EngineAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** Makes `{"status":"OK","info":...}`. */
export function good(info: unknown): EngineAnswer {
  return { status: 200, body: { status: 'OK', info } };
}

/** Makes `{"status":"error","info":...}`. */
export function refused(status: number, info: string): EngineAnswer {
  return { status, body: { status: 'error', info } };
}

/** Makes an error in the older form, `{"status":401,"message":...}`. */
export function refusedOld(status: number, message: string): EngineAnswer {
  return { status, body: { status, message } };
}

/** Makes the answer to a client from a text of the console or FreeSWITCH that begins with `-ERR`. */
export function consoleError(text: string): EngineAnswer {
  return refused(/not found/i.test(text) ? 404 : 500, text);
}

/** Makes the answer to a client from a reply of the console: an error if the reply is one or is missing, otherwise read by `read`. */
export function consoleAnswer(reply: string | undefined, read: (reply: string) => unknown): EngineAnswer {
  if (reply === undefined) return consoleError(consoleDown);
  if (reply === '') return refused(500, 'Bad response console server.');
  return /^-(?:ERR|USAGE:)/.test(reply) ? consoleError(reply) : good(read(reply));
}

/** Error text if the console is not connected. */
export const consoleDown = '-ERR: Console connect error';
/** Error text if FreeSWITCH is not connected. */
export const freeSwitchDown = '-ERR: FreeSWITCH server connect close!';
