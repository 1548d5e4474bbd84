import { isDeepStrictEqual } from 'node:util';
import type { z } from 'zod';
import type { Collector } from '../snapshot/reading.ts';
import type { PeerNameMode } from '../snapshot/record.ts';
import type { ExpectedPeersConfig } from './expected-peers.ts';
import type { Secret } from './secret.ts';

/** What the loader needs to know about a PBX family. */
export interface FamilyFacts {
  readonly name: string;
  /** Kinds of account that it takes. */
  readonly accounts: readonly ('password' | 'token')[];
  /** Collectors that it can serve. */
  readonly collectors: readonly Collector[];
  /** Schema of the target's `options:`. */
  readonly options: z.ZodObject;
  /** Ends of a path that the driver adds itself, e.g. `/rawman`: cut off a base URL that has one, with a warning. */
  readonly addedPaths?: readonly string[];
  /** Interval in milliseconds under which a warning is due, and why. */
  readonly shortestInterval?: { readonly ms: number; readonly because: string };
  /** What is odd about a user name and a password, as sentences that quote neither. */
  readonly accountDoubts?: (username: string, password: string) => readonly string[];
  /** Whether it lists only peers that are present; `peers.remember` and `peers.expected_file` are for such families. */
  readonly presenceOnly?: boolean;
}

/** The account of a target, secrets hidden. */
export type AccountConfig = {
  /** The file that the secret was read from, as resolved; absent if it stands elsewhere. */
  readonly secretFile?: string;
} & (
  | { readonly kind: 'password'; readonly username: string; readonly password: Secret }
  | { readonly kind: 'token'; readonly token: Secret }
);

/** How a target is spoken to by TLS, and its certificate checked. */
export interface TlsConfig {
  /** Path as resolved from the configuration file's folder. */
  readonly caFile?: string;
  /** PEM text of that file. */
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
  /** Without an account. */
  readonly url: URL;
  readonly account?: { readonly username: string; readonly password: Secret };
}

/** How the peers of a target are shown. */
export interface PeersConfig {
  readonly names: PeerNameMode;
  /** Key of hashed names; without one no names are shown with `names: hash`. */
  readonly hashKey?: Secret;
  readonly limit: number;
  /** Most user agents that `pbx_devices` distinguishes. */
  readonly userAgents: number;
  /** Whether each phone's device is shown. */
  readonly devices: boolean;
  /** Whether it is shown until when each phone is registered. */
  readonly registrationExpiry: boolean;
  readonly exclude?: RegExp;
  /** How long a peer stays that a PBX lists no more which lists only those that are present, in milliseconds. Default: a day. */
  readonly rememberMs?: number;
  /** Peers that such a PBX should have. */
  readonly expected?: ExpectedPeersConfig;
}

/** One PBX to poll, every value filled in. Times in milliseconds. */
export interface TargetConfig {
  /** Unique; label `pbx`. */
  readonly name: string;
  /** The file of `target_files` that it came from, by its name for people; absent if it is in the configuration file itself. */
  readonly file?: string;
  readonly family: string;
  /** Base URL as configured: http or https, no credentials, query or fragment in it. */
  readonly url: URL;
  /** The PBX's own web page for people, where it is said. */
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

/** How many events are kept. */
export interface JournalConfig {
  /** Of one PBX. */
  readonly perPbx: number;
  /** Of all PBXs together. */
  readonly total: number;
}

/** The whole configuration, checked. */
export interface Config {
  readonly targets: readonly TargetConfig[];
  /** Targets polled at the same time. */
  readonly concurrency: number;
  /** Patterns of `target_files` as configured. */
  readonly targetFiles?: readonly string[];
  /** Default: the bounds of a file that says nothing. */
  readonly journal?: JournalConfig;
}

/** Whether a reload left this target as it was, secrets and the content of its CA file included. */
export function sameTarget(one: TargetConfig, other: TargetConfig): boolean {
  return (
    sameAccount(one.account, other.account) &&
    sameProxy(one.proxy, other.proxy) &&
    isDeepStrictEqual(comparable(one), comparable(other))
  );
}

/**
 * Whether a reload left the way to this target, and what is asked of it, as it was: then only how it is shown and when it is
 * polled has changed, and its session need not end.
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

/** Whether both are reached in the same way. */
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
  // Another key of hashed names is no reason to log out and in again.
  const { hashKey: _hashKey, ...peers } = target.peers;
  // Nor is a move to another file.
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
