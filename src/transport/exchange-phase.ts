import type { ClientRequest } from 'node:http';
import { isIP, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';

/**
 * The phase of an exchange: waiting for a connection, resolving the name, connecting, in the TLS handshake, sending the
 * request and waiting for its answer (`asking`), or reading the answer. The reason for a failure is derived from the
 * phase, because there are too many error codes.
 */
export type Phase = 'waiting' | 'resolving' | 'connecting' | 'handshake' | 'asking' | 'reading';

/** The progress of one exchange. */
export class ExchangeProgress {
  phase: Phase = 'waiting';
  /** Local address of the connection, set when the answer begins. */
  localAddress: string | undefined;
  #socket: Socket | undefined;
  #readBefore = 0;
  #reused = false;

  /** Whether the request was sent on a reused connection and no byte was received. */
  get diedUnanswered(): boolean {
    return this.#reused && this.phase === 'asking' && this.#socket?.bytesRead === this.#readBefore;
  }

  /** Observes a request. Call it before the request has a connection. */
  watch(request: ClientRequest, host: string): void {
    request.once('socket', (socket) => {
      this.#socket = socket;
      this.#reused = request.reusedSocket;
      this.#readBefore = socket.bytesRead;
      this.#follow(socket, isIP(host.replaceAll(/[[\]]/g, '')) === 0);
    });
    request.once('response', () => {
      this.phase = 'reading';
      this.localAddress = this.#socket?.localAddress;
    });
  }

  #follow(socket: Socket, isName: boolean): void {
    const isTls = socket instanceof TLSSocket;
    const inHandshake = isTls && !this.#reused && socket.getProtocol() === null;
    this.phase = socket.connecting ? (isName ? 'resolving' : 'connecting') : inHandshake ? 'handshake' : 'asking';
    if (!socket.connecting && !inHandshake) return;
    socket.once('lookup', (error: Error | null) => {
      if (error === null) this.phase = 'connecting';
    });
    socket.once('connect', () => (this.phase = isTls ? 'handshake' : 'asking'));
    socket.once('secureConnect', () => (this.phase = 'asking'));
  }
}
