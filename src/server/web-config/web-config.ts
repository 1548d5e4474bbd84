import type { Secret } from '../../config/secret.ts';

/** Modes of client authentication, named as in exporter-toolkit. */
export const clientAuthTypes = [
  'NoClientCert',
  'RequestClientCert',
  'RequireAnyClientCert',
  'VerifyClientCertIfGiven',
  'RequireAndVerifyClientCert',
] as const;
/** One of {@link clientAuthTypes}. */
export type ClientAuthType = (typeof clientAuthTypes)[number];

/** TLS settings of the server, in the format of `node:tls`. */
export interface WebTls {
  /** PEM text: the server's certificate, followed by the intermediate certificates. */
  readonly cert: string;
  /** PEM text of the private key. */
  readonly key: Secret;
  readonly clientAuth: ClientAuthType;
  /** PEM text of the authorities for client certificates. */
  readonly clientAuthorities?: string;
  readonly minVersion: 'TLSv1.2' | 'TLSv1.3';
  readonly maxVersion: 'TLSv1.2' | 'TLSv1.3';
  /** For TLS 1.2, in order of preference. */
  readonly ciphers?: string;
  readonly curves?: string;
  /** Whether the server's order of cipher suites takes precedence over the client's. */
  readonly prefersOwnCiphers: boolean;
}

/** Security settings of the exporter's web server. */
export interface WebConfig {
  /** If absent, the server uses plain HTTP. */
  readonly tls?: WebTls;
  /** Headers of every response, by their usual names. */
  readonly headers: Readonly<Record<string, string>>;
  /** bcrypt hashes by user name. If empty, no login is required. */
  readonly users: ReadonlyMap<string, Secret>;
}

/** Settings of a server without a web configuration file: no protection. */
export const openWebConfig: WebConfig = { headers: {}, users: new Map() };
