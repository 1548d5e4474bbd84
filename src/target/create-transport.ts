import type { Family } from '../drivers/driver.ts';
import { createHttpTransport, type TlsSettings } from '../transport/http.ts';
import type { Transport } from '../transport/request.ts';

/** What a transport towards one target is made from. */
export interface TargetTransportSetup {
  readonly family: Family;
  readonly url: URL;
  readonly tls: TlsSettings;
  readonly requestsPerTarget: number;
  /** Version of the exporter, told to the PBX as user agent. */
  readonly version: string;
}

/** The HTTP transport that suits a family: its list of requests, headers, idle time and answer size. */
export function createTransport({ family, url, tls, requestsPerTarget, version }: TargetTransportSetup): Transport {
  return createHttpTransport({
    baseUrl: family.baseUrl?.(url) ?? url,
    allowed: family.requests,
    tls,
    headers: family.headers ?? {},
    userAgent: `pbx-exporter/${version}`,
    idleConnectionMs: family.idleConnectionMs,
    maximumConnections: requestsPerTarget,
    ...(family.maximumAnswerBytes === undefined ? {} : { maximumAnswerBytes: family.maximumAnswerBytes }),
  });
}
