import type { Family } from '../drivers/driver.ts';
import { fingerprintRequests } from '../drivers/fingerprints.ts';
import { createHttpTransport, type TlsSettings } from '../transport/http.ts';
import type { Resolver } from '../transport/resolver.ts';
import type { Transport } from '../transport/request.ts';

/** A page that is larger tells no more about its product. */
const longestPageBytes = 1_000_000;

/** What a transport towards one target is made from. */
export interface TargetTransportSetup {
  readonly family: Family;
  readonly url: URL;
  readonly tls: TlsSettings;
  readonly requestsPerTarget: number;
  /** Proxy to go through, with its account. Default: none. */
  readonly proxyUrl?: URL | undefined;
  /** What looks names up. Default: the one of the process. */
  readonly resolver?: Resolver | undefined;
  /** Version of the exporter, told to the PBX as user agent. */
  readonly version: string;
}

/** A transport that finds out what answers at the address of a url: only the requests of the fingerprints, and no account. */
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

/** The HTTP transport that suits a family: its list of requests, headers, idle time and answer size. */
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
