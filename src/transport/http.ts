import type { Agent, ClientRequest } from 'node:http';
import got, { type Got, type OptionsInit, type Request as Stream } from 'got';
import { closeIdleConnections, createAgent } from './agents.ts';
import { type AllowedRequests, allowedMethod, compileAllowed } from './allowed.ts';
import { readCookieAges, readCookies } from './headers.ts';
import { CertificateExpiry } from './certificate-expiry.ts';
import { Failure } from './failure.ts';
import { nativeRequest, type NativeSettings, proxyRefusal } from './native-request.ts';
import { nameCheckFor, secureContextFor, type SecureSettings } from './secure-context.ts';
import { decodeText, readBody } from './read-body.ts';
import { sentBody } from './sent-body.ts';
import { ExchangeProgress } from './exchange-phase.ts';
import type { AllowedRequest, ApiAnswer, ApiRequest, Transport } from './request.ts';
import type { Resolver } from './resolver.ts';
import { systemResolver } from './system-resolver.ts';
import { type ExchangeContext, translateError } from './translate.ts';

/** Default size limit of an answer, in bytes after decompression. */
const defaultMaximumAnswerBytes = 32 * 1024 * 1024;

/** TLS settings of one target. */
export interface TlsSettings extends SecureSettings {
  /** Host name that is expected in the certificate and sent as SNI. */
  readonly serverName?: string;
  readonly insecureSkipVerify: boolean;
}

/** Settings of an HTTP transport. */
export interface HttpSettings {
  /** Base URL; the path of each request is appended to its path. */
  readonly baseUrl: URL;
  readonly allowed: readonly AllowedRequest[];
  readonly tls: TlsSettings;
  /** Headers that are sent with every request. */
  readonly headers: Readonly<Record<string, string>>;
  readonly userAgent: string;
  /** How long an idle connection is kept, in milliseconds; 0 = a new connection for each request. */
  readonly idleConnectionMs: number;
  readonly maximumConnections: number;
  readonly maximumAnswerBytes?: number;
  /** URL of the proxy, with its credentials. Absent: direct connections. */
  readonly proxyUrl?: URL;
  /** Resolves host names. Default: the resolver shared by the whole process. */
  readonly resolver?: Resolver;
  /** The usual ports of the family's web server as text, for the message about a wrong port. */
  readonly webPorts?: string;
}

/**
 * Creates an HTTP(S) transport to one PBX. It has no retries, redirects, cookie jar or cache: only the given request is
 * sent. The caller sets the deadline: the signal applies until the last byte of the body has been read.
 */
export function createHttpTransport(settings: HttpSettings): Transport {
  const { tls, baseUrl, resolver = systemResolver } = settings;
  const agent = createAgent(settings, baseUrl.protocol, resolver);
  const certificateExpiry = new CertificateExpiry();
  let context: ReturnType<typeof secureContextFor> | undefined;
  const link: Link = {
    settings,
    allowed: compileAllowed(settings.allowed),
    native: {
      agent,
      resolver,
      certificateExpiry,
      secureContext: () => (context ??= secureContextFor(tls)),
    },
    client: got.extend(commonOptions(settings)),
    agent,
    hasAnswered: false,
  };
  return {
    send: (request, signal) => exchange(link, request, signal),
    takeCertificateExpiry: () => certificateExpiry.take(),
    close: () => agent.destroy(),
  };
}

interface Link {
  readonly settings: HttpSettings;
  readonly allowed: AllowedRequests;
  readonly agent: Agent;
  readonly native: NativeSettings;
  /**
   * Preconfigured with the options that all requests share, because merging and checking them for each request takes a
   * tenth of an exchange.
   */
  readonly client: Got;
  /** Whether any request of this transport has been answered. */
  hasAnswered: boolean;
}

/** Sends the request, and once more if its kept connection was already dead, which cannot be detected beforehand. */
async function exchange(link: Link, request: ApiRequest, signal: AbortSignal): Promise<ApiAnswer> {
  const method = allowedMethod(link.allowed, request);
  const progress = new ExchangeProgress();
  try {
    return await attempt(link, request, method, signal, progress);
  } catch (thrown) {
    const repeats = progress.diedUnanswered && isLoss(thrown) && !signal.aborted && request.mayRepeat?.() !== false;
    if (!repeats) throw thrown;
    closeIdleConnections(link.agent);
    return attempt(link, request, method, signal, new ExchangeProgress());
  }
}

function isLoss(thrown: unknown): boolean {
  return thrown instanceof Failure && thrown.reason === 'connect';
}

