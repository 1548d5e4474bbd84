import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import type { TLSSocket } from 'node:tls';
import { errorLocation, type Log } from '../log.ts';
import { createAccess, setSafeHeaders } from './access.ts';
import { createRouter, type Route, sendText } from './routes.ts';
import { contextOptions } from './web-config/tls-server.ts';
import { openWebConfig, type WebConfig, type WebTls } from './web-config/web-config.ts';

/** Where to listen; port 0 = any free one. Without a host: on all addresses. */
export interface ListenAddress {
  readonly host?: string;
  readonly port: number;
}

/** The exporter's own HTTP server. */
export interface WebServer {
  /** Starts to listen; gives the port. Rejects when the address is taken. */
  start(): Promise<number>;
  /** Takes over other users, headers and certificates; whether TLS is spoken, and what is asked of clients, stays. */
  apply(config: WebConfig): void;
  /** The settings in use. */
  readonly config: WebConfig;
  /** Stops listening and ends what is open; safe to call twice. */
  stop(): Promise<void>;
}

const limits = {
  /** How long a client may take to send its request, in milliseconds. */
  requestTimeout: 10_000,
  headersTimeout: 10_000,
  /** How often slow clients are looked for, in milliseconds. */
  connectionsCheckingInterval: 2_000,
  /** Longer than Prometheus waits between two scrapes, mostly: no new connection for each. */
  keepAliveTimeout: 75_000,
  /** Largest request head, in bytes. */
  maxHeaderSize: 16_384,
};
const handshakeTimeoutMs = 10_000;
/** Connections at the same time; those beyond are closed at once. */
const maximumConnections = 8_192;

/** A server for these routes. */
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
  // Without this a client that asks first is told to send its body.
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
      // Connections that are kept open were let in by the old settings.
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

/** Whether a request brings a body, or says that it will. */
function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) !== 0;
}

/** Nothing here takes a body, so none is read: the answer is sent and the connection closed. */
function refuseBody(response: ServerResponse): void {
  response.setHeader('Connection', 'close');
  sendText(response, 413, 'Requests with a body are not accepted.\n');
}
