import type { Clock } from '../clock.ts';
import type { Moment } from '../snapshot/clocks.ts';
import type { NameHash } from '../snapshot/peer-name.ts';
import { BlockCache, type PageTarget } from './block-cache.ts';
import { Block } from './gzip/block.ts';
import { GzipPages } from './gzip/pages.ts';
import { inChunks } from './page-chunks.ts';
import type { ContentEncoding, TextFormat } from './negotiate.ts';
import type { OwnMetrics } from './exporter-registry.ts';
import { EventLoopYield } from './event-loop-yield.ts';
import { ageLine, overdueLine, type TargetBlocks } from './render.ts';
import { bytesOf, makeSections } from './metric-sections.ts';

/** How a page is wanted; see `negotiateFormat` and `negotiateEncoding`. */
export interface PageChoice {
  readonly format: TextFormat;
  readonly encoding: ContentEncoding;
}

/** What the page is made with. */
export interface ExpositionOptions {
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