async function attempt(
  link: Link,
  request: ApiRequest,
  method: 'GET' | 'POST',
  signal: AbortSignal,
  progress: ExchangeProgress,
): Promise<ApiAnswer> {
  throwIfAborted(signal, progress);
  const { baseUrl, maximumAnswerBytes = defaultMaximumAnswerBytes } = link.settings;
  const stream = openStream(link, request, method, progress);
  const giveUp = (): void => void stream.destroy();
  signal.addEventListener('abort', giveUp, { once: true });
  try {
    const body = await readBody(stream, Math.min(maximumAnswerBytes, request.maximumBytes ?? Infinity));
    link.hasAnswered = true;
    const response = stream.response;
    if (response === undefined) throw new Failure('connect', 'the connection was closed without an answer');
    if (link.settings.proxyUrl !== undefined && response.statusCode === 407) throw proxyRefusal(407);
    if (baseUrl.protocol === 'http:' && response.statusCode === 400 && asksForTls(body)) throw plainOnTlsPort;
    return {
      status: response.statusCode,
      baseUrl: `${baseUrl.origin}${baseUrl.pathname.replace(/\/+$/, '')}`,
      // Behind a proxy, the PBX sees the address of the proxy instead.
      ...(link.settings.proxyUrl === undefined && progress.localAddress !== undefined
        ? { localAddress: progress.localAddress }
        : {}),
      headers: plainHeaders(response.headers),
      cookies: readCookies(response.headers['set-cookie']),
      cookieAges: readCookieAges(response.headers['set-cookie']),
      body: decodeText(body, response.headers['content-type']),
    };
  } catch (thrown) {
    throwIfAborted(signal, progress);
    throw failureOf(thrown) ?? translateError(thrown, exchangeContext(link, progress));
  } finally {
    signal.removeEventListener('abort', giveUp);
    stream.destroy();
  }
}

function openStream(link: Link, request: ApiRequest, method: 'GET' | 'POST', progress: ExchangeProgress): Stream {
  const { baseUrl, headers } = link.settings;
  const body = method === 'POST' ? sentBody(request, headers) : undefined;
  const stream = link.client.stream(requestUrl(baseUrl, request), {
    method,
    headers: { ...body?.headers, ...request.headers },
    request: nativeRequest(link.native, progress, request.timeoutMs ?? Infinity),
  });
  // In one piece with the head: got would send the body on its own, and wait for a turn of the event loop before the end.
  if (body !== undefined) stream.once('request', (sent: ClientRequest) => sent.end(body.text));
  return stream;
}

/** nginx and Apache detect plain HTTP on a TLS port and report it in the body. */
function asksForTls(body: Buffer): boolean {
  return /plain HTTP request was sent to HTTPS port|speaking plain HTTP to an SSL-enabled server port/.test(
    body.subarray(0, 2_000).toString('latin1'),
  );
}

const plainOnTlsPort = new Failure('protocol', 'this port uses TLS (HTTP 400): write https:// in the url', {
  login: 'other_service',
});

/** Returns a failure of our own, even if the HTTP client has wrapped it. */
function failureOf(thrown: unknown): Failure | undefined {
  const cause = thrown instanceof Error ? thrown.cause : undefined;
  return [thrown, cause].find((one) => one instanceof Failure);
}

function exchangeContext({ settings, native, hasAnswered }: Link, { phase }: ExchangeProgress): ExchangeContext {
  const { baseUrl, proxyUrl, webPorts } = settings;
  return {
    phase,
    port: baseUrl.port,
    throughProxy: proxyUrl !== undefined,
    isFirstPlain: baseUrl.protocol === 'http:' && !hasAnswered,
    certificateEnd: native.certificateExpiry.seen,
    ...(webPorts === undefined ? {} : { webPorts }),
  };
}

function commonOptions({ tls, userAgent, headers }: HttpSettings): OptionsInit {
  return {
    // Only gzip: if deflate is offered, some appliances send raw deflate data, which HTTP does not allow.
    headers: { 'user-agent': userAgent, 'accept-encoding': 'gzip', ...headers },
    throwHttpErrors: false,
    followRedirect: false,
    retry: { limit: 0 },
    strictContentLength: true,
    https: {
      rejectUnauthorized: !tls.insecureSkipVerify,
      ...(tls.ca === undefined ? {} : { checkServerIdentity: nameCheckFor(tls.ca) }),
      ...(tls.serverName === undefined ? {} : { serverName: tls.serverName }),
    },
  };
}

function requestUrl(baseUrl: URL, request: ApiRequest): URL {
  const url = new URL(baseUrl);
  url.pathname = `${url.pathname.replace(/\/+$/, '')}${request.path}`;
  url.search = request.exactQuery ?? '';
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
    // The lenient parser does not remove a space before the colon.
    plain[name.trim()] = typeof value === 'string' ? value : value.join(', ');
  }
  return plain;
}

function throwIfAborted(signal: AbortSignal, { phase }: ExchangeProgress): void {
  if (!signal.aborted) return;
  if (phase === 'resolving') throw new Failure('dns', 'the name server did not answer in time');
  throw signal.reason instanceof Failure ? signal.reason : new Failure('timeout', 'the request was cancelled');
}
