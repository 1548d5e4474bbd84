import type { Family } from '../drivers/driver.ts';
import { fingerprintRequests } from '../drivers/fingerprints.ts';
import { createHttpTransport, type TlsSettings } from '../transport/http.ts';
import type { Resolver } from '../transport/resolver.ts';
import type { Transport } from '../transport/request.ts';

/** Maximum answer size in bytes: a larger page would not help to identify the product. */
const longestPageBytes = 1_000_000;

/** Settings of the transport to one target. */
export interface TargetTransportSetup {
  readonly family: Family;
  readonly url: URL;
  readonly tls: TlsSettings;
  readonly requestsPerTarget: number;
  /** URL of the proxy, including its credentials. Default: no proxy. */
  readonly proxyUrl?: URL | undefined;
  /** Resolves host names. Default: the resolver of the process. */
  readonly resolver?: Resolver | undefined;
  /** Version of the exporter, sent as part of the user agent. */
  readonly version: string;
}

/** Creates a transport for identifying the product at the address of a URL. It allows only the fingerprint requests and uses no account. */
export function createFingerprintTransport({
  url,
  tls,
  proxyUrl,
  version,
}: Pick<TargetTransportSetup, 'url' | 'tls' | 'proxyUrl' | 'version'>): Transport {
  return createHttpTransport({
    baseUrl: new URL(url.origin),
    allowed: fingerprintRequests,
    tls,
    headers: {},
    userAgent: `pbx-exporter/${version}`,
    idleConnectionMs: 0,
    maximumConnections: 1,
    maximumAnswerBytes: longestPageBytes,
    ...(proxyUrl === undefined ? {} : { proxyUrl }),
  });
}

/** Creates the HTTP transport of a target, with the family's allowed requests, headers, idle time and answer size. */
export function createTransport(setup: TargetTransportSetup): Transport {
  const { family, url, tls, requestsPerTarget, proxyUrl, resolver, version } = setup;
  return createHttpTransport({
    baseUrl: family.baseUrl?.(url) ?? url,
    allowed: family.requests,
    tls,
    headers: family.headers ?? {},
    userAgent: `pbx-exporter/${version}`,
    idleConnectionMs: family.idleConnectionMs,
    maximumConnections: requestsPerTarget,
    ...(resolver === undefined ? {} : { resolver }),
    ...(proxyUrl === undefined ? {} : { proxyUrl }),
    ...(family.webPorts === undefined ? {} : { webPorts: family.webPorts }),
    ...(family.maximumAnswerBytes === undefined ? {} : { maximumAnswerBytes: family.maximumAnswerBytes }),
  });
}
