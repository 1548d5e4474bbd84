import { createSecureContext } from 'node:tls';
import { readChoice, readFlag, readText } from '../../config/read.ts';
import type { Report } from '../../config/report.ts';
import { Secret } from '../../config/secret.ts';
import { suggest } from '../../config/suggest.ts';
import type { Entry } from '../../config/tree.ts';
import { readKeys, sections } from './keys.ts';
import type { WebScope } from './scope.ts';
import { alwaysOnSuites, cipherSuites, curves, versions } from './tls-names.ts';
import { type ClientAuthType, clientAuthTypes, type WebTls } from './web-config.ts';

type Entries = ReadonlyMap<string, Entry>;

/** The TLS settings, or undefined after a report. */
export function readTlsServer(scope: WebScope, section: Entry): WebTls | undefined {
  const { report } = scope;
  const entries = readKeys(report, section.value, sections.tls);
  const cert = readPem(scope, entries, 'cert');
  const key = readPem(scope, entries, 'key');
  for (const [name, text] of [
    ['cert_file', cert],
    ['key_file', key],
  ] as const)
    if (text === '') report.error(section.location, `tls_server_config needs ${name}`);
  const clientAuth = readClientAuth(report, entries.get('client_auth_type'));
  const authorities = readPem(scope, entries, 'client_ca');
  checkClientAuth(report, entries.get('client_auth_type') ?? section, clientAuth, authorities);
  const named = readVersions(report, entries);
  const ciphers = readNames(report, entries.get('cipher_suites'), [...Object.keys(cipherSuites), ...alwaysOnSuites]);
  const curveNames = readNames(report, entries.get('curve_preferences'), Object.keys(curves));
  const prefer = entries.get('prefer_server_cipher_suites');
  if (cert === undefined || cert === '' || key === undefined || key === '') return undefined;
  const chosen = ciphers.flatMap((name) => cipherSuites[name] ?? []);
  const tls: WebTls = {
    cert,
    key: new Secret(key),
    clientAuth,
    ...(authorities === undefined || authorities === '' ? {} : { clientAuthorities: authorities }),
    ...named,
    ...(chosen.length === 0 ? {} : { ciphers: chosen.join(':') }),
    ...(curveNames.length === 0 ? {} : { curves: curveNames.map((name) => curves[name]).join(':') }),
    prefersOwnCiphers: prefer === undefined ? true : (readFlag(report, prefer) ?? true),
  };
  return isUsable(report, section, tls) ? tls : undefined;
}

/** PEM text that stands in the file itself or in one that is named; `''` where it is not set, undefined after a report. */
function readPem({ report, readFile }: WebScope, entries: Entries, name: string): string | undefined {
  const inline = entries.get(name);
  const file = entries.get(`${name}_file`);
  if (inline !== undefined && file !== undefined) {
    report.error(inline.location, `${name} does not go with ${name}_file: set one or the other`);
    return undefined;
  }
  if (inline !== undefined) return readInline(report, inline);
  if (file === undefined) return '';
  const path = readText(report, file);
  if (path === undefined) return undefined;
  const found = readFile(path);
  if (found.ok && found.text.includes('-----BEGIN ')) return found.text;
  report.error(file.value, `${name}_file: ${found.ok ? `the file ${found.path} holds no PEM text` : found.message}`);
  return undefined;
}

function readInline(report: Report, { key, value }: Entry): string | undefined {
  if (value.kind === 'scalar' && typeof value.value === 'string' && value.value.includes('-----BEGIN '))
    return value.value;
  report.error(value, `${key} must be PEM text (-----BEGIN ...), as a block behind "${key}: |"`);
  return undefined;
}

function readClientAuth(report: Report, entry: Entry | undefined): ClientAuthType {
  if (entry === undefined || (entry.value.kind === 'scalar' && entry.value.value === '')) return 'NoClientCert';
  // exporter-toolkit takes this word too, for the same.
  if (entry.value.kind === 'scalar' && entry.value.value === 'RequireClientCert') return 'RequireAnyClientCert';
  return readChoice(report, entry, clientAuthTypes) ?? 'NoClientCert';
}

function checkClientAuth(report: Report, at: Entry, type: ClientAuthType, authorities: string | undefined): void {
  if (authorities === undefined) return;
  const verifies = type === 'VerifyClientCertIfGiven' || type === 'RequireAndVerifyClientCert';
  if (verifies && authorities === '') report.error(at.location, `${type} needs client_ca_file, to verify them by`);
  if (type === 'NoClientCert' && authorities !== '')
    report.error(at.location, 'client_ca_file has no effect without client_auth_type: RequireAndVerifyClientCert');
  if (type === 'RequestClientCert' || type === 'RequireAnyClientCert')
    report.warn(at.location, `${type} checks no certificate, so it protects nothing: use RequireAndVerifyClientCert`);
}

function readVersions(report: Report, entries: Entries): Pick<WebTls, 'minVersion' | 'maxVersion'> {
  const read = (key: string, fallback: keyof typeof versions): keyof typeof versions => {
    const entry = entries.get(key);
    return (entry && readChoice(report, entry, ['TLS12', 'TLS13'])) ?? fallback;
  };
  const [least, most] = [read('min_version', 'TLS12'), read('max_version', 'TLS13')];
  const at = entries.get('max_version');
  if (at !== undefined && least === 'TLS13' && most === 'TLS12')
    report.error(at.value, 'max_version is lower than min_version');
  return { minVersion: versions[least], maxVersion: versions[most] };
}

function readNames(report: Report, entry: Entry | undefined, known: readonly string[]): string[] {
  if (entry === undefined) return [];
  if (entry.value.kind !== 'list') {
    report.error(entry.value, `${entry.key} must be a list`);
    return [];
  }
  return entry.value.items.flatMap((item) => {
    const name = item.kind === 'scalar' ? String(item.value) : '';
    if (known.includes(name)) return [name];
    report.error(
      item,
      `${entry.key} has an entry that is not supported; there is ${known.join(', ')}`,
      suggest(name, known),
    );
    return [];
  });
}

/** OpenSSL has the last word: it sees what is damaged, too weak, or does not belong together. */
function isUsable(report: Report, section: Entry, tls: WebTls): boolean {
  try {
    createSecureContext(contextOptions(tls));
    return true;
  } catch (thrown) {
    const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : 'unknown error';
    const reason = code.includes('KEY_VALUES_MISMATCH')
      ? 'the key does not belong to the certificate'
      : `certificate, key and client_ca cannot be used (${code})`;
    report.error(section.location, `tls_server_config: ${reason}`);
    return false;
  }
}

/** The settings as `node:tls` takes them, for a context of connections. */
export function contextOptions(tls: WebTls): Parameters<typeof createSecureContext>[0] & object {
  return {
    cert: tls.cert,
    key: tls.key.reveal(),
    minVersion: tls.minVersion,
    maxVersion: tls.maxVersion,
    honorCipherOrder: tls.prefersOwnCiphers,
    ...(tls.clientAuthorities === undefined ? {} : { ca: tls.clientAuthorities }),
    ...(tls.ciphers === undefined ? {} : { ciphers: tls.ciphers }),
    ...(tls.curves === undefined ? {} : { ecdhCurve: tls.curves }),
  };
}
