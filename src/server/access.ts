import type { IncomingMessage, ServerResponse } from 'node:http';
import { createPasswordCheck } from './password-check.ts';
import { sendText } from './routes.ts';
import type { WebConfig } from './web-config/web-config.ts';

/** Headers of every response. They forbid framing, media type guessing, caching, and sending the URL to other sites. */
const safeHeaders: Readonly<Record<string, string>> = {
  'Content-Security-Policy': "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'deny',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cache-Control': 'no-store',
};

/** Sets the headers of every response. Configured headers take precedence; a page can later replace the others. */
export function setSafeHeaders(response: ServerResponse, config: WebConfig): void {
  for (const [name, value] of Object.entries({ ...safeHeaders, ...config.headers })) response.setHeader(name, value);
}

/** Returns a check that reports whether a request is authorised, and answers it if not. Without configured users, all requests are. */
export function createAccess(): (
  config: WebConfig,
  request: IncomingMessage,
  response: ServerResponse,
) => Promise<boolean> {
  const check = createPasswordCheck();
  return async ({ users }, request, response) => {
    if (users.size === 0) return true;
    const login = readLogin(request.headers.authorization);
    const from = request.socket.remoteAddress ?? '';
    const answer = login === undefined ? 'bad' : await check(users, { ...login, from });
    if (answer === 'bad') refuse(response);
    if (answer === 'busy') sendLater(response);
    return answer === 'good';
  };
}

function refuse(response: ServerResponse): void {
  response.setHeader('WWW-Authenticate', 'Basic realm="pbx-exporter", charset="UTF-8"');
  sendText(response, 401, 'This exporter requires a user name and a password.\n');
}

function sendLater(response: ServerResponse): void {
  response.setHeader('Retry-After', '2');
  sendText(response, 503, 'Too many passwords are being checked. Try again.\n');
}

function readLogin(header: string | undefined): { readonly name: string; readonly password: string } | undefined {
  const encoded = /^basic +([A-Za-z0-9+/=_-]+) *$/i.exec(header ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon < 0 ? undefined : { name: text.slice(0, colon), password: text.slice(colon + 1) };
}
