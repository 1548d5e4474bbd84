import { createHmac } from 'node:crypto';
import type { TargetConfig } from './config.ts';
import type { Secret } from './secret.ts';

type Target = Pick<TargetConfig, 'name' | 'peers'>;

/**
 * Hashes of names of people, for `peers.names: hash`, with the keys of the configuration. The same name has the same hash on
 * all PBXs that share a key, over restarts and in every shard.
 */
export class NameHashes {
  #keys: ReadonlyMap<string, Secret>;

  constructor(targets: readonly Target[]) {
    this.#keys = keysOf(targets);
  }

  /** The hash of a name on a PBX, 16 hexadecimal digits; undefined where no key is configured for it. */
  hash(name: string, pbx: string): string | undefined {
    const key = this.#keys.get(pbx)?.reveal();
    return key === undefined ? undefined : createHmac('sha256', key).update(name).digest('hex').slice(0, 16);
  }

  /** Takes over the keys of another configuration; whether any key of a PBX that stays is another one now. */
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

/** Names of the targets whose names of people cannot be shown, because a key is missing. */
export function targetsWithoutKey(targets: readonly Target[]): readonly string[] {
  return targets.filter(({ peers }) => peers.names === 'hash' && peers.hashKey === undefined).map(({ name }) => name);
}
