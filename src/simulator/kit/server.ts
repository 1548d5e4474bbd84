import { once } from 'node:events';
import {
  createServer as createHttpServer,
  type IncomingMessage,
  type Server as HttpServer,
  type ServerResponse,
} from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { createServer as createSocketServer, type Server as SocketServer, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { answerRequest } from './answer.ts';
import type { ConnectionFault } from './fault.ts';
import type { ServerDefinition, ServerOptions, SimulatorTls } from './server-definition.ts';
import { type IdleWatch, resetConnection, watchIdle } from './connection.ts';
import { waitOn } from './wire.ts';

/** First byte of a TLS record that contains a handshake message. */
const tlsHandshake = 0x16;

/** The HTTP server of a simulated PBX, on real sockets. */
export class SimulatorServer {
  readonly #definition: ServerDefinition;
  readonly #options: ServerOptions;
  readonly #host: string;
  readonly #connections = new Map<Socket, IdleWatch | undefined>();
  /** Accepted connections that are not served until another one ends. */
  readonly #waiting = new Set<Socket>();
  readonly #served = new Set<Socket>();
  readonly #listener: SocketServer;
  readonly #http: HttpServer;
  #port: number;
  #wanted = false;
  #hasListened = false;
  #work: Promise<void> = Promise.resolve();

  constructor(definition: ServerDefinition, options: ServerOptions) {
    this.#definition = definition;
    this.#options = options;
    this.#host = options.host ?? '127.0.0.1';
    this.#port = options.port ?? 0;
    this.#http = createInner(options.tls);
    this.#http.on('request', (request, response) => this.#answer(request, response));
    this.#http.on('tlsClientError', () => {});
    this.#listener = createSocketServer((socket) => this.#accept(socket));
    options.faults.onChange = () => this.#settle();
  }

  /** Starts listening and returns the URL without a path. Calling it again returns the same URL. */
  async start(): Promise<URL> {
    this.#wanted = true;
    await this.#settle();
    return new URL(`${this.#options.tls === undefined ? 'http' : 'https'}://${this.#host}:${this.#port}/`);
  }

  /** Closes the listening socket and all connections. Does nothing when stopped. */
  async stop(): Promise<void> {
    this.#wanted = false;
    await this.#settle();
  }

  /** Resets all connections, as a crash or a session limit would; continues listening. */
  dropConnections(): void {
    for (const socket of this.#connections.keys()) resetConnection(socket);
  }

  /** Opens or closes the listening socket as wanted; changes run one after another. */
  #settle(): Promise<void> {
    this.#work = this.#work.then(async () => {
      const listen = this.#wanted && !this.#options.faults.refuses;
      if (listen === this.#listener.listening) return;
      await (listen ? this.#listen() : this.#close());
    });
    return this.#work;
  }

  /** Listens. Retries on a port used before, because an outgoing connection may occupy it for a moment. */
  async #listen(triesLeft = this.#hasListened ? 100 : 0): Promise<void> {
    this.#listener.listen(this.#port, this.#host);
    try {
      await once(this.#listener, 'listening');
    } catch (thrown) {
      if (triesLeft === 0) throw thrown;
      await wait(20);
      return this.#listen(triesLeft - 1);
    }
    this.#hasListened = true;
    const address = this.#listener.address();
    if (address !== null && typeof address === 'object') this.#port = address.port;
  }

  #close(): Promise<void> {
    return new Promise((resolve) => {
      this.#listener.close(() => resolve());
      // Destroyed, not reset: a TLS socket may be closing, which is not visible on the socket below it (see resetConnection).
      for (const socket of this.#connections.keys()) socket.destroy();
    });
  }

  #accept(socket: Socket): void {
    const { ledger, faults } = this.#options;
    const fault = faults.takeForConnection();
    const admission = this.#definition.admit?.(socket.remoteAddress ?? '', this.#connections.size) ?? 'serve';
    this.#connections.set(socket, undefined);
    ledger.countConnectionOpened();
    socket.on('error', () => {});
    socket.once('close', () => {
      this.#connections.delete(socket);
      ledger.countConnectionClosed();
      this.#leave(socket);
    });
    if (fault !== undefined) ledger.countFault(fault.kind);
    if (fault === undefined && admission === 'serve') return this.#serve(socket);
    if (fault === undefined) return admission === 'close' ? void socket.destroy() : resetConnection(socket);
    this.#meet(socket, fault);
  }

  /** Applies a fault to a new connection. */
  #meet(socket: Socket, fault: ConnectionFault): void {
    switch (fault.kind) {
      case 'hang-at-accept':
        return void socket.pause();
      case 'close-at-accept':
        return void socket.destroy();
      case 'greet-at-accept':
        return void socket.resume().write(fault.greeting);
      case 'reset-after-hello':
        return void socket.once('data', () => resetConnection(socket));
      case 'short-read-hello':
        return this.#serveShort(socket, fault.bytes);
      case 'refuse':
      case 'reset-at-accept':
        return resetConnection(socket);
    }
  }

  /** Serves the connection, unless its first TLS message is longer than `maximumBytes`. */
  #serveShort(socket: Socket, maximumBytes: number): void {
    socket.once('readable', () => {
      const hello: unknown = socket.read();
      if (!Buffer.isBuffer(hello) || (hello[0] === tlsHandshake && hello.length > maximumBytes)) {
        resetConnection(socket);
        return;
      }
      socket.unshift(hello);
      this.#serve(socket);
    });
  }

  /** Removes a closed connection and serves the next one that waits. */
  #leave(socket: Socket): void {
    this.#waiting.delete(socket);
    if (!this.#served.delete(socket)) return;
    const [next] = this.#waiting;
    if (next === undefined) return;
    this.#waiting.delete(next);
    this.#serve(next);
  }

  #serve(socket: Socket): void {
    const { clock } = this.#options;
    const { connectionsAtOnce = Infinity } = this.#definition;
    if (this.#served.size >= connectionsAtOnce) return void this.#waiting.add(socket);
    this.#served.add(socket);
    this.#connections.set(socket, watchIdle(socket, clock, this.#definition.idleMs ?? 5000));
    this.#http.emit('connection', socket);
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    if (this.#definition.sendDate === false) response.sendDate = false;
    // Node would use the machine's clock.
    else response.setHeader('date', new Date(this.#options.clock.wallTime()).toUTCString());
    const stream = request.socket;
    const [socket, idle] = this.#connectionOf(stream.remotePort);
    idle?.begin();
    response.once('close', () => idle?.end());
    const reset = (): void => {
      if (socket !== undefined) resetConnection(socket);
    };
    const wire = { response, stream, reset, wait: waitOn(this.#options.clock, stream) };
    void answerRequest(request, wire, this.#definition, this.#options);
  }

  /** Finds the TCP connection by the client's port: with TLS, a request has only the TLS socket, which cannot be reset. */
  #connectionOf(port: number | undefined): readonly [Socket | undefined, IdleWatch | undefined] {
    const found = [...this.#connections].find(([socket]) => socket.remotePort === port);
    return found ?? [undefined, undefined];
  }
}

function createInner(tls: SimulatorTls | undefined): HttpServer {
  // Node's own timeouts use the machine's clock, and Node would answer instead of the PBX.
  const settings = { keepAliveTimeout: 0, requestTimeout: 0, headersTimeout: 0, insecureHTTPParser: false };
  if (tls === undefined) return createHttpServer(settings);
  return createHttpsServer({ ...settings, cert: tls.certificate, key: tls.key });
}
