import { ageTime, type Moment } from '../snapshot/clocks.ts';
import type { NameHash } from '../snapshot/peer-name.ts';
import type { TargetIdentity, TargetRecord } from '../snapshot/record.ts';
import { renderTarget, type TargetBlocks } from './render.ts';

/** A target as the page sees it: the two objects that the rest of the program replaces whole and never changes. */
export interface PageTarget {
  readonly identity: TargetIdentity;
  readonly record: TargetRecord;
  /** By how much the end of the next round is overdue (ms), 0 when it is not; absent where nobody expects rounds. */
  readonly overdueMs?: number;
}

interface Rendered {
  readonly record: TargetRecord;
  readonly blocks: TargetBlocks;
  /** Which keys of hashed names it was rendered with. */
  readonly keys: number;
}

/**
 * Keeps the rendered lines of each target for as long as its record and its stale limits allow. Entries belong to the
 * identity object, so they go when the configuration drops or changes the target.
 */
export class BlockCache {
  readonly #rendered = new WeakMap<TargetIdentity, Rendered>();
  readonly #hashName: NameHash;
  /** Counts changes of the keys of hashed names. */
  #keys = 0;

  constructor(hashName: NameHash) {
    this.#hashName = hashName;
  }

  /** Names have other hashes from now on: lines with the old ones are not shown any more. */
  keysChanged(): void {
    this.#keys += 1;
  }

  /** The lines of a target at a moment, rendered if they are not there yet. */
  get(target: PageTarget, moment: Moment): TargetBlocks {
    const { identity, record } = target;
    const now = ageTime(record.clocks, moment);
    const found = this.#rendered.get(identity);
    const holds = found?.record === record && (identity.peerNames !== 'hash' || found.keys === this.#keys);
    if (holds && now < found.blocks.validUntil) return found.blocks;
    const blocks = renderTarget(
      { identity, record, hashName: this.#hashName, ...(found === undefined ? {} : { previous: found.blocks.blocks }) },
      now,
    );
    this.#rendered.set(identity, { record, blocks, keys: this.#keys });
    return blocks;
  }
}
