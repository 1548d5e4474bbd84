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

/** Lowest version of TLS to accept, as Prometheus writes it. */
type TlsVersion = 'TLS10' | 'TLS11' | 'TLS12' | 'TLS13';

/** What a connection's cryptography and trust are made from. */
export interface SecureSettings {
  /** PEM text of the authorities to trust in place of those known to Node.js and to the machine. */
  readonly ca?: string;
  readonly minVersion?: TlsVersion;
  /** OpenSSL's security level; default: OpenSSL's own. TLS10 and TLS11 work on level 0 alone, whatever this says. */
  readonly securityLevel?: 0 | 1 | 2;
  /** Accept servers without secure renegotiation (RFC 5746). */
  readonly legacyRenegotiation?: boolean;
}

const versions = { TLS10: 'TLSv1', TLS11: 'TLSv1.1', TLS12: 'TLSv1.2', TLS13: 'TLSv1.3' } as const;

/**
 * Key shares of the classic curves only. With the post-quantum one, which Node.js 24 adds, the first message has 1.6 kB and
 * comes in two TCP segments; there are appliances that read it with one `read` and then hang up.
 */
const classicCurves = 'X25519:prime256v1:secp384r1';

const shared = new Map<string, SecureContext>();

/**
 * The context for these settings. Contexts without their own authorities are shared: parsing all known authorities takes
 * some 50 ms and a megabyte, which is too much to repeat for each of thousands of targets.
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
    // A certificate of the file is trusted as it stands, also one whose own signer is not in the file.
    allowPartialTrustChain: settings.ca !== undefined,
    ecdhCurve: classicCurves,
    ...versionAndLevel(settings),
    ...(settings.legacyRenegotiation === true ? { secureOptions: constants.SSL_OP_LEGACY_SERVER_CONNECT } : {}),
  });
}

function versionAndLevel({ minVersion, securityLevel }: SecureSettings): SecureContextOptions {
  // OpenSSL 3 takes the signatures of TLS 1.0 and 1.1 (MD5 with SHA-1) on level 0 only.
  const level = minVersion === 'TLS10' || minVersion === 'TLS11' ? 0 : securityLevel;
  return {
    ...(minVersion === undefined ? {} : { minVersion: versions[minVersion] }),
    ...(level === undefined ? {} : { ciphers: `${DEFAULT_CIPHERS}:@SECLEVEL=${level}` }),
  };
}

/** Those that come with Node.js and those of the machine's own store, where companies put theirs. */
function knownAuthorities(): ReadonlySet<string> {
  return new Set([...rootCertificates, ...getCACertificates('default'), ...machineAuthorities()]);
}

function machineAuthorities(): readonly string[] {
  try {
    return getCACertificates('system');
  } catch {
    // A store that cannot be read: the certificates of public authorities are still there.
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

/** SHA-256 fingerprints of the certificates in a PEM text; what cannot be read is no certificate. */
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
