import type { LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { callbackify } from 'node:util';
import type { Clock } from '../clock.ts';
import { candidateNames, parseHosts, parseSearchRules } from './name-files.ts';

/** An address and how long it may be cached, in seconds. */
interface ResolvedAddress extends LookupAddress {
  readonly ttl: number;
}

/** The sources from which a resolver looks up names. */
export interface ResolverSetup {
  readonly clock: Clock;
  /** Text of the hosts file and of resolv.conf; empty if there is none. Called at most once every {@link filesForMs}. */
  readonly readFiles: () => Promise<{ readonly hosts: string; readonly resolvConf: string }>;
  /** Queries the name servers for the addresses of a fully qualified name. Throws an error with a c-ares code. */
  readonly query: (name: string, family: 4 | 6, resolvConf: string) => Promise<readonly ResolvedAddress[]>;
  /** The system's lookup, for names that are not in DNS. It cannot be cancelled and occupies a thread of a small pool. */
  readonly systemLookup: (name: string) => Promise<readonly LookupAddress[]>;
}

/** A failed lookup; `code` is an error code of `dns.lookup`, or `ETIMEOUT`. */
export class LookupError extends Error {
  readonly code: string;

  constructor(code: string) {
    super(`lookup failed (${code})`);
    this.code = code;
  }
}

/**
 * Maximum time for which an address is cached, in seconds, and the time for an answer of the system's lookup, which has
 * no TTL.
 */
const longestTtl = 300;
const systemTtl = 30;
/** Time (ms) for which the two files are cached. */
const filesForMs = 5_000;
/** Maximum wait (ms) for IPv6 addresses once the IPv4 addresses are known. */
const graceMs = 100;

/**
 * c-ares codes for a name that does not exist or has no addresses of the requested family, or for a machine without a
 * name server.
 */
const missingCodes: ReadonlySet<string> = new Set(['ENOTFOUND', 'ENODATA', 'ECONNREFUSED', 'EBADNAME', 'EBADQUERY']);

type Files = Awaited<ReturnType<ResolverSetup['readFiles']>>;

/**
 * Looks up host names so that no name can delay another. DNS queries use their own sockets (c-ares). The system's lookup
 * blocks a thread of a small pool, so it is used for one name at a time, and only for names that do not exist in DNS
 * (mDNS, NSS). The hosts file, `search` and `ndots` are honoured as in the C library.
 */
export class Resolver {
  readonly #setup: ResolverSetup;
  readonly #known = new Map<string, { readonly addresses: readonly LookupAddress[]; readonly until: number }>();
  readonly #pending = new Map<string, Promise<readonly LookupAddress[]>>();
  #systemTurn: Promise<unknown> = Promise.resolve();
  #files: { readonly text: Promise<Files>; readonly until: number } | undefined;

  constructor(setup: ResolverSetup) {
    this.#setup = setup;
  }

  /** The addresses of a host, IPv4 first, within `timeoutMs`. Throws a {@link LookupError}. */
  async addresses(host: string, timeoutMs: number): Promise<readonly LookupAddress[]> {
    const name = host.toLowerCase();
    const known = this.#known.get(name);
    if (known !== undefined && known.until > this.#setup.clock.monotonicTime()) return known.addresses;
    const pending = this.#pending.get(name) ?? this.#begin(name);
    return this.#within(timeoutMs, pending);
  }

  #begin(name: string): Promise<readonly LookupAddress[]> {
    const work = this.#resolve(name).finally(() => this.#pending.delete(name));
    this.#pending.set(name, work);
    return work;
  }

  async #within<T>(timeoutMs: number, work: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const timer = this.#setup.clock.after(timeoutMs, () => reject(new LookupError('ETIMEOUT')));
      work.then(resolve, reject).finally(() => timer.stop());
    });
  }

  async #resolve(name: string): Promise<readonly LookupAddress[]> {
    const files = await this.#readFiles();
    const bare = name.replace(/\.$/, '');
    const listed = parseHosts(files.hosts).get(bare);
    if (listed !== undefined) return listed.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
    if (/(?:^|\.)localhost$/.test(bare)) return [{ address: '127.0.0.1', family: 4 }];
    for (const candidate of candidateNames(name, parseSearchRules(files.resolvConf))) {
      const found = await this.#query(candidate, files.resolvConf);
      if (found.length > 0) return this.#keep(name, found);
    }
    const found = await this.#askSystem(bare);
    return this.#keep(
      name,
      found.map((address) => ({ ...address, ttl: systemTtl })),
    );
  }

  /** The addresses of a fully qualified name; empty if the name servers report that there are none. */
  async #query(name: string, resolvConf: string): Promise<readonly ResolvedAddress[]> {
    const later = this.#ask(name, 6, resolvConf);
    later.catch(() => {});
    const found = await this.#ask(name, 4, resolvConf);
    if (found.length === 0) return later;
    const more = await this.#within(graceMs, later).catch(() => []);
    return [...found, ...more];
  }

  async #ask(name: string, family: 4 | 6, resolvConf: string): Promise<readonly ResolvedAddress[]> {
    try {
      return await this.#setup.query(name, family, resolvConf);
    } catch (thrown) {
      const code = codeOf(thrown);
      if (missingCodes.has(code)) return [];
      throw new LookupError(code);
    }
  }

  async #askSystem(name: string): Promise<readonly LookupAddress[]> {
    const turn = this.#systemTurn.then(() => this.#setup.systemLookup(name));
    this.#systemTurn = turn.catch(() => {});
    try {
      return await turn;
    } catch (thrown) {
      throw new LookupError(codeOf(thrown));
    }
  }

  #keep(name: string, found: readonly ResolvedAddress[]): readonly LookupAddress[] {
    const now = this.#setup.clock.monotonicTime();
    for (const [other, { until }] of this.#known) if (until <= now) this.#known.delete(other);
    const addresses = found.map(({ address, family }) => ({ address, family }));
    const ttl = Math.min(longestTtl, ...found.map((one) => one.ttl));
    this.#known.set(name, { addresses, until: now + ttl * 1000 });
    return addresses;
  }

  #readFiles(): Promise<Files> {
    const now = this.#setup.clock.monotonicTime();
    if (this.#files === undefined || this.#files.until <= now)
      this.#files = { text: this.#setup.readFiles(), until: now + filesForMs };
    return this.#files.text;
  }
}

function codeOf(thrown: unknown): string {
  const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
  return typeof code === 'string' ? code : 'EAI_FAIL';
}

/**
 * Maximum wait for a name server: in ms, and as a share of the request's time. It is shorter than the request, so that
 * the failure names the name server and not the deadline.
 */
const longestLookupMs = 5_000;
const lookupShare = 0.9;

/** Creates the lookup function of a socket; `timeoutMs` is the time of its request. */
export function createLookup(resolver: Resolver, timeoutMs = Infinity): LookupFunction {
  return (host, { all }, callback) => {
    // Created only here, because most requests reuse a connection and need no lookup.
    const addresses = callbackify(resolver.addresses.bind(resolver));
    addresses(host, Math.min(longestLookupMs, lookupShare * timeoutMs), (error, found) => {
      const [first] = found ?? [];
      if (first === undefined) callback(error ?? new Error('no address'), '');
      else if (all === true) callback(null, [...found]);
      else callback(null, first.address, first.family);
    });
  };
}
