import { X509Certificate } from 'node:crypto';
import type { TlsConfig } from './config.ts';
import type { groups } from './fields.ts';
import { readSection, type Section } from './read.ts';
import type { Scope } from './load-context.ts';
import type { Entry } from './tree.ts';

/** Reads `tls:` of a target. The keys have no effect if `url` starts with http://, which causes a warning. */
export function readTls(scope: Scope, tls: Entry | undefined, url: URL | undefined): TlsConfig {
  if (tls === undefined) return { insecureSkipVerify: false };
  const section = readSection(scope.report, tls.value, 'targets[].tls');
  const { entries, values } = section;
  if (url?.protocol === 'http:' && entries.size > 0) {
    scope.report.warn(tls.location, 'tls has no effect: the url starts with http://');
  }
  checkWeaknesses(scope.report, section);
  const { server_name: serverName, min_version: minVersion, security_level: securityLevel } = values;
  return {
    ...readAuthority(scope, section),
    ...(serverName === undefined ? {} : { serverName }),
    insecureSkipVerify: values.insecure_skip_verify === true,
    ...(minVersion === undefined ? {} : { minVersion }),
    ...(securityLevel === undefined ? {} : { securityLevel }),
    ...(values.legacy_renegotiation === true ? { legacyRenegotiation: true } : {}),
  };
}

type TlsSection = Section<(typeof groups)['targets[].tls']>;

/** Warns about each setting that makes it easier to intercept the login. */
function checkWeaknesses(report: Scope['report'], { entries, values }: TlsSection): void {
  const { min_version: minVersion, security_level: securityLevel } = values;
  const [version, level] = [entries.get('min_version'), entries.get('security_level')];
  const isOld = minVersion === 'TLS10' || minVersion === 'TLS11';
  if (version !== undefined && isOld) report.warn(version.value, `min_version ${minVersion}: ${oldVersionWarning}`);
  if (level !== undefined && isOld) checkLowered(report, level, minVersion, securityLevel);
  else if (level !== undefined && (securityLevel === 0 || securityLevel === 1))
    report.warn(level.value, levelWarnings[securityLevel]);
  for (const key of ['insecure_skip_verify', 'legacy_renegotiation'] as const) {
    const entry = entries.get(key);
    if (entry !== undefined && values[key] === true) report.warn(entry.value, flagWarnings[key]);
  }
}

/** Reports a security level that contradicts TLS 1.0 or 1.1, which OpenSSL accepts only at level 0. */
function checkLowered(
  report: Scope['report'],
  entry: Entry,
  minVersion: string,
  level: TlsConfig['securityLevel'],
): void {
  if (level === undefined || level === 0) return;
  report.error(entry.value, `security_level ${level} does not go with min_version ${minVersion}: it needs 0`);
}

const oldVersionWarning =
  'versions of TLS before 1.2 can be broken, and the security level is lowered to 0 for them; for a PBX that cannot be updated, in a network that you trust';

const levelWarnings = {
  0: 'security_level 0: keys and signatures of any weakness are accepted, so the login can be read with little effort; for a PBX that cannot be updated, in a network that you trust',
  1: 'security_level 1: keys of 1024 bits are accepted, which can be broken with effort; a new certificate on the PBX is the better way',
} as const;

const flagWarnings = {
  insecure_skip_verify:
    'insecure_skip_verify: any certificate is accepted, so the login can be read by whoever is on the way; ca_file is the safe way for a self-signed certificate',
  legacy_renegotiation:
    'legacy_renegotiation: somebody on the way can put words in front of ours (CVE-2009-3555); for a PBX that cannot be updated, in a network that you trust',
} as const;

function readAuthority(scope: Scope, { entries, values }: TlsSection): { caFile: string; ca: string } | undefined {
  const [entry, path] = [entries.get('ca_file'), values.ca_file];
  if (entry === undefined || path === undefined) return undefined;
  const file = scope.readFile(path);
  const fault = file.ok ? certificateFault(file.path, file.text) : file.message;
  if (fault !== undefined) scope.report.error(entry.value, `ca_file: ${fault}`);
  return file.ok && fault === undefined ? { caFile: file.path, ca: file.text } : undefined;
}

function certificateFault(path: string, pem: string): string | undefined {
  const certificates = pem.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g);
  if (certificates === null) return `the file ${path} holds no certificate in PEM form (-----BEGIN CERTIFICATE-----)`;
  return certificates.every(isCertificate) ? undefined : `the file ${path} holds a certificate that cannot be read`;
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).fingerprint256 !== '';
  } catch {
    return false;
  }
}
