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

/** How a page is wanted; see `negotiateFormat` and `negotiateEncoding`. */
export interface PageChoice {
  readonly format: TextFormat;
  readonly encoding: ContentEncoding;
}

/** What the page is made with. */
interface ExpositionOptions {
  readonly clock: Clock;
  /** Keyed hash of a person's name, for targets with `peers.names: hash`. */
  readonly hashName: NameHash;
  /** The exporter's own metrics, for {@link Exposition.metricsPage}. */
  readonly own: OwnMetrics;
}

/** The lines of the exporter itself, asked for only when all others are on their way. */
type OwnLines = () => string | Promise<string>;

/** Makes pages from the records of targets. */
export class Exposition {
  readonly #options: ExpositionOptions;
  readonly #cache: BlockCache;
  readonly #time = (): number => this.#options.clock.monotonicTime();
  readonly #gzip = new GzipPages(this.#time);

  constructor(options: ExpositionOptions) {
    this.#options = options;
    this.#cache = new BlockCache(options.hashName);
  }

  /** Renders a target ahead of the next scrape; to be called when a round has ended. Optional: a page does what is missing. */
  prepare(target: PageTarget): void {
    this.#gzip.prepare(this.#cache.get(target, this.#now()).blocks);
  }

  /** To be called when `hashName` gives other hashes than before: the old ones leave the page at once. */
  hashesChanged(): void {
    this.#cache.keysChanged();
  }

  /** The page of `/metrics`: all targets in the order given, and the exporter's own metrics. */
  async *metricsPage(targets: readonly PageTarget[], choice: PageChoice): AsyncGenerator<Buffer> {
    yield* this.#page(targets, choice, () => this.#options.own.render(choice.format));
  }

  /** The page of `/probe`: one target, nothing of the exporter. */
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
   * Lets the event loop turn now and then. Not after every target: a turn of a busy loop takes a while, and the first page
   * of a large fleet would take thousands of them.
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

/** A target as the page sees it: the two objects that the rest of the program replaces whole and never changes. */
export interface PageTarget {
  readonly identity: TargetIdentity;
  readonly record: TargetRecord;
  /** By how much the end of the next round is overdue (ms), 0 when it is not; absent if nobody expects rounds. */
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
class BlockCache {
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
