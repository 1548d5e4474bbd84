import type { Secret } from '../../config/secret.ts';

/** What is asked of clients about certificates, in the words of exporter-toolkit. */
export const clientAuthTypes = [
  'NoClientCert',
  'RequestClientCert',
  'RequireAnyClientCert',
  'VerifyClientCertIfGiven',
  'RequireAndVerifyClientCert',
] as const;
/** One of {@link clientAuthTypes}. */
export type ClientAuthType = (typeof clientAuthTypes)[number];

/** How the server speaks TLS; all texts in the form that `node:tls` takes. */
export interface WebTls {
  /** PEM text: the server's certificate, followed by those between it and the authority. */
  readonly cert: string;
  /** PEM text of its key. */
  readonly key: Secret;
  readonly clientAuth: ClientAuthType;
  /** PEM text of the authorities that sign certificates of clients. */
  readonly clientAuthorities?: string;
  readonly minVersion: 'TLSv1.2' | 'TLSv1.3';
  readonly maxVersion: 'TLSv1.2' | 'TLSv1.3';
  /** For TLS 1.2, in order of preference. */
  readonly ciphers?: string;
  readonly curves?: string;
  /** Whether the server's order of cipher suites counts, not the client's. */
  readonly prefersOwnCiphers: boolean;
}

/** How the exporter's own web server protects itself. */
export interface WebConfig {
  /** Absent: plain HTTP. */
  readonly tls?: WebTls;
  /** Headers of every answer, by their usual names. */
  readonly headers: Readonly<Record<string, string>>;
  /** bcrypt hashes by user name; empty: no login is needed. */
  readonly users: ReadonlyMap<string, Secret>;
}

/** The protection of a server without a web configuration file: none. */
export const openWebConfig: WebConfig = { headers: {}, users: new Map() };
