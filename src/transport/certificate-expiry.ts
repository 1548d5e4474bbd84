import type { ClientRequest } from 'node:http';
import { type DetailedPeerCertificate, TLSSocket } from 'node:tls';

/** Notes when the certificates end that a PBX sends, from the handshakes of one target's connections. */
export class CertificateExpiry {
  readonly #bySocket = new WeakMap<TLSSocket, number>();
  #seen: number | undefined;

  /** Follows a request from before it has a connection. */
  watch(request: ClientRequest): void {
    request.once('socket', (socket) => {
      if (!(socket instanceof TLSSocket)) return;
      this.#note(this.#bySocket.get(socket));
      // Before the check, which ends a connection with an expired certificate: that one is worth telling most.
      socket.prependOnceListener('secure', () => this.#keep(socket, 'with root'));
      socket.once('secureConnect', () => this.#keep(socket, socket.authorized ? 'without root' : 'with root'));
    });
  }

  /**
   * The earliest expiry (seconds since 1970) in the certificate chain sent on a connection used since the last call.
   * Undefined if no connection with TLS was used.
   */
  take(): number | undefined {
    const seen = this.#seen;
    this.#seen = undefined;
    return seen;
  }

  /** The same without an end: what {@link take} would give. */
  get seen(): number | undefined {
    return this.#seen;
  }

  #keep(socket: TLSSocket, what: 'with root' | 'without root'): void {
    const expiry = earliestEnd(chainOf(socket.getPeerCertificate(true)), what);
    if (expiry === undefined) return;
    this.#bySocket.set(socket, expiry);
    this.#note(expiry);
  }

  #note(expiry: number | undefined): void {
    if (expiry !== undefined) this.#seen = expiry;
  }
}

/** A certificate, its issuer, and so on. Node.js adds a locally known authority, and returns an authority as its own issuer. */
function chainOf(first: DetailedPeerCertificate): readonly DetailedPeerCertificate[] {
  const chain = new Map<string, DetailedPeerCertificate>();
  let next: DetailedPeerCertificate | undefined = first;
  // Without a certificate the object is empty, whatever its type says.
  while (next?.fingerprint256 !== undefined && !chain.has(next.fingerprint256)) {
    chain.set(next.fingerprint256, next);
    next = next.issuerCertificate;
  }
  return [...chain.values()];
}

/**
 * Seconds since 1970. The authority at the end of a trusted chain is one of our own known authorities, which the PBX may not
 * have sent.
 */
function earliestEnd(
  chain: readonly DetailedPeerCertificate[],
  what: 'with root' | 'without root',
): number | undefined {
  const counted = what === 'with root' ? chain : chain.filter((one, index) => index === 0 || !isItsOwnIssuer(one));
  const ends = counted.map(({ valid_to: end }) => Date.parse(end)).filter((end) => Number.isFinite(end));
  return ends.length === 0 ? undefined : Math.min(...ends) / 1000;
}

function isItsOwnIssuer({ issuerCertificate, fingerprint256 }: DetailedPeerCertificate): boolean {
  return issuerCertificate?.fingerprint256 === fingerprint256;
}
