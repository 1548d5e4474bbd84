import { oddKey, readOpenSection } from '../../config/read.ts';
import type { Report } from '../../config/report.ts';
import { suggest } from '../../config/suggest.ts';
import type { ConfigNode, Entry } from '../../config/tree.ts';

/** The keys of one section: those that are understood, and those of exporter-toolkit that are not, each with the reason. */
export interface SectionKeys {
  readonly name: string;
  readonly known: readonly string[];
  readonly unsupported: Readonly<Record<string, string>>;
}

/** The sections of the file, in the words of exporter-toolkit. */
export const sections = {
  top: {
    name: 'the file',
    known: ['tls_server_config', 'http_server_config', 'basic_auth_users'],
    unsupported: { rate_limit: 'the number of requests at the same time is limited anyhow' },
  },
  tls: {
    name: 'tls_server_config',
    known: [
      'cert',
      'cert_file',
      'key',
      'key_file',
      'client_auth_type',
      'client_ca',
      'client_ca_file',
      'min_version',
      'max_version',
      'cipher_suites',
      'prefer_server_cipher_suites',
      'curve_preferences',
    ],
    unsupported: { client_allowed_sans: 'let an authority of its own sign the certificates of the clients' },
  },
  http: { name: 'http_server_config', known: ['http2', 'headers'], unsupported: {} },
  headers: {
    name: 'headers',
    known: [
      'Content-Security-Policy',
      'X-Frame-Options',
      'X-Content-Type-Options',
      'X-XSS-Protection',
      'Strict-Transport-Security',
    ],
    unsupported: {},
  },
} as const satisfies Readonly<Record<string, SectionKeys>>;

/** Keys whose values may be printed. */
export const publicKeys: ReadonlySet<string> = new Set(
  Object.values(sections)
    .flatMap(({ known }): readonly string[] => known)
    .filter((key) => key !== 'key'),
);

/** The entries of a section by key; keys that are unknown or not supported are reported by name. */
export function readKeys(
  report: Report,
  node: ConfigNode | undefined,
  { name, known, unsupported }: SectionKeys,
): ReadonlyMap<string, Entry> {
  if (node === undefined) return new Map();
  const { entries } = readOpenSection(report, node, name);
  for (const { key, location } of entries.values()) {
    if (known.includes(key)) continue;
    const why = Object.hasOwn(unsupported, key) ? unsupported[key] : undefined;
    if (why !== undefined) report.error(location, `${key} is not supported: ${why}`);
    else report.error(location, oddKey(key) ?? `unknown key ${JSON.stringify(key)} in ${name}`, suggest(key, known));
  }
  return entries;
}
