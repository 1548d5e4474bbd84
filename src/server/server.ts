import { createServer, type Server } from 'node:http';
import type { Log } from '../log.ts';
import { createRouter, type Route } from './routes.ts';

/** Where to listen; port 0 = any free one. Without a host: on all addresses. */
export interface ListenAddress {
  readonly host?: string;
  readonly port: number;
}

/** The exporter's own HTTP server. */
export interface WebServer {
  /** Starts to listen; gives the port. Rejects when the address is taken. */
  start(): Promise<number>;
  /** Stops listening and ends what is open; safe to call twice. */
  stop(): Promise<void>;
}

/** How long a client may take to send its request, in milliseconds. */
const requestTimeoutMs = 10_000;
/** Largest request head, in bytes. */
const maximumHeadBytes = 16_384;

/** A server for these routes. */
export function createWebServer(address: ListenAddress, routes: readonly Route[], log: Log): WebServer {
  const router = createRouter(routes, (path, thrown) => {
    log.error('page failed', { path, error: thrown instanceof Error ? thrown.message : typeof thrown });
  });
  const server = createServer(
    { requestTimeout: requestTimeoutMs, headersTimeout: requestTimeoutMs, maxHeaderSize: maximumHeadBytes },
    router,
  );
  return { start: () => listen(server, address), stop: () => close(server) };
}

function listen(server: Server, { host, port }: ListenAddress): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, ...(host === undefined ? {} : { host }) }, () => {
      server.removeListener('error', reject);
      const bound = server.address();
      resolve(typeof bound === 'object' && bound !== null ? bound.port : port);
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
    server.closeAllConnections();
  });
}
