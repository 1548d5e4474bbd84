import type { Clock } from '../clock.ts';
import { ageTime, type Moment } from '../snapshot/clocks.ts';
import type { NameHash } from '../snapshot/peer-name.ts';
import type { TargetIdentity, TargetRecord } from '../snapshot/record.ts';
import { Block } from './gzip/block.ts';
import { GzipPages } from './gzip/pages.ts';
import { EventLoopYield, inChunks } from './page-chunks.ts';
import type { ContentEncoding, TextFormat } from './negotiate.ts';
import type { OwnMetrics } from './exporter-registry.ts';
import { ageLine, overdueLine, renderTarget, type TargetBlocks } from './render.ts';
import { bytesOf, makeSections } from './metric-sections.ts';

/** Format and encoding of a page; see `negotiateFormat` and `negotiateEncoding`. */
export interface PageChoice {
  readonly format: TextFormat;
  readonly encoding: ContentEncoding;
}

/** Dependencies of the pages. */
interface ExpositionOptions {
  readonly clock: Clock;
  /** Returns the keyed hash of a person's name, for targets with `peers.names: hash`. */
  readonly hashName: NameHash;
  /** The exporter's own metrics, for {@link Exposition.metricsPage}. */
  readonly own: OwnMetrics;
}

/** Renders the lines of the exporter itself; called after all other lines. */
type OwnLines = () => string | Promise<string>;

/** Renders pages from the records of targets. */
export class Exposition {
  readonly #options: ExpositionOptions;
  readonly #cache: BlockCache;
  readonly #time = (): number => this.#options.clock.monotonicTime();
  readonly #gzip = new GzipPages(this.#time);

  constructor(options: ExpositionOptions) {
    this.#options = options;
    this.#cache = new BlockCache(options.hashName);
  }

  /** Renders a target ahead of the next scrape. Call it after a round; it is optional, because pages render missing targets. */
  prepare(target: PageTarget): void {
    this.#gzip.prepare(this.#cache.get(target, this.#now()).blocks);
  }

  /** Removes the old hashes from the page immediately. Call it when the results of `hashName` have changed. */
  hashesChanged(): void {
    this.#cache.keysChanged();
  }

  /** Yields the page of `/metrics`: all targets in the given order, and the exporter's own metrics. */
  async *metricsPage(targets: readonly PageTarget[], choice: PageChoice): AsyncGenerator<Buffer> {
    yield* this.#page(targets, choice, () => this.#options.own.render(choice.format));
  }

  /** Yields the page of `/probe`: one target, without metrics of the exporter. */
  async *probePage(target: PageTarget, choice: PageChoice): AsyncGenerator<Buffer> {
    yield* this.#page([target], choice, () => '');
  }

  #now(): Moment {
    const { clock } = this.#options;
    return { monotonic: clock.monotonicTime(), wall: clock.wallTime() };
  }

  async *#page(targets: readonly PageTarget[], choice: PageChoice, own: OwnLines): AsyncGenerator<Buffer> {
    const now = this.#now();
    const rendered = await this.#render(targets, now);
    const perPage = {
      pbx_snapshot_age_seconds: () => rendered.map((blocks) => ageLine(blocks, now)).join(''),
      pbx_round_overdue_seconds: () =>
        rendered.map((blocks, index) => overdueLine(blocks, targets[index]?.overdueMs)).join(''),
    };
    const sections = makeSections(rendered, perPage, choice.format);
    const end = async (): Promise<Block> =>
      Block.of(`${await own()}${choice.format === 'openmetrics' ? '# EOF\n' : ''}`);
    if (choice.encoding === 'gzip') yield* this.#gzip.page(sections, end);
    else {
      yield* inChunks(bytesOf(sections), this.#time);
      yield (await end()).bytes;
    }
  }

  /**
   * Renders all targets and lets the event loop turn regularly. Not after every target: a turn of a busy loop takes time,
   * and the first page of a large fleet would need thousands of them.
   */
  async #render(targets: readonly PageTarget[], now: Moment): Promise<readonly TargetBlocks[]> {
    const rendered: TargetBlocks[] = [];
    const pace = new EventLoopYield(this.#time);
    for (const target of targets) {
      rendered.push(this.#cache.get(target, now));
      if (pace.isDue) await pace.turn();
    }
    return rendered;
  }
}

/** The data of a target for a page. Both objects are immutable and replaced as a whole. */
export interface PageTarget {
  readonly identity: TargetIdentity;
  readonly record: TargetRecord;
  /** How long the end of the next round is overdue (ms), 0 if it is not; absent if no rounds are expected. */
  readonly overdueMs?: number;
}

interface Rendered {
  readonly record: TargetRecord;
  readonly blocks: TargetBlocks;
  /** Version of the keys of hashed names used for rendering. */
  readonly keys: number;
}

/**
 * Caches the rendered lines of each target until its record changes or values become stale. Entries belong to the identity
 * object, so they are dropped when the configuration removes or changes the target.
 */
class BlockCache {
  readonly #rendered = new WeakMap<TargetIdentity, Rendered>();
  readonly #hashName: NameHash;
  /** Version of the keys of hashed names: the number of changes so far. */
  #keys = 0;

  constructor(hashName: NameHash) {
    this.#hashName = hashName;
  }

  /** Invalidates lines with hashes of the old keys. */
  keysChanged(): void {
    this.#keys += 1;
  }

  /** Returns the lines of a target at the given time, and renders them if necessary. */
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
