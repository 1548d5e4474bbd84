import { generate } from 'selfsigned';

/** A certificate and its key, PEM. */
export interface Identity {
  readonly cert: string;
  readonly key: string;
}

/** Made-up certificates for loopback, valid for a few days. */
export interface Certificates {
  /** Certificate of the authority that signed `server` and `client`. */
  readonly authority: string;
  readonly server: Identity;
  /** A second certificate for the server, signed by the same authority. */
  readonly renewed: Identity;
  readonly client: Identity;
  /** For the name `pbx.example.org` only, signed by the same authority. */
  readonly named: Identity;
  /** Self-signed. */
  readonly stranger: Identity;
}

/** Generates the certificates. Their keys are elliptic-curve keys, which are quick to generate. */
export async function makeCertificates(): Promise<Certificates> {
  const common = { keyType: 'ec', curve: 'P-256', algorithm: 'sha256' } as const;
  const authority = await generate([{ name: 'commonName', value: 'Test authority' }], {
    ...common,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, critical: true },
    ],
  });
  const loopback = [
    { type: 2, value: 'localhost' },
    { type: 7, ip: '127.0.0.1' },
  ] as const;
  const signed = async (
    name: string,
    altNames: readonly { readonly type: 2 | 7; readonly value?: string; readonly ip?: string }[] = loopback,
  ): Promise<Identity> => {
    const { cert, private: key } = await generate([{ name: 'commonName', value: name }], {
      ...common,
      ca: { key: authority.private, cert: authority.cert },
      extensions: [
        { name: 'basicConstraints', cA: false },
        {
          name: 'subjectAltName',
          altNames: [...altNames],
        },
      ],
    });
    return { cert, key };
  };
  const stranger = await generate([{ name: 'commonName', value: 'stranger' }], common);
  return {
    authority: authority.cert,
    server: await signed('server'),
    renewed: await signed('renewed'),
    client: await signed('client'),
    named: await signed('pbx.example.org', [{ type: 2, value: 'pbx.example.org' }]),
    stranger: { cert: stranger.cert, key: stranger.private },
  };
}
