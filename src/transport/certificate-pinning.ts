import { X509Certificate } from 'node:crypto';
import { checkServerIdentity as checkName, type PeerCertificate } from 'node:tls';

/** Checks the name in a certificate whose signatures are good; the error says that the certificate must not be used. */
export type NameCheck = (hostname: string, certificate: PeerCertificate) => Error | undefined;

/**
 * The check of the name for a target with certificates of its own (`authorities`, PEM text): a certificate that itself stands
 * among them is pinned, and the name in it does not matter; every other one has to bear the name of the host.
 * Certificates that PBXs make at the factory are alike in that they do not know the host's name, and often name none.
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
