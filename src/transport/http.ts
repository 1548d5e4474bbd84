import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import got, { type OptionsInit } from 'got';
import { type AllowedRequests, allowedMethod, compileAllowed } from './allowed.ts';
import { readCookies } from './cookies.ts';
import { Failure } from './failure.ts';
import { type NameCheck, nameCheckFor } from './pinned.ts';
import { decodeText } from './decode-text.ts';
import { readBody } from './read-body.ts';
import type { AllowedRequest, ApiAnswer, ApiRequest, Transport } from './request.ts';
import { type Stage, translateError } from './translate.ts';

/** Largest answer in bytes, after decompression, where the family sets no other limit. */
export const defaultMaximumAnswerBytes = 32 * 1024 * 1024;

/** TLS settings of one target. */
export interface TlsSettings {
  /** PEM text of the authorities to trust instead of the system's. */
  readonly ca?: string;
  /** Name to expect in the certificate and to send as SNI. */
  readonly serverName?: string;
  readonly insecureSkipVerify: boolean;
}

/** What an HTTP transport is made from. */
export interface HttpSettings {
  /** Base URL; paths of requests are put behind its path. */
  readonly baseUrl: URL;
  readonly allowed: readonly AllowedRequest[];
  readonly tls: TlsSettings;
  /** Headers of every request. */
  readonly headers: Readonly<Record<string, string>>;
  readonly userAgent: string;
  /** How long an idle connection is kept, in milliseconds; 0 = a new connection for each request. */
  readonly idleConnectionMs: number;
  readonly maximumConnections: number;
  readonly maximumAnswerBytes?: number;
}

/**
 * HTTP(S) towards one PBX. No retries, no redirects, no cookie jar, no cache: what is sent is what was asked for.
 * Deadlines are the caller's: the signal covers the exchange up to the last byte of the body.
 */
export function createHttpTransport(settings: HttpSettings): Transport {
  const allowed = compileAllowed(settings.allowed);
  const agent = createAgents(settings);
  const { ca } = settings.tls;
  const link: Link = { settings, allowed, agent, ...(ca === undefined ? {} : { nameCheck: nameCheckFor(ca) }) };
  return {
    send: (request, signal) => exchange(link, request, signal),
    close() {
      agent.http.destroy();
      agent.https.destroy();
    },
  };
}

interface Agents {
  readonly http: HttpAgent;
  readonly https: HttpsAgent;
}

interface Link {
  readonly settings: HttpSettings;
  readonly allowed: AllowedRequests;
  readonly agent: Agents;
  readonly nameCheck?: NameCheck;
}

function createAgents({ idleConnectionMs, maximumConnections, tls }: HttpSettings): Agents {
  const keepAlive = idleConnectionMs > 0;
  const options = {
    keepAlive,
    maxSockets: maximumConnections,
    maxFreeSockets: maximumConnections,
    ...(keepAlive ? { timeout: idleConnectionMs } : {}),
  };
  // A certificate of the file is trusted as it stands, also one whose own signer is not in the file.
  const trust = tls.ca === undefined ? {} : { allowPartialTrustChain: true };
  return { http: new HttpAgent(options), https: new HttpsAgent({ ...options, ...trust }) };
}

async function exchange(link: Link, request: ApiRequest, signal: AbortSignal): Promise<ApiAnswer> {
  const method = allowedMethod(link.allowed, request);
  throwIfAborted(signal);
  const stream = got.stream(requestUrl(link.settings.baseUrl, request), requestOptions(link, request, method, signal));
  let stage: Stage = 'asking';
  stream.once('response', () => (stage = 'reading'));
  try {
    const body = await readBody(stream, link.settings.maximumAnswerBytes ?? defaultMaximumAnswerBytes);
    const response = stream.response;
    if (response === undefined) throw new Failure('connect', 'the connection was closed without an answer');
    return {
      status: response.statusCode,
      headers: plainHeaders(response.headers),
      cookies: readCookies(response.headers['set-cookie']),
      body: decodeText(body, response.headers['content-type']),
    };
  } catch (thrown) {
    throwIfAborted(signal);
    throw thrown instanceof Failure ? thrown : translateError(thrown, stage);
  } finally {
    stream.destroy();
  }
}

function requestOptions(
  { settings, agent, nameCheck }: Link,
  request: ApiRequest,
  method: 'GET' | 'POST',
  signal: AbortSignal,
): OptionsInit & { isStream: true } {
  const { tls } = settings;
  return {
    isStream: true,
    method,
    agent,
    signal,
    headers: { 'user-agent': settings.userAgent, ...settings.headers, ...request.headers },
    ...requestBody(request, method),
    throwHttpErrors: false,
    followRedirect: false,
    retry: { limit: 0 },
    strictContentLength: true,
    https: {
      rejectUnauthorized: !tls.insecureSkipVerify,
      ...(tls.ca === undefined ? {} : { certificateAuthority: tls.ca }),
      ...(nameCheck === undefined ? {} : { checkServerIdentity: nameCheck }),
      ...(tls.serverName === undefined ? {} : { serverName: tls.serverName }),
    },
  };
}

function requestBody({ body }: ApiRequest, method: 'GET' | 'POST'): Pick<OptionsInit, 'json' | 'form' | 'body'> {
  // Without any body a POST stream would wait for somebody to write one.
  if (body === undefined) return method === 'POST' ? { body: '' } : {};
  return body.kind === 'json' ? { json: body.value } : { form: { ...body.fields } };
}

function requestUrl(baseUrl: URL, request: ApiRequest): URL {
  const url = new URL(baseUrl);
  url.pathname = `${url.pathname.replace(/\/+$/, '')}${request.path}`;
  for (const [name, value] of Object.entries(request.query ?? {})) {
    for (const single of typeof value === 'string' ? [value] : value) url.searchParams.append(name, single);
  }
  return url;
}

function plainHeaders(
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
): Record<string, string> {
  const plain: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined || name === 'set-cookie') continue;
    plain[name] = typeof value === 'string' ? value : value.join(', ');
  }
  return plain;
}

function throwIfAborted(signal: AbortSignal): void {
  if (!signal.aborted) return;
  throw signal.reason instanceof Failure ? signal.reason : new Failure('timeout', 'the request was given up');
}
