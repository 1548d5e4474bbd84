import { z } from 'zod';
import { keyFault, readOpenSection, withValues, type Section } from '../../config/read.ts';
import type { Report } from '../../config/problem.ts';
import { suggest } from '../../config/suggest.ts';
import type { ConfigNode } from '../../config/tree.ts';
import { choice, flag, text, valueFacts } from '../../config/values.ts';
import { clientAuthTypes } from './web-config.ts';

/**
 * Cipher suites of TLS 1.2: IANA names, as used by Go and exporter-toolkit, and their OpenSSL names. As in exporter-toolkit,
 * suites of TLS 1.3 cannot be chosen.
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

/** Suites of TLS 1.3. They are always enabled; listing them is allowed but has no effect. */
const alwaysOnSuites: readonly string[] = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
];

/** Elliptic curves: names in Go and in OpenSSL. */
export const curves: Readonly<Record<string, string>> = {
  CurveP256: 'P-256',
  CurveP384: 'P-384',
  CurveP521: 'P-521',
  X25519: 'X25519',
};

/** TLS versions by their names in exporter-toolkit. Older versions are insecure. */
export const versions = { TLS12: 'TLSv1.2', TLS13: 'TLSv1.3' } as const;

const pemFault = '{key} must be PEM text (-----BEGIN ...), as a block behind "{key}: |"';

/** PEM text in the file itself. It is read separately, because it must not be combined with the name of a file. */
export const inlinePem = z
  .string({ error: pemFault })
  .refine((pem) => pem.includes('-----BEGIN '), { error: pemFault })
  .register(valueFacts, { description: 'PEM text', holdsMore: true });

/** exporter-toolkit also accepts `RequireClientCert` as a synonym for `RequireAnyClientCert`, and an empty text for the default. */
const clientAuthType = z
  .preprocess(
    (written) => (written === '' ? 'NoClientCert' : written === 'RequireClientCert' ? 'RequireAnyClientCert' : written),
    choice(clientAuthTypes),
  )
  .register(valueFacts, {
    description: `one of ${clientAuthTypes.join(', ')}`,
    wanted: `one of ${clientAuthTypes.join(', ')}`,
    suggest: ({ source }) => suggest(source, clientAuthTypes),
  });

function listOf(known: readonly string[]) {
  const error = `{key} has an unsupported entry; supported: ${known.join(', ')}`;
  const name = z.enum(known, { error }).register(valueFacts, {
    description: 'name',
    suggest: ({ value }) => suggest(String(value), known),
  });
  return z.array(name, { error: '{key} must be a list' });
}

/** A section that is read by a separate call. */
const section = () => z.unknown().register(valueFacts, { description: 'keys of its own', holdsMore: true });

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

/** The keys of one section: supported keys, and unsupported keys of exporter-toolkit with the reason. */
interface SectionKeys {
  readonly name: string;
  readonly schema: z.ZodObject;
  readonly unsupported: Readonly<Record<string, string>>;
}

/** The sections of the file, named as in exporter-toolkit. */
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

/** Keys with values that may be printed. */
export const publicKeys: ReadonlySet<string> = new Set(
  Object.values(sections)
    .flatMap(({ schema }) => Object.keys(schema.shape))
    .filter((key) => key !== 'key'),
);

/** Reads the keys and values of a section; unknown and unsupported keys are reported by name. */
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
    else report.error(location, keyFault(key) ?? `unknown key ${JSON.stringify(key)} in ${name}`, suggest(key, known));
  }
  return withValues<Keys['schema']>(report, open, schema);
}

const nothing = { location: { offset: 0, path: '' }, entries: new Map() };
