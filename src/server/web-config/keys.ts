import { z } from 'zod';
import { oddKey, readOpenSection, withValues, type Section } from '../../config/read.ts';
import type { Report } from '../../config/problem.ts';
import { suggest } from '../../config/suggest.ts';
import type { ConfigNode } from '../../config/tree.ts';
import { choice, flag, text, valueFacts } from '../../config/values.ts';
import { clientAuthTypes } from './web-config.ts';

/**
 * Cipher suites of TLS 1.2 by the names that Go and so exporter-toolkit use (the IANA names), and what OpenSSL calls them.
 * Those of TLS 1.3 cannot be chosen there either.
 */
export const cipherSuites: Readonly<Record<string, string>> = {
  TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256: 'ECDHE-ECDSA-AES128-GCM-SHA256',
  TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384: 'ECDHE-ECDSA-AES256-GCM-SHA384',
  TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256: 'ECDHE-ECDSA-CHACHA20-POLY1305',
  TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA: 'ECDHE-ECDSA-AES128-SHA',
  TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA: 'ECDHE-ECDSA-AES256-SHA',
  TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256: 'ECDHE-RSA-AES128-GCM-SHA256',
  TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384: 'ECDHE-RSA-AES256-GCM-SHA384',
  TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256: 'ECDHE-RSA-CHACHA20-POLY1305',
  TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA: 'ECDHE-RSA-AES128-SHA',
  TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA: 'ECDHE-RSA-AES256-SHA',
};

/** Suites of TLS 1.3: always on; naming them is allowed and changes nothing. */
const alwaysOnSuites: readonly string[] = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
];

/** Elliptic curves by Go's names, and what OpenSSL calls them. */
export const curves: Readonly<Record<string, string>> = {
  CurveP256: 'P-256',
  CurveP384: 'P-384',
  CurveP521: 'P-521',
  X25519: 'X25519',
};

/** Versions by the names of exporter-toolkit. Older ones are not secure any more. */
export const versions = { TLS12: 'TLSv1.2', TLS13: 'TLSv1.3' } as const;

const pemFault = '{key} must be PEM text (-----BEGIN ...), as a block behind "{key}: |"';

/** PEM text in the file itself; read where it is known that no file is named as well. */
export const inlinePem = z
  .string({ error: pemFault })
  .refine((pem) => pem.includes('-----BEGIN '), { error: pemFault })
  .register(valueFacts, { words: 'PEM text', holdsMore: true });

/** exporter-toolkit takes `RequireClientCert` too, for the same as `RequireAnyClientCert`, and an empty text for the default. */
const clientAuthType = z
  .preprocess(
    (written) => (written === '' ? 'NoClientCert' : written === 'RequireClientCert' ? 'RequireAnyClientCert' : written),
    choice(clientAuthTypes),
  )
  .register(valueFacts, {
    words: `one of ${clientAuthTypes.join(', ')}`,
    wanted: `one of ${clientAuthTypes.join(', ')}`,
    suggest: ({ source }) => suggest(source, clientAuthTypes),
  });

function listOf(known: readonly string[]) {
  const error = `{key} has an unsupported entry; supported: ${known.join(', ')}`;
  const name = z.enum(known, { error }).register(valueFacts, {
    words: 'name',
    suggest: ({ value }) => suggest(String(value), known),
  });
  return z.array(name, { error: '{key} must be a list' });
}

/** A section that is read by a call of its own. */
const section = () => z.unknown().register(valueFacts, { words: 'keys of its own', holdsMore: true });

const tlsServer = z
  .strictObject({
    cert: inlinePem,
    cert_file: text(),
    key: inlinePem,
    key_file: text(),
    client_auth_type: clientAuthType,
    client_ca: inlinePem,
    client_ca_file: text(),
    min_version: choice(['TLS12', 'TLS13']),
    max_version: choice(['TLS12', 'TLS13']),
    cipher_suites: listOf([...Object.keys(cipherSuites), ...alwaysOnSuites]),
    prefer_server_cipher_suites: flag(),
    curve_preferences: listOf(Object.keys(curves)),
  })
  .partial();

/** The keys of one section: those that are understood, and those of exporter-toolkit that are not, each with the reason. */
interface SectionKeys {
  readonly name: string;
  readonly schema: z.ZodObject;
  readonly unsupported: Readonly<Record<string, string>>;
}

/** The sections of the file, in the words of exporter-toolkit. */
export const sections = {
  top: {
    name: 'the file',
    schema: z
      .strictObject({
        tls_server_config: section(),
        http_server_config: section(),
        basic_auth_users: section(),
      })
      .partial(),
    unsupported: { rate_limit: 'the number of concurrent requests is limited anyway' },
  },
  tls: {
    name: 'tls_server_config',
    schema: tlsServer,
    unsupported: { client_allowed_sans: 'use a separate authority to sign the client certificates' },
  },
  http: {
    name: 'http_server_config',
    schema: z.strictObject({ http2: flag(), headers: section() }).partial(),
    unsupported: {},
  },
  headers: {
    name: 'headers',
    schema: z
      .strictObject({
        'Content-Security-Policy': section(),
        'X-Frame-Options': section(),
        'X-Content-Type-Options': section(),
        'X-XSS-Protection': section(),
        'Strict-Transport-Security': section(),
      })
      .partial(),
    unsupported: {},
  },
} as const satisfies Readonly<Record<string, SectionKeys>>;

/** Keys whose values may be printed. */
export const publicKeys: ReadonlySet<string> = new Set(
  Object.values(sections)
    .flatMap(({ schema }) => Object.keys(schema.shape))
    .filter((key) => key !== 'key'),
);

/** The keys of a section with their values; keys that are unknown or not supported are reported by name. */
export function readKeys<Keys extends SectionKeys>(
  report: Report,
  node: ConfigNode | undefined,
  { name, schema, unsupported }: Keys,
): Section<Keys['schema']> {
  const open = node === undefined ? nothing : readOpenSection(report, node, name);
  const known = Object.keys(schema.shape);
  for (const { key, location } of open.entries.values()) {
    if (known.includes(key)) continue;
    const why = Object.hasOwn(unsupported, key) ? unsupported[key] : undefined;
    if (why !== undefined) report.error(location, `${key} is not supported: ${why}`);
    else report.error(location, oddKey(key) ?? `unknown key ${JSON.stringify(key)} in ${name}`, suggest(key, known));
  }
  return withValues<Keys['schema']>(report, open, schema);
}

const nothing = { location: { offset: 0, path: '' }, entries: new Map() };
