import { constants, X509Certificate } from 'node:crypto';
import {
  checkServerIdentity as checkName,
  createSecureContext,
  DEFAULT_CIPHERS,
  getCACertificates,
  type PeerCertificate,
  rootCertificates,
  type SecureContext,
  type SecureContextOptions,
} from 'node:tls';

/** Minimum version of TLS, in the notation of Prometheus. */
type TlsVersion = 'TLS10' | 'TLS11' | 'TLS12' | 'TLS13';

/** Settings for the cryptography and trust of a connection. */
export interface SecureSettings {
  /** PEM text of the authorities to trust instead of those known to Node.js and the machine. */
  readonly ca?: string;
  readonly minVersion?: TlsVersion;
  /** Security level of OpenSSL. Default: that of OpenSSL. Ignored with TLS10 and TLS11, which require level 0. */
  readonly securityLevel?: 0 | 1 | 2;
  /** Whether servers without secure renegotiation (RFC 5746) are accepted. */
  readonly legacyRenegotiation?: boolean;
}

const versions = { TLS10: 'TLSv1', TLS11: 'TLSv1.1', TLS12: 'TLSv1.2', TLS13: 'TLSv1.3' } as const;

/**
 * Only classic curves are offered as key shares. Node.js 24 adds a post-quantum one, with which the first message has 1.6
 * kB and needs two TCP segments. Some appliances read it with a single `read` and then close the connection.
 */
const classicCurves = 'X25519:prime256v1:secp384r1';

const shared = new Map<string, SecureContext>();

/**
 * Returns the context for these settings. Contexts without their own authorities are shared, because parsing all known
 * authorities takes about 50 ms and 1 MB, which is too much for each of thousands of targets.
 */
export function secureContextFor(settings: SecureSettings): SecureContext {
  if (settings.ca !== undefined) return create(settings, settings.ca);
  const { minVersion, securityLevel, legacyRenegotiation } = settings;
  const key = JSON.stringify([minVersion, securityLevel, legacyRenegotiation]);
  const known = shared.get(key) ?? create(settings, [...knownAuthorities()]);
  shared.set(key, known);
  return known;
}

function create(settings: SecureSettings, ca: string | string[]): SecureContext {
  return createSecureContext({
    ca,
    // A certificate in the file is trusted even if its issuer is not in the file.
    allowPartialTrustChain: settings.ca !== undefined,
    ecdhCurve: classicCurves,
    ...versionAndLevel(settings),
    ...(settings.legacyRenegotiation === true ? { secureOptions: constants.SSL_OP_LEGACY_SERVER_CONNECT } : {}),
  });
}

function versionAndLevel({ minVersion, securityLevel }: SecureSettings): SecureContextOptions {
  // OpenSSL 3 accepts the signatures of TLS 1.0 and 1.1 (MD5 with SHA-1) only at level 0.
  const level = minVersion === 'TLS10' || minVersion === 'TLS11' ? 0 : securityLevel;
  return {
    ...(minVersion === undefined ? {} : { minVersion: versions[minVersion] }),
    ...(level === undefined ? {} : { ciphers: `${DEFAULT_CIPHERS}:@SECLEVEL=${level}` }),
  };
}

/** The authorities built into Node.js and those in the machine's store, to which companies add their own. */
function knownAuthorities(): ReadonlySet<string> {
  return new Set([...rootCertificates, ...getCACertificates('default'), ...machineAuthorities()]);
}

function machineAuthorities(): readonly string[] {
  try {
    return getCACertificates('system');
  } catch {
    // The store cannot be read, but the public authorities of Node.js are still available.
    return [];
  }
}

/** Checks the name in a certificate whose signatures are valid; returns an error if the certificate must not be used. */
export type NameCheck = (hostname: string, certificate: PeerCertificate) => Error | undefined;

/**
 * The name check for a target with its own certificates (`authorities`, PEM text). A server certificate that is itself among
 * them is pinned, and its name does not matter; every other certificate must contain the host name.
 * The factory certificates of PBXs never contain the host name, and often contain no name at all.
 */
export function nameCheckFor(authorities: string): NameCheck {
  const pinned = new Set(fingerprintsOf(authorities));
  return (hostname, certificate) =>
    pinned.has(certificate.fingerprint256) ? undefined : checkName(hostname, certificate);
}

/** SHA-256 fingerprints of the certificates in a PEM text; unreadable ones are ignored. */
function fingerprintsOf(pem: string): readonly string[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  return blocks.flatMap((block) => {
    try {
      return new X509Certificate(block).fingerprint256;
    } catch {
      return [];
    }
  });
}
