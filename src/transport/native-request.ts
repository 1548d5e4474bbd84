import { type Agent, type ClientRequest, type IncomingMessage, request as httpRequest } from 'node:http';
import { request as httpsRequest, type RequestOptions } from 'node:https';
import type { SecureContext } from 'node:tls';
import type { CertificateExpiry } from './certificate-expiry.ts';
import { Failure } from './failure.ts';
import { lookupBy, type Resolver } from './resolver.ts';
import type { ExchangeProgress } from './exchange-phase.ts';

/** What requests of one target have in common below the HTTP client. */
export interface NativeSettings {
  readonly agent: Agent;
  /** Made when the first https request is sent. */
  readonly secureContext: () => SecureContext;
  readonly resolver: Resolver;
  readonly certificateExpiry: CertificateExpiry;
}

/** A request function for got. */
export type NativeRequest = (
  url: URL,
  options: RequestOptions,
  callback?: (response: IncomingMessage) => void,
) => ClientRequest;

/**
 * Node's own request, with the lenient parser: some appliances end header lines with LF alone, put spaces after a chunk's
 * size, or send `Content-Length` together with chunks. The strict parser protects against request smuggling through shared
 * connections. Our connections each serve one configured target, so no request can be mistaken for another client's.
 */
export function nativeRequest(
  { agent, secureContext, resolver, certificateExpiry }: NativeSettings,
  progress: ExchangeProgress,
  timeoutMs: number,
): NativeRequest {
  return (url, options, callback) => {
    const isTls = url.protocol === 'https:';
    const changed = {
      ...chosen(options, isTls),
      agent,
      lookup: lookupBy(resolver, timeoutMs),
      insecureHTTPParser: true,
      ...(isTls ? { secureContext: secureContext() } : {}),
    };
    const request = (isTls ? httpsRequest : httpRequest)(url, changed, callback);
    request.prependOnceListener('response', dropOverruledLength);
    request.once('proxyConnect', ({ statusCode = 200 }: { readonly statusCode?: number }) => {
      if (statusCode !== 200) request.destroy(proxyRefusal(statusCode));
    });
    progress.watch(request, url.hostname);
    certificateExpiry.watch(request);
    return request;
  };
}

const plainOptions = ['method', 'headers'] as const;
const tlsOptions = [...plainOptions, 'rejectUnauthorized', 'checkServerIdentity', 'servername'] as const;

/** What we set of got's forty options, most of them undefined: Node.js copies them several times for each request. */
function chosen(options: RequestOptions, isTls: boolean): RequestOptions {
  const names = isTls ? tlsOptions : plainOptions;
  return Object.fromEntries(names.filter((name) => options[name] !== undefined).map((name) => [name, options[name]]));
}

/** Chunks overrule a `Content-Length` (RFC 9112, section 6.3), which must not be held against the answer then. */
function dropOverruledLength({ headers }: IncomingMessage): void {
  if (/\bchunked\b/i.test(headers['transfer-encoding'] ?? '')) delete headers['content-length'];
}

/** What a proxy means that does not let a request through. */
export function proxyRefusal(status: number): Failure {
  const why = status === 407 ? 'the account was not accepted' : 'this connection is not allowed';
  return new Failure('connect', `the proxy refused the connection (HTTP ${status}): ${why}`);
}
