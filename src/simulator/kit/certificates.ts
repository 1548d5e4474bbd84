import { type CertificateSettings, makeAuthority, makeCertificate } from './made-certificates.ts';
import type { SimulatorTls } from './server-definition.ts';

/** A faulty certificate and the authority that signed it. */
export interface FaultyCertificate {
  readonly tls: SimulatorTls;
  /** Certificate of the authority in PEM, for `tls.ca_file` of a target. */
  readonly authority: string;
}

/** Names of the certificate faults. */
export type CertificateFault = 'certificate-expired' | 'certificate-other-name';

const [begin, expiry, end] = [Date.UTC(2024, 0, 1), Date.UTC(2025, 0, 1), Date.UTC(2124, 0, 1)];

const settingsByFault: Readonly<Record<CertificateFault, CertificateSettings>> = {
  'certificate-expired': { name: '127.0.0.1', notBefore: begin, notAfter: expiry },
  'certificate-other-name': {
    name: 'other.example.org',
    host: 'other.example.org',
    notBefore: begin,
    notAfter: end,
  },
};

/** Makes a certificate with this fault, signed by a valid authority. */
export function makeFaultyCertificate(fault: CertificateFault): FaultyCertificate {
  const authority = makeAuthority({ name: 'Simulated authority', notBefore: begin, notAfter: end });
  return { tls: makeCertificate(settingsByFault[fault], authority), authority: authority.certificate };
}
