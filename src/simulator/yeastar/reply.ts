import type { Clock } from '../../clock.ts';
import { jsonResponse, type SimulatorResponse } from '../kit/response.ts';
import type { World } from '../kit/world.ts';
import type { YeastarModel, YeastarSwitches } from './switches.ts';

/** The reply to a call: the fields of a success, or an error number. */
export type Reply = { readonly fields: Readonly<Record<string, unknown>> } | { readonly errno: string };

/** Headers of all answers of the web server. */
const headers = {
  Server: 'Boa/0.94.14rc21',
  'Accept-Ranges': 'bytes',
  'Content-Type': 'application/json',
  'Access-control-allow-origin': '*',
  'Access-control-allow-methods': 'GET, POST, OPTIONS, PUT, DELETE',
};

/** Makes the HTTP answer of a reply: status 200 for success and failure alike; the connection is closed. */
export function replyResponse(reply: Reply, switches: YeastarSwitches): SimulatorResponse {
  const body =
    'errno' in reply
      ? { status: switches.failureWord, errno: switches.numericTypes ? Number(reply.errno) : reply.errno }
      : { status: 'Success', ...withTypes(reply.fields, switches) };
  return { ...jsonResponse(200, body, headers), close: true };
}

/** Makes the web server's answer for paths outside the API. */
export function pageNotFound(): SimulatorResponse {
  const body = '<HTML><HEAD><TITLE>404 Not Found</TITLE></HEAD><BODY><H1>404 Not Found</H1></BODY></HTML>\n';
  return { status: 404, headers: { ...headers, 'Content-Type': 'text/html' }, body, close: true };
}

const empties = { list: [], null: null, text: '', object: {} } as const;

function withTypes(fields: Readonly<Record<string, unknown>>, { numericTypes, omitEmpty, emptyAs }: YeastarSwitches) {
  const kept = Object.entries(fields).filter(([, value]) => !omitEmpty || !isEmptyList(value));
  return Object.fromEntries(
    kept.map(([name, value]) => {
      if (isEmptyList(value)) return [name, empties[emptyAs]];
      return [name, numericTypes ? withNumbers(value) : value];
    }),
  );
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

function withNumbers(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withNumbers);
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, withNumbers(inner)]));
  }
  return typeof value === 'string' && /^\d{1,15}$/u.test(value) ? Number(value) : value;
}

/** The input of a call. */
interface CallContext {
  readonly world: World;
  readonly clock: Clock;
  readonly switches: YeastarSwitches;
  readonly model: YeastarModel;
  /** Version of the API, from the path. */
  readonly version: string;
  /** Returns a field of the request's body as text; empty if it is missing. */
  readonly parameter: (name: string) => string;
}

/** A call of the API that needs a token. */
export type Call = (context: CallContext) => Reply;
