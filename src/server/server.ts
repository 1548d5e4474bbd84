import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import type { TLSSocket } from 'node:tls';
import { errorLocation, type Log } from '../log.ts';
import { createAccess, setSafeHeaders } from './access.ts';
import { createRouter, type Route, sendText } from './routes.ts';
import { contextOptions } from './web-config/tls-server.ts';
import { openWebConfig, type WebConfig, type WebTls } from './web-config/web-config.ts';

/** The address to listen on. Port 0 selects any free port. Without a host, the server listens on all addresses. */
export interface ListenAddress {
  readonly host?: string;
  readonly port: number;
}

/** The exporter's HTTP server. */
export interface WebServer {
  /** Starts listening and resolves to the port. Rejects if the address is in use. */
  start(): Promise<number>;
  /** Applies new users, headers and certificates. TLS itself and client authentication cannot be changed. */
  apply(config: WebConfig): void;
  /** The settings in use. */
  readonly config: WebConfig;
  /** Stops listening and closes all connections; safe to call twice. */
  stop(): Promise<void>;
}

const limits = {
  /** Maximum time for a client to send its request, in milliseconds. */
  requestTimeout: 10_000,
  headersTimeout: 10_000,
  /** Interval of the checks for slow clients, in milliseconds. */
  connectionsCheckingInterval: 2_000,
  /** In milliseconds. Usually longer than the scrape interval, so that Prometheus can keep its connection. */
  keepAliveTimeout: 75_000,
  /** Largest request head, in bytes. */
  maxHeaderSize: 16_384,
};
const handshakeTimeoutMs = 10_000;
/** Maximum number of connections; further ones are closed immediately. */
const maximumConnections = 8_192;

/** Creates a server for these routes. */
export function createWebServer(
  address: ListenAddress,
  routes: readonly Route[],
  log: Log,
  web: WebConfig = openWebConfig,
): WebServer {
  let config = web;
  const router = createRouter(routes, (path, thrown) => {
    log.error('page failed', { path, ...errorLocation(thrown) });
  });
  const access = createAccess();
  const handle: RequestListener = (request, response) => {
    const { headers } = config;
    setSafeHeaders(response, config);
    if (hasBody(request)) return refuseBody(response);
    void access(config, request, response).then(
      (granted) => (granted ? router(request, response, headers) : undefined),
      () => response.destroy(),
    );
  };
  const secure = web.tls === undefined ? undefined : createSecureServer(web.tls, handle);
  const server = secure ?? createServer(limits, handle);
  server.maxConnections = maximumConnections;
  // Without this, clients that send `Expect: 100-continue` are asked to send their body.
  server.on('checkContinue', handle);
  return {
    start: () => listen(server, address),
    stop: () => close(server),
    get config() {
      return config;
    },
    apply(next) {
      config = next;
      if (secure === undefined || next.tls === undefined) return;
      secure.setSecureContext(contextOptions(next.tls));
      // Idle connections were accepted under the old settings.
      server.closeIdleConnections();
    },
  };
}

function createSecureServer(tls: WebTls, handle: RequestListener): TlsServer {
  const { clientAuth } = tls;
  const server = createTlsServer(
    {
      ...limits,
      ...contextOptions(tls),
      handshakeTimeout: handshakeTimeoutMs,
      requestCert: clientAuth !== 'NoClientCert',
      rejectUnauthorized: clientAuth === 'RequireAndVerifyClientCert',
    },
    handle,
  );
  server.prependListener('secureConnection', (socket: TLSSocket) => {
    const isGiven = socket.getPeerX509Certificate() !== undefined;
    if (clientAuth === 'RequireAnyClientCert' && !isGiven) socket.destroy();
    if (clientAuth === 'VerifyClientCertIfGiven' && isGiven && !socket.authorized) socket.destroy();
  });
  return server;
}

function listen(server: Server | TlsServer, { host, port }: ListenAddress): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, ...(host === undefined ? {} : { host }) }, () => {
      server.removeListener('error', reject);
      const bound = server.address();
      resolve(typeof bound === 'object' && bound !== null ? bound.port : port);
    });
  });
}

function close(server: Server | TlsServer): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
    server.closeAllConnections();
  });
}

/** Reports whether a request has a body or announces one. */
function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) !== 0;
}

/** Sends the response and closes the connection without reading the body, because no route accepts one. */
function refuseBody(response: ServerResponse): void {
  response.setHeader('Connection', 'close');
  sendText(response, 413, 'Requests with a body are not accepted.\n');
}
