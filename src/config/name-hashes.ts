import { createHmac } from 'node:crypto';
import { readSecretOf, type SecretSection } from './account.ts';
import type { TargetConfig } from './config.ts';
import type { Scope } from './load-context.ts';
import type { OpenSection } from './read.ts';
import type { Secret } from './secret.ts';

type Target = Pick<TargetConfig, 'name' | 'peers'>;

/**
 * Hashes names of people for `peers.names: hash`, with the keys of the configuration. A name has the same hash on all PBXs
 * that share a key, in every shard and after restarts.
 */
export class NameHashes {
  #keys: ReadonlyMap<string, Secret>;

  constructor(targets: readonly Target[]) {
    this.#keys = keysOf(targets);
  }

  /** Returns the hash of a name on a PBX, 16 hexadecimal digits; undefined if no key is configured for this PBX. */
  hash(name: string, pbx: string): string | undefined {
    const key = this.#keys.get(pbx)?.reveal();
    return key === undefined ? undefined : createHmac('sha256', key).update(name).digest('hex').slice(0, 16);
  }

  /** Replaces the keys with those of a new configuration. Reports whether the key of any PBX changed. */
  replace(targets: readonly Target[]): boolean {
    const [before, after] = [this.#keys, keysOf(targets)];
    this.#keys = after;
    return targets.some(({ name }) => before.get(name)?.reveal() !== after.get(name)?.reveal());
  }
}

function keysOf(targets: readonly Target[]): ReadonlyMap<string, Secret> {
  return new Map(
    targets.flatMap(({ name, peers }) =>
      peers.names === 'hash' && peers.hashKey !== undefined ? [[name, peers.hashKey] as const] : [],
    ),
  );
}

/** Returns the names of targets with `peers.names: hash` but without a key. */
export function targetsWithoutKey(targets: readonly Target[]): readonly string[] {
  return targets.filter(({ peers }) => peers.names === 'hash' && peers.hashKey === undefined).map(({ name }) => name);
}

/** Minimum length in characters. Shorter keys could be found by brute force. */
const shortestKey = 16;

const keys = ['hash_key_file', 'hash_key_env'];

/** Reads the key of hashed names of a section; undefined if the section sets none, or after a report. */
export function readHashKey(scope: Scope, section: SecretSection): Secret | undefined {
  const key = readSecretOf(scope, section, keys);
  if (key === undefined || key.reveal().length >= shortestKey) return key;
  const entry = section.entries.get('hash_key_file') ?? section.entries.get('hash_key_env');
  scope.report.error(
    entry?.value ?? section.location,
    `the hash key is too short: it needs ${shortestKey} characters or more, such as "openssl rand -base64 32" makes`,
  );
  return undefined;
}

/** Reports whether a section sets a key of hashed names, usable or not. */
export function namesHashKey({ entries }: OpenSection): boolean {
  return keys.some((key) => entries.has(key));
}
