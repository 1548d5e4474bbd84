import { type Agent, type ClientRequest, type IncomingMessage, request as httpRequest } from 'node:http';
import { request as httpsRequest, type RequestOptions } from 'node:https';
import type { SecureContext } from 'node:tls';
import type { CertificateExpiry } from './certificate-expiry.ts';
import { Failure } from './failure.ts';
import { createLookup, type Resolver } from './resolver.ts';
import type { ExchangeProgress } from './exchange-phase.ts';

/** Settings below the HTTP client that all requests of one target share. */
export interface NativeSettings {
  readonly agent: Agent;
  /** Creates the context when the first https request is sent. */
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
 * Returns Node's own request function with the lenient parser, because some appliances end header lines with LF alone,
 * put spaces after the size of a chunk, or send `Content-Length` together with chunks. The strict parser protects against
 * request smuggling through shared connections. Each of our connections serves only one configured target, so no request
 * can be mistaken for another client's.
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
      lookup: createLookup(resolver, timeoutMs),
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

/**
 * The options that we set. The HTTP client passes forty, most of them undefined, and Node.js copies them several times
 * for each request.
 */
function chosen(options: RequestOptions, isTls: boolean): RequestOptions {
  const names = isTls ? tlsOptions : plainOptions;
  return Object.fromEntries(names.filter((name) => options[name] !== undefined).map((name) => [name, options[name]]));
}

/**
 * Removes a `Content-Length` that chunked encoding overrides (RFC 9112, section 6.3), so that a mismatch does not fail
 * the answer.
 */
function dropOverruledLength({ headers }: IncomingMessage): void {
  if (/\bchunked\b/i.test(headers['transfer-encoding'] ?? '')) delete headers['content-length'];
}

/** The failure for a request that the proxy refused with this HTTP status. */
export function proxyRefusal(status: number): Failure {
  const why = status === 407 ? 'the account was not accepted' : 'this connection is not allowed';
  return new Failure('connect', `the proxy refused the connection (HTTP ${status}): ${why}`);
}
