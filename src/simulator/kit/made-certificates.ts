import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import type { SimulatorTls } from './server-definition.ts';

/** What a certificate is to say; times in milliseconds since 1970, whole seconds of which are written. */
export interface CertificateWish {
  /** Common name, ASCII. */
  readonly name: string;
  readonly notBefore: number;
  readonly notAfter: number;
}

// Tags of DER (ITU-T X.690).
const tags = {
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  objectIdentifier: 0x06,
  utf8String: 0x0c,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
  /** `[0]` and `[3]` of a certificate: its version and its extensions. */
  version: 0xa0,
  extensions: 0xa3,
  /** `[7]` of a name in subjectAltName: an IP address. */
  address: 0x87,
} as const;

const identifiers = {
  ecdsaWithSha256: '2a8648ce3d040302',
  commonName: '550403',
  subjectAltName: '551d11',
} as const;

/**
 * Makes a certificate for 127.0.0.1 that is signed by itself, as PBXs make them at the factory, with a new key on P-256: an
 * X.509 certificate of version 3 (RFC 5280, section 4.1). Node.js reads certificates but writes none.
 */
export function makeCertificate({ name, notBefore, notAfter }: CertificateWish): SimulatorTls {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const algorithm = sequence(identifier('ecdsaWithSha256'));
  const who = sequence(der('set', sequence(identifier('commonName'), der('utf8String', Buffer.from(name)))));
  const toBeSigned = sequence(
    der('version', der('integer', Buffer.of(2))),
    der('integer', serialNumber()),
    algorithm,
    who,
    sequence(time(notBefore), time(notAfter)),
    who,
    publicKey.export({ type: 'spki', format: 'der' }),
    der('extensions', sequence(loopback())),
  );
  const signature = sign('sha256', toBeSigned, privateKey);
  const whole = sequence(toBeSigned, algorithm, der('bitString', Buffer.of(0), signature));
  return {
    certificate: pem(whole),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

function loopback(): Buffer {
  const names = sequence(der('address', Buffer.of(127, 0, 0, 1)));
  return sequence(identifier('subjectAltName'), der('octetString', names));
}

/** Positive, and not shorter than it looks: the first byte is neither 0 nor has its highest bit. */
function serialNumber(): Buffer {
  return Buffer.concat([Buffer.of(0x40), randomBytes(15)]);
}

/** Up to 2049 with two digits for the year, later with four (RFC 5280, section 4.1.2.5). */
function time(moment: number): Buffer {
  const digits = new Date(moment).toISOString().replaceAll(/\.\d+|[-:T]/g, '');
  return new Date(moment).getUTCFullYear() < 2050
    ? der('utcTime', Buffer.from(digits.slice(2)))
    : der('generalizedTime', Buffer.from(digits));
}

function identifier(name: keyof typeof identifiers): Buffer {
  return der('objectIdentifier', Buffer.from(identifiers[name], 'hex'));
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return der('sequence', ...parts);
}

function der(tag: keyof typeof tags, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.of(tags[tag]), length(content.length), content]);
}

/** Below 128 the number itself, else how many bytes it has, and these. */
function length(bytes: number): Buffer {
  if (bytes < 0x80) return Buffer.of(bytes);
  return bytes < 0x100 ? Buffer.of(0x81, bytes) : Buffer.of(0x82, bytes >> 8, bytes & 0xff);
}

function pem(content: Buffer): string {
  const lines = content.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}
