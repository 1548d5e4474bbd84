import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import type { SimulatorTls } from './server-definition.ts';

/** Contents of a certificate. Times are milliseconds since 1970, truncated to whole seconds in the certificate. */
export interface CertificateSettings {
  /** Common name, ASCII. */
  readonly name: string;
  readonly notBefore: number;
  readonly notAfter: number;
  /** Host name that the certificate is issued for, ASCII. Default: the address 127.0.0.1. */
  readonly host?: string;
}

/** A certificate authority. */
export interface Authority extends SimulatorTls {
  readonly name: string;
}

// DER tags (ITU-T X.690).
const tags = {
  boolean: 0x01,
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
  /** `[2]` of a name in subjectAltName: a host name. */
  host: 0x82,
  /** `[7]` of a name in subjectAltName: an IP address. */
  address: 0x87,
} as const;

const identifiers = {
  ecdsaWithSha256: '2a8648ce3d040302',
  commonName: '550403',
  subjectAltName: '551d11',
  basicConstraints: '551d13',
} as const;

/**
 * Makes an X.509 version 3 certificate (RFC 5280, section 4.1) with a new P-256 key. Node.js can read certificates but
 * cannot create them.
 *
 * @param authority Signs the certificate. Default: self-signed, like the factory certificates of PBXs.
 */
export function makeCertificate(settings: CertificateSettings, authority?: Authority): SimulatorTls {
  return make(settings, extension('subjectAltName', sequence(alternativeName(settings.host))), authority);
}

/** Makes a certificate authority; its own certificate is not meant for a server. */
export function makeAuthority(settings: CertificateSettings): Authority {
  const mark = extension('basicConstraints', sequence(der('boolean', Buffer.of(0xff))));
  return { name: settings.name, ...make(settings, mark, undefined) };
}

function make(
  { name, notBefore, notAfter }: CertificateSettings,
  extra: Buffer,
  authority: Authority | undefined,
): SimulatorTls {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const algorithm = sequence(identifier('ecdsaWithSha256'));
  const toBeSigned = sequence(
    der('version', der('integer', Buffer.of(2))),
    der('integer', serialNumber()),
    algorithm,
    named(authority?.name ?? name),
    sequence(time(notBefore), time(notAfter)),
    named(name),
    publicKey.export({ type: 'spki', format: 'der' }),
    der('extensions', sequence(extra)),
  );
  const signature = sign('sha256', toBeSigned, authority?.key ?? privateKey);
  const whole = sequence(toBeSigned, algorithm, der('bitString', Buffer.of(0), signature));
  return {
    certificate: pem(whole),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

function named(name: string): Buffer {
  return sequence(der('set', sequence(identifier('commonName'), der('utf8String', Buffer.from(name)))));
}

function alternativeName(host: string | undefined): Buffer {
  return host === undefined ? der('address', Buffer.of(127, 0, 0, 1)) : der('host', Buffer.from(host));
}

function extension(name: keyof typeof identifiers, content: Buffer): Buffer {
  return sequence(identifier(name), der('octetString', content));
}

/** Returns 16 bytes. The first is neither 0 nor has its highest bit set, so the number is positive and has no excess bytes. */
function serialNumber(): Buffer {
  return Buffer.concat([Buffer.of(0x40), randomBytes(15)]);
}

/** Encodes a time: with a two-digit year up to 2049, with a four-digit year after that (RFC 5280, section 4.1.2.5). */
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

/** Encodes a DER length: below 128 as one byte, otherwise as the number of length bytes followed by these bytes. */
function length(bytes: number): Buffer {
  if (bytes < 0x80) return Buffer.of(bytes);
  return bytes < 0x100 ? Buffer.of(0x81, bytes) : Buffer.of(0x82, bytes >> 8, bytes & 0xff);
}

function pem(content: Buffer): string {
  const lines = content.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}
