import type { ClientRequest } from 'node:http';
import { type DetailedPeerCertificate, TLSSocket } from 'node:tls';

/** Records when the certificates of a PBX expire, from the TLS handshakes of one target's connections. */
export class CertificateExpiry {
  readonly #bySocket = new WeakMap<TLSSocket, number>();
  #seen: number | undefined;

  /** Observes a request. Call it before the request has a connection. */
  watch(request: ClientRequest): void {
    request.once('socket', (socket) => {
      if (!(socket instanceof TLSSocket)) return;
      this.#note(this.#bySocket.get(socket));
      // This must run before the certificate check, which ends a connection with an expired certificate: its expiry
      // matters most.
      socket.prependOnceListener('secure', () => this.#keep(socket, 'with root'));
      socket.once('secureConnect', () => this.#keep(socket, socket.authorized ? 'without root' : 'with root'));
    });
  }

  /**
   * Returns the earliest expiry (seconds since 1970) in the certificate chain of a connection used since the last call,
   * and resets it. Undefined if no TLS connection was used.
   */
  take(): number | undefined {
    const seen = this.#seen;
    this.#seen = undefined;
    return seen;
  }

  /** The value that {@link take} would return, without resetting it. */
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

/**
 * The chain from a certificate to its root. Node.js adds the root if it is known locally, and reports a root as its own
 * issuer.
 */
function chainOf(first: DetailedPeerCertificate): readonly DetailedPeerCertificate[] {
  const chain = new Map<string, DetailedPeerCertificate>();
  let next: DetailedPeerCertificate | undefined = first;
  // Contrary to its type, the object is empty if there is no certificate.
  while (next?.fingerprint256 !== undefined && !chain.has(next.fingerprint256)) {
    chain.set(next.fingerprint256, next);
    next = next.issuerCertificate;
  }
  return [...chain.values()];
}

/**
 * The earliest expiry in a chain, in seconds since 1970. `without root` ignores the root of a trusted chain, because it
 * comes from our own trust store and the PBX may not have sent it.
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
