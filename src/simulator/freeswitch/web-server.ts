import type { SimulatorRequest } from '../kit/request.ts';
import type { SimulatorResponse } from '../kit/response.ts';

/** A command with its arguments, as the web server extracts it from a request. */
export interface CommandRequest {
  readonly face: 'txtapi' | 'xmlapi' | 'webapi' | 'api';
  readonly command: string;
  readonly line: string;
}

/** Maximum length of a request line in bytes. */
const requestLineLimit = 4096;
const types = { txtapi: 'text/plain', xmlapi: 'text/xml', webapi: 'text/html', api: 'text/html' } as const;

/** Reports whether the request line is too long. */
export function isTooLong({ method, rawTarget }: SimulatorRequest): boolean {
  return Buffer.byteLength(`${method} ${rawTarget} HTTP/1.1`) > requestLineLimit;
}

/** Extracts the command from a request; undefined if the path has none. Any path may precede `face`; `+` is not a space. */
export function readCommand({ rawTarget }: SimulatorRequest): CommandRequest | undefined {
  const target = decoded(rawTarget);
  const [, face, command = '', line = ''] = /\/(txtapi|xmlapi|webapi|api)\/([^/?]+)(?:\?(.*))?$/su.exec(target) ?? [];
  if (face !== 'txtapi' && face !== 'xmlapi' && face !== 'webapi' && face !== 'api') return undefined;
  return { face, command, line };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Makes the answer to a command, without Content-Length; its content type depends on `face`, not on the body. */
export function commandResponse(
  face: CommandRequest['face'],
  body: string | Buffer,
  caller: { readonly user: string; readonly domain: string },
): SimulatorResponse {
  const headers = {
    'Content-Type': types[face],
    Server: 'FreeSWITCH-1.10.12-release~64bit-mod_xml_rpc',
    'freeswitch-user': caller.user,
    'freeswitch-domain': caller.domain,
  };
  return { status: 200, reason: 'OK', framing: 'close', headers, body };
}

const reasons: Readonly<Record<number, string>> = {
  401: 'Unauthorized',
  404: 'Not Found',
  408: 'Request Timeout',
  500: 'Internal Server Error',
  686: 'No Reason',
};

/** Makes an error page of the web server, with Content-Length. */
export function errorPage(status: number, headers: Readonly<Record<string, string>> = {}): SimulatorResponse {
  const reason = reasons[status] ?? 'No Reason';
  const body = `<HTML><HEAD><TITLE>Error ${status}</TITLE></HEAD><BODY><H1>Error ${status}</H1><P>${reason}</P></BODY></HTML>`;
  return {
    status,
    reason,
    close: true,
    headers: { Server: 'Freeswitch xmlrpc-c_abyss /1.26.0', 'Content-type': 'text/html', ...headers },
    body,
  };
}
