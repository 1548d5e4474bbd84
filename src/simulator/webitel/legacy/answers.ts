import { createHash } from 'node:crypto';
import type { SimulatorResponse } from '../../kit/response.ts';

/** How the engine's answers look on the outside. */
export interface Appearance {
  /** The engine's own time, milliseconds since 1970. */
  readonly time: number;
  /** Whether a proxy takes the name of the engine away. */
  readonly hidePoweredBy: boolean;
}

/** An answer with the headers that the engine puts on all of them. */
export function engineResponse(
  { status, body: value }: EngineAnswer,
  { time, hidePoweredBy }: Appearance,
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

/** What the engine answers, before its headers are added. */
export interface EngineAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** `{"status":"OK","info":...}` */
export function good(info: unknown): EngineAnswer {
  return { status: 200, body: { status: 'OK', info } };
}

/** `{"status":"error","info":...}` */
export function refused(status: number, info: string): EngineAnswer {
  return { status, body: { status: 'error', info } };
}

/** The older form of an error. */
export function refusedOld(status: number, message: string): EngineAnswer {
  return { status, body: { status, message } };
}

/** How the engine passes on a text of the console or FreeSWITCH that begins with `-ERR`. */
export function consoleError(text: string): EngineAnswer {
  return refused(/not found/i.test(text) ? 404 : 500, text);
}

/** How the engine passes on a reply of the console: refusals and silence as errors, everything else as `read` understands it. */
export function consoleAnswer(reply: string | undefined, read: (reply: string) => unknown): EngineAnswer {
  if (reply === undefined) return consoleError(consoleDown);
  if (reply === '') return refused(500, 'Bad response console server.');
  return /^-(?:ERR|USAGE:)/.test(reply) ? consoleError(reply) : good(read(reply));
}

/** Without a console. */
export const consoleDown = '-ERR: Console connect error';
/** Without FreeSWITCH. */
export const freeSwitchDown = '-ERR: FreeSWITCH server connect close!';
