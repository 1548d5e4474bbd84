import { isDeepStrictEqual } from 'node:util';
import type { z } from 'zod';
import type { Collector } from '../snapshot/reading.ts';
import type { PeerNameMode } from '../snapshot/record.ts';
import type { ExpectedPeersConfig } from './expected-peers.ts';
import type { Secret } from './secret.ts';

/** The facts about a PBX family that the loader needs. */
export interface FamilyFacts {
  readonly name: string;
  /** Kinds of account that the family accepts. */
  readonly accounts: readonly ('password' | 'token')[];
  /** Collectors that the family supports. */
  readonly collectors: readonly Collector[];
  /** Schema of the target's `options:`. */
  readonly options: z.ZodObject;
  /** Path endings that the driver adds itself, e.g. `/rawman`. They are removed from a base URL with a warning. */
  readonly addedPaths?: readonly string[];
  /** Shortest recommended interval in milliseconds, and the reason; shorter intervals cause a warning. */
  readonly shortestInterval?: { readonly ms: number; readonly because: string };
  /** Returns doubts about a username and password, as sentences that quote neither of them. */
  readonly accountWarnings?: (username: string, password: string) => readonly string[];
  /** Whether the PBX lists only connected peers. Only then do `peers.remember` and `peers.expected_file` have an effect. */
  readonly presenceOnly?: boolean;
}

/** The account of a target, secrets hidden. */
export type AccountConfig = {
  /** Resolved path of the file with the secret; absent if the secret has another source. */
  readonly secretFile?: string;
} & (
  | { readonly kind: 'password'; readonly username: string; readonly password: Secret }
  | { readonly kind: 'token'; readonly token: Secret }
);

/** TLS settings of a target, including the checks of its certificate. */
export interface TlsConfig {
  /** Resolved path; relative paths start at the folder of the configuration file. */
  readonly caFile?: string;
  /** PEM text of `caFile`. */
  readonly ca?: string;
  readonly serverName?: string;
  readonly insecureSkipVerify: boolean;
  readonly minVersion?: (typeof tlsVersions)[number];
  readonly securityLevel?: 0 | 1 | 2;
  readonly legacyRenegotiation?: boolean;
}

/** Values of `tls.min_version`. */
export const tlsVersions = ['TLS10', 'TLS11', 'TLS12', 'TLS13'] as const;

/** The proxy through which a target is reached. */
export interface ProxyConfig {
  /** Does not contain the account. */
  readonly url: URL;
  readonly account?: { readonly username: string; readonly password: Secret };
}

/** How the peers of a target are shown. */
export interface PeersConfig {
  readonly names: PeerNameMode;
  /** Key of hashed names. If it is absent, `names: hash` shows no names. */
  readonly hashKey?: Secret;
  readonly limit: number;
  /** Maximum number of user agents that `pbx_devices` shows separately. */
  readonly userAgents: number;
  /** Whether each phone's device is shown. */
  readonly devices: boolean;
  /** Whether the expiry time of each registration is shown. */
  readonly registrationExpiry: boolean;
  readonly exclude?: RegExp;
  /** How long a peer stays after a PBX that lists only connected peers has dropped it, in milliseconds. Default: one day. */
  readonly rememberMs?: number;
  /** Peers that a PBX of this kind should always have. */
  readonly expected?: ExpectedPeersConfig;
}

/** One PBX to poll, with all defaults filled in. Times in milliseconds. */
export interface TargetConfig {
  /** Unique; label `pbx`. */
  readonly name: string;
  /** Display name of the file of `target_files` that defines this target; absent if the configuration file itself does. */
  readonly file?: string;
  readonly family: string;
  /** Base URL as configured: http or https, without credentials, query or fragment. */
  readonly url: URL;
  /** The PBX's own web page; absent if not configured. */
  readonly webUrl?: URL;
  readonly account: AccountConfig;
  readonly intervalMs: number;
  readonly timeoutMs: number;
  readonly staleAfterMs: number;
  readonly requestsPerTarget: number;
  readonly collect: readonly Collector[];
  readonly tls: TlsConfig;
  readonly proxy?: ProxyConfig;
  readonly labels: Readonly<Record<string, string>>;
  readonly peers: PeersConfig;
  readonly trunks: { readonly exclude?: RegExp };
  /** Parsed by the family's schema. */
  readonly options: Readonly<Record<string, unknown>>;
}

/** Maximum numbers of events in the journal. */
export interface JournalConfig {
  /** For one PBX. */
  readonly perPbx: number;
  /** For all PBXs together. */
  readonly total: number;
}

/** The whole configuration, validated. */
export interface Config {
  readonly targets: readonly TargetConfig[];
  /** Maximum number of targets polled at the same time. */
  readonly concurrency: number;
  /** Patterns of `target_files` as configured. */
  readonly targetFiles?: readonly string[];
  /** If absent, the default bounds apply. */
  readonly journal?: JournalConfig;
}

/** Reports whether a reload left this target unchanged, including its secrets and the content of its CA file. */
export function sameTarget(one: TargetConfig, other: TargetConfig): boolean {
  return (
    sameAccount(one.account, other.account) &&
    sameProxy(one.proxy, other.proxy) &&
    isDeepStrictEqual(comparable(one), comparable(other))
  );
}

/**
 * Reports whether a reload left the connection settings and the requests of this target unchanged. If so, at most its
 * presentation and its polling times have changed, and its session can continue.
 */
export function sameConnection(one: TargetConfig, other: TargetConfig): boolean {
  return (
    sameAccount(one.account, other.account) &&
    sameProxy(one.proxy, other.proxy) &&
    isDeepStrictEqual(connectionOf(one), connectionOf(other))
  );
}

function connectionOf({ family, url, tls, options, collect, requestsPerTarget }: TargetConfig): readonly unknown[] {
  return [family, url.href, tls, options, collect, requestsPerTarget];
}

/** Reports whether both proxies have the same URL and account. */
function sameProxy(one: ProxyConfig | undefined, other: ProxyConfig | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  const [mine, theirs] = [one.account, other.account];
  if (one.url.href !== other.url.href || mine?.username !== theirs?.username) return false;
  return mine === undefined || theirs === undefined || mine.password.equals(theirs.password);
}

function sameAccount(one: AccountConfig, other: AccountConfig): boolean {
  if (one.secretFile !== other.secretFile) return false;
  if (one.kind === 'token') return other.kind === 'token' && one.token.equals(other.token);
  return other.kind === 'password' && one.username === other.username && one.password.equals(other.password);
}

function comparable(target: TargetConfig): Record<string, unknown> {
  // A new key for hashed names is no reason to log out and in again.
  const { hashKey: _hashKey, ...peers } = target.peers;
  // Neither is a move of the target to another file.
  return {
    ...target,
    url: target.url.href,
    webUrl: target.webUrl?.href,
    account: undefined,
    proxy: undefined,
    file: undefined,
    peers,
  };
}
