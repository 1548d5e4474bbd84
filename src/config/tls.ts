import { X509Certificate } from 'node:crypto';
import type { TlsConfig } from './config.ts';
import { readFlag, readLiteral, readSection, readText } from './read.ts';
import type { Scope } from './scope.ts';
import type { Entry } from './tree.ts';

/** The `tls:` keys of a target; `url` tells whether they have any effect. */
export function readTls(scope: Scope, tls: Entry | undefined, url: URL | undefined): TlsConfig {
  if (tls === undefined) return { insecureSkipVerify: false };
  const { entries } = readSection(scope.report, tls.value, 'targets[].tls');
  if (url?.protocol === 'http:' && entries.size > 0) {
    scope.report.warn(tls.spot, 'tls has no effect: the url starts with http://');
  }
  const authority = entries.get('ca_file');
  const name = entries.get('server_name');
  const insecure = entries.get('insecure_skip_verify');
  const serverName = name && readLiteral(scope.report, name);
  return {
    ...(authority === undefined ? {} : readAuthority(scope, authority)),
    ...(serverName === undefined ? {} : { serverName }),
    insecureSkipVerify: insecure !== undefined && readInsecure(scope, insecure),
  };
}

function readInsecure({ report }: Scope, entry: Entry): boolean {
  const insecure = readFlag(report, entry) ?? false;
  if (insecure) {
    report.warn(
      entry.value,
      'insecure_skip_verify: any certificate is accepted, so the login can be read by whoever is on the way; ca_file is the safe way for a self-signed certificate',
    );
  }
  return insecure;
}

function readAuthority(scope: Scope, entry: Entry): { caFile: string; ca: string } | undefined {
  const path = readText(scope.report, entry);
  if (path === undefined) return undefined;
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
