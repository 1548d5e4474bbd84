import { generate } from 'selfsigned';
import type { SimulatorTls } from '../../src/simulator/kit/server-definition.ts';

/** Certificates that a PBX may present, and the authority that the target trusts. */
export interface PbxCertificates {
  readonly authority: string;
  readonly good: SimulatorTls;
  readonly expired: SimulatorTls;
  /** Valid for a name other than that of the PBX. */
  readonly wrongName: SimulatorTls;
  /** Self-signed, the factory default of many PBXs. */
  readonly selfSigned: SimulatorTls;
}

const common = { keyType: 'ec', curve: 'P-256', algorithm: 'sha256' } as const;
const day = 24 * 60 * 60_000;

/** Generates the certificates. */
export async function makePbxCertificates(): Promise<PbxCertificates> {
  const authority = await generate([{ name: 'commonName', value: 'Authority of these experiments' }], {
    ...common,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, critical: true },
    ],
  });
  const sign = async (host: { type: 7; ip: string } | { type: 2; value: string }, notAfterDate: Date) => {
    const { cert, private: key } = await generate([{ name: 'commonName', value: 'PBX' }], {
      ...common,
      notBeforeDate: new Date(Date.now() - 30 * day),
      notAfterDate,
      ca: { key: authority.private, cert: authority.cert },
      extensions: [
        { name: 'basicConstraints', cA: false },
        { name: 'subjectAltName', altNames: [host] },
      ],
    });
    return { certificate: cert, key };
  };
  const later = new Date(Date.now() + day);
  const loopback = { type: 7, ip: '127.0.0.1' } as const;
  const alone = await generate([{ name: 'commonName', value: 'PBX' }], common);
  return {
    authority: authority.cert,
    good: await sign(loopback, later),
    expired: await sign(loopback, new Date(Date.now() - day)),
    wrongName: await sign({ type: 2, value: 'other.example.org' }, later),
    selfSigned: { certificate: alone.cert, key: alone.private },
  };
}
