import { type CertificateWish, makeAuthority, makeCertificate } from './made-certificates.ts';
import type { SimulatorTls } from './server-definition.ts';

/** A certificate that a PBX should not have, and who has signed it. */
export interface FaultyCertificate {
  readonly tls: SimulatorTls;
  /** The authority as PEM: what `tls.ca_file` of a target has to name. */
  readonly authority: string;
}

/** Names of the faults of a certificate. */
export type CertificateFault = 'certificate-expired' | 'certificate-other-name';

const [begin, expiry, end] = [Date.UTC(2024, 0, 1), Date.UTC(2025, 0, 1), Date.UTC(2124, 0, 1)];

const wishes: Readonly<Record<CertificateFault, CertificateWish>> = {
  'certificate-expired': { name: '127.0.0.1', notBefore: begin, notAfter: expiry },
  'certificate-other-name': {
    name: 'other.example.org',
    host: 'other.example.org',
    notBefore: begin,
    notAfter: end,
  },
};

/** Makes a certificate with this fault, and an authority for it that has none. */
export function makeFaultyCertificate(fault: CertificateFault): FaultyCertificate {
  const authority = makeAuthority({ name: 'Simulated authority', notBefore: begin, notAfter: end });
  return { tls: makeCertificate(wishes[fault], authority), authority: authority.certificate };
}
