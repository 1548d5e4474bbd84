import { createSecureContext } from 'node:tls';
import type { Scope } from '../../config/load-context.ts';
import { readValue, type Section } from '../../config/read.ts';
import type { Report } from '../../config/problem.ts';
import { Secret } from '../../config/secret.ts';
import type { Entry } from '../../config/tree.ts';
import { cipherSuites, curves, inlinePem, readKeys, sections, versions } from './keys.ts';
import type { ClientAuthType, WebTls } from './web-config.ts';

/** The context shared by the parts of the loader. */
export type WebScope = Pick<Scope, 'report' | 'readFile'>;

type TlsSection = Section<(typeof sections)['tls']['schema']>;

/** Reads the TLS settings; undefined after a report. */
export function readTlsServer(scope: WebScope, at: Entry): WebTls | undefined {
  const { report } = scope;
  const section = readKeys(report, at.value, sections.tls);
  const { entries, values } = section;
  const cert = readPem(scope, section, 'cert');
  const key = readPem(scope, section, 'key');
  for (const [name, pem] of [
    ['cert_file', cert],
    ['key_file', key],
  ] as const)
    if (pem === '') report.error(at.location, `tls_server_config needs ${name}`);
  const clientAuth = values.client_auth_type ?? 'NoClientCert';
  const authorities = readPem(scope, section, 'client_ca');
  checkClientAuth(report, entries.get('client_auth_type') ?? at, clientAuth, authorities);
  const named = readVersions(report, section);
  if (cert === undefined || cert === '' || key === undefined || key === '') return undefined;
  const tls: WebTls = {
    cert,
    key: new Secret(key),
    clientAuth,
    ...(authorities === undefined || authorities === '' ? {} : { clientAuthorities: authorities }),
    ...named,
    ...readCiphers(section),
    prefersOwnCiphers: values.prefer_server_cipher_suites ?? true,
  };
  return isUsable(report, at, tls) ? tls : undefined;
}

/** The chosen cipher suites and curves by their OpenSSL names. */
function readCiphers({ values }: TlsSection): Pick<WebTls, 'ciphers' | 'curves'> {
  const suites = (values.cipher_suites ?? []).flatMap((name) => cipherSuites[name] ?? []);
  const curveNames = (values.curve_preferences ?? []).flatMap((name) => curves[name] ?? []);
  return {
    ...(suites.length === 0 ? {} : { ciphers: suites.join(':') }),
    ...(curveNames.length === 0 ? {} : { curves: curveNames.join(':') }),
  };
}

/** PEM text from the file itself or from a named file; `''` if neither is set, undefined after a report. */
function readPem(
  { report, readFile }: WebScope,
  { entries, values }: TlsSection,
  name: 'cert' | 'key' | 'client_ca',
): string | undefined {
  const [inline, file] = [entries.get(name), entries.get(`${name}_file`)];
  if (inline !== undefined && file !== undefined) {
    report.error(inline.location, `${name} cannot be combined with ${name}_file: set one or the other`);
    return undefined;
  }
  if (inline !== undefined) return readValue(report, inline, inlinePem);
  if (file === undefined) return '';
  const path = values[`${name}_file`];
  if (path === undefined) return undefined;
  const found = readFile(path);
  if (found.ok && found.text.includes('-----BEGIN ')) return found.text;
  report.error(file.value, `${name}_file: ${found.ok ? `the file ${found.path} contains no PEM text` : found.message}`);
  return undefined;
}

function checkClientAuth(report: Report, at: Entry, type: ClientAuthType, authorities: string | undefined): void {
  if (authorities === undefined) return;
  const verifies = type === 'VerifyClientCertIfGiven' || type === 'RequireAndVerifyClientCert';
  if (verifies && authorities === '')
    report.error(at.location, `${type} needs client_ca_file to verify client certificates`);
  if (type === 'NoClientCert' && authorities !== '')
    report.error(at.location, 'client_ca_file has no effect without client_auth_type: RequireAndVerifyClientCert');
  if (type === 'RequestClientCert' || type === 'RequireAnyClientCert')
    report.warn(at.location, `${type} checks no certificate, so it protects nothing: use RequireAndVerifyClientCert`);
}

function readVersions(report: Report, { entries, values }: TlsSection): Pick<WebTls, 'minVersion' | 'maxVersion'> {
  const { min_version: least = 'TLS12', max_version: most = 'TLS13' } = values;
  const at = entries.get('max_version');
  if (at !== undefined && least === 'TLS13' && most === 'TLS12')
    report.error(at.value, 'max_version is lower than min_version');
  return { minVersion: versions[least], maxVersion: versions[most] };
}

/** Final check by OpenSSL, which detects damaged, weak or mismatched certificates and keys. */
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

/** Returns the settings for a secure context of `node:tls`. */
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
