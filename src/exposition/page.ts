import { setImmediate as nextTurn } from 'node:timers/promises';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Clock } from '../clock.ts';
import { BlockCache, type PageTarget } from './block-cache.ts';
import { BlockGroups } from './block-groups.ts';
import { Block } from './block.ts';
import { joinGzip, type Packed } from './gzip-join.ts';
import type { ContentEncoding, TextFormat } from './negotiate.ts';
import type { OwnMetrics } from './own.ts';
import { ageLine, type TargetBlocks } from './render.ts';
import { bytesOf, makeSections, sizeOf, type Section } from './sections.ts';

/** How a page is wanted; see `negotiateFormat` and `negotiateEncoding`. */
export interface PageChoice {
  readonly format: TextFormat;
  readonly encoding: ContentEncoding;
}

/** What the page is made with. */
export interface ExpositionOptions {
  readonly clock: Clock;
  /** Keyed hash of a person's name, for targets with `peers.names: hash`. */
  readonly hashName: (name: string) => string;
  /** The exporter's own metrics, for {@link Exposition.metricsPage}. */
  readonly own: OwnMetrics;
}

/** Chunks are about this large (bytes): few enough writes, and short turns of the event loop. */
const chunkSize = 65_536;
/** Pages below this size (bytes) are compressed whole: better packed, and in a millisecond outside the event loop. */
const smallPage = 131_072;

const gzipWhole = promisify(gzip);

/** Makes pages from the records of targets. */
export class Exposition {
  readonly #options: ExpositionOptions;
  readonly #cache: BlockCache;
  readonly #groups = new BlockGroups();

  constructor(options: ExpositionOptions) {
    this.#options = options;
    this.#cache = new BlockCache(options.hashName);
  }

  /** Renders a target ahead of the next scrape; to be called when a round has ended. Optional: a page does what is missing. */
  prepare(target: PageTarget): void {
    this.#cache.get(target, this.#options.clock.monotonicTime());
  }

  /** The page of `/metrics`: all targets in the order given, and the exporter's own metrics. */
  async *metricsPage(targets: readonly PageTarget[], choice: PageChoice): AsyncGenerator<Buffer> {
    const own = await this.#options.own.render(choice.format);
    yield* this.#page(targets, choice, own);
  }

  /** The page of `/probe`: one target, nothing of the exporter. */
  async *probePage(target: PageTarget, choice: PageChoice): AsyncGenerator<Buffer> {
    yield* this.#page([target], choice, '');
  }

  async *#page(targets: readonly PageTarget[], choice: PageChoice, own: string): AsyncGenerator<Buffer> {
    const now = this.#options.clock.monotonicTime();
    const rendered = await this.#render(targets, now);
    const ages = rendered.map((blocks) => ageLine(blocks, now)).join('');
    const sections = makeSections(rendered, ages, choice.format);
    const end = Block.of(choice.format === 'openmetrics' ? `${own}# EOF\n` : own);
    if (choice.encoding === 'identity') yield* inTurns(chunks(bytesOf(sections, end)));
    else if (sizeOf(sections, end) < smallPage) yield await gzipWhole(Buffer.concat([...bytesOf(sections, end)]));
    else yield* inTurns(chunks(joinGzip(this.#packed(sections, end))));
  }

  /** Lets the event loop turn after every target that had to be rendered. */
  async #render(targets: readonly PageTarget[], now: number): Promise<readonly TargetBlocks[]> {
    const rendered: TargetBlocks[] = [];
    for (const target of targets) {
      const isThere = this.#cache.has(target, now);
      rendered.push(this.#cache.get(target, now));
      if (!isThere) await nextTurn();
    }
    return rendered;
  }

  *#packed(sections: readonly Section[], end: Block): Generator<Packed> {
    for (const { header, column } of sections) {
      yield header.packed();
      yield* this.#groups.pack(column);
    }
    yield end.packed();
  }
}

/** Gathers small pieces to chunks of about {@link chunkSize}. */
function* chunks(pieces: Iterable<Buffer>): Generator<Buffer> {
  let waiting: Buffer[] = [];
  let length = 0;
  for (const piece of pieces) {
    waiting.push(piece);
    length += piece.length;
    if (length < chunkSize) continue;
    yield Buffer.concat(waiting, length);
    waiting = [];
    length = 0;
  }
  if (length > 0) yield Buffer.concat(waiting, length);
}

/** Lets the event loop turn between chunks: a fast reader's socket takes everything at once and would never make us wait. */
async function* inTurns(pieces: Iterable<Buffer>): AsyncGenerator<Buffer> {
  for (const piece of pieces) {
    yield piece;
    await nextTurn();
  }
}
