import type { Clock } from '../../clock.ts';
import type { SimulatorResponse } from '../kit/response.ts';

/** The result of an API action. */
export interface Result {
  /** Value of `data`; maps must be converted by {@link phpMap}. */
  readonly data: unknown;
  readonly result?: boolean;
  /** Value of `messages`. Default: an empty list. */
  readonly messages?: unknown;
  readonly status?: number;
  /** Time until the answer, in milliseconds. Default: 0. */
  readonly tookMs?: number;
  /** Additional headers. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
}

/** Converts a map as PHP does: an empty map becomes an empty list. */
export function phpMap(entries: Readonly<Record<string, unknown>>): unknown {
  return Object.keys(entries).length === 0 ? [] : entries;
}

/** Makes an answer of the API up to 2024. */
export function legacyEnvelope(clock: Clock, action: string, result: Result): SimulatorResponse {
  return json(result, {
    jsonapi: { version: '1.0' },
    result: result.result ?? true,
    data: result.data,
    messages: result.messages ?? [],
    function: action,
    processor: 'MikoPBX\\PBXCoreREST\\Lib\\SIPStackProcessor::main',
    pid: 16_729,
    meta: meta(clock),
  });
}

/** Makes an answer of the API from 2025.1 on. */
export function v3Envelope(clock: Clock, action: string, result: Result): SimulatorResponse {
  const status = result.status ?? 200;
  return json(result, {
    result: result.result ?? true,
    data: result.data,
    messages: result.messages ?? [],
    function: action,
    processor: action === '' ? '' : 'MikoPBX\\PBXCoreREST\\Lib\\Processor::callBack',
    pid: 321,
    ...(status === 200 ? {} : { httpCode: status }),
    meta: meta(clock),
  });
}

/** Makes an error of the front end of the API up to 2024. */
export function legacyErrors(clock: Clock, status: number, error: string): SimulatorResponse {
  return json({ data: undefined, status }, { jsonapi: { version: '1.0' }, errors: [error], meta: meta(clock) });
}

/** Makes a JSON answer with the content type and escaping of MikoPBX. */
export function json(
  result: Pick<Result, 'status' | 'tookMs' | 'headers'> & { data?: unknown },
  value: unknown,
): SimulatorResponse {
  return {
    status: result.status ?? 200,
    headers: { 'Content-Type': 'application/json', ...result.headers },
    body: JSON.stringify(value).replaceAll('/', String.raw`\/`),
    ...(result.tookMs === undefined || result.tookMs === 0 ? {} : { delayMs: result.tookMs }),
  };
}

/** Returns the `meta` object of every answer. */
export function meta(clock: Clock): Readonly<Record<string, string>> {
  const timestamp = new Date(clock.wallTime()).toISOString().replace(/\.\d+Z$/, '+00:00');
  return { timestamp, hash: '68fa513e851d9452aeed7f8f16ad61cb8705c4e5' };
}
