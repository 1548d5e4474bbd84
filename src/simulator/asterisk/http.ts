import { mediaType, readCookies, readForm } from '../kit/request.ts';
import type { SimulatorRequest } from '../kit/request.ts';
import type { SimulatorResponse } from '../kit/response.ts';

/** Limits of the HTTP server of Asterisk, in bytes. */
const requestLineLimit = 4096;
const bodyLimit = 40_960;

const pages = {
  403: { title: 'Forbidden', text: 'Access denied by ACL' },
  400: { title: 'Bad Request', text: 'Request line too long' },
  404: { title: 'Not Found', text: 'The requested URL was not found on this server.' },
  413: { title: 'Request Entity Too Large', text: 'Body too large' },
  503: { title: 'Service Unavailable', text: 'Shutdown in progress' },
  501: { title: 'Not Implemented', text: 'Attempt to use unimplemented / unsupported method' },
} as const;

function baseHeaders(version: string, type: string): Readonly<Record<string, string>> {
  return { Server: `Asterisk/${version}`, 'Cache-Control': 'no-cache, no-store', 'Content-type': type };
}

function page(version: string, status: keyof typeof pages): SimulatorResponse {
  const { title, text } = pages[status];
  const body =
    `<!DOCTYPE HTML PUBLIC "-//IETF//DTD HTML 2.0//EN">\r\n<html><head>\r\n<title>${status} ${title}</title>\r\n` +
    `</head><body>\r\n<h1>${title}</h1>\r\n<p>${text}</p>\r\n<hr />\r\n<address>Asterisk/${version}</address>\r\n</body></html>`;
  return { status, headers: baseHeaders(version, 'text/html'), body, close: status === 400 || status === 413 };
}

/** Returns the error page of the HTTP server if it rejects the request; undefined if the manager answers. */
export function refuseByHttp(
  request: SimulatorRequest,
  server: {
    readonly version: string;
    readonly path: string;
    readonly webEnabled: boolean;
    readonly admitted: boolean;
    readonly stopping: boolean;
  },
): SimulatorResponse | undefined {
  if (!server.admitted) return page(server.version, 403);
  if (server.stopping) return page(server.version, 503);
  const line = `${request.method} ${request.rawTarget} HTTP/1.1`;
  if (Buffer.byteLength(line) >= requestLineLimit) return page(server.version, 400);
  if (request.method !== 'GET' && request.method !== 'POST') return page(server.version, 501);
  if (!server.webEnabled || request.path.toLowerCase() !== server.path) return page(server.version, 404);
  if (Buffer.byteLength(request.body) > bodyLimit) return page(server.version, 413);
  return undefined;
}

/** Makes an answer of the manager, which always has status 200 and a cookie. */
export function managerResponse(
  version: string,
  session: { readonly token: string; readonly maxAgeSeconds: number },
  answer: { readonly body: string; readonly delayMs?: number },
): SimulatorResponse {
  const cookie = `mansession_id="${session.token}"; Version=1; Max-Age=${session.maxAgeSeconds}`;
  const headers = { ...baseHeaders(version, 'text/plain'), 'Set-Cookie': cookie, Pragma: 'SuppressEvents' };
  return { status: 200, headers, ...answer };
}

/** Returns the session token from the manager's cookie, whose name may be in any case; undefined if there is none. */
export function sessionCookie(request: SimulatorRequest): string | undefined {
  return [...readCookies(request)].find(([name]) => name.toLowerCase() === 'mansession_id')?.[1]?.toLowerCase();
}

/** Returns the parameters by name in any case: of the query for GET, of a form for POST (other bodies are ignored). */
export function readParameters(request: SimulatorRequest): (name: string) => string {
  const isForm = mediaType(request) === 'application/x-www-form-urlencoded';
  const fields = request.method === 'POST' ? readForm({ ...request, body: isForm ? request.body : '' }) : request.query;
  const values = new Map<string, string>();
  for (const [name, value] of fields) if (!values.has(name.toLowerCase())) values.set(name.toLowerCase(), value);
  return (name) => values.get(name.toLowerCase()) ?? '';
}
