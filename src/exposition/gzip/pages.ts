import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { bytesOf, isShorterThan, type Section } from '../metric-sections.ts';
import { inChunks } from '../page-chunks.ts';
import { BackgroundCompression } from './background-compression.ts';
import { BlockGroups } from './block-groups.ts';
import type { Block } from './block.ts';
import { GzipMember, type Packed } from './member.ts';

/** Pages below this size (bytes) are compressed as a whole: smaller output, 1 ms outside the event loop; reasons in README.md. */
const smallPage = 131_072;

const gzipWhole = promisify(gzip);

/** Creates compressed pages: small ones as a whole, large ones from pieces that are already compressed. */
export class GzipPages {
  readonly #groups = new BlockGroups();
  readonly #packer = new BackgroundCompression();
  readonly #time: () => number;
  /** Whether a large page has been requested before. */
  #isWanted = false;

  /** @param time Monotonic time in milliseconds. */
  constructor(time: () => number) {
    this.#time = time;
  }

  /** Compresses new blocks ahead of the next scrape, if there are readers of large pages. */
  prepare(blocks: readonly (Block | undefined)[]): void {
    if (this.#isWanted) this.#packer.add(blocks);
  }

  /** Yields the page of these sections, followed by the block of `end`, which is called after all sections. */
  async *page(sections: Iterable<Section>, end: () => Promise<Block>): AsyncGenerator<Buffer> {
    if (isShorterThan(sections, smallPage)) {
      yield gzipWhole(Buffer.concat([...bytesOf(sections), (await end()).bytes]));
      return;
    }
    this.#isWanted = true;
    const member = new GzipMember();
    yield* inChunks(member.begin(this.#packed(sections)), this.#time);
    yield member.end((await end()).packed());
  }

  *#packed(sections: Iterable<Section>): Generator<Packed> {
    for (const { header, column } of sections) {
      yield header.packed();
      yield* this.#groups.pack(column);
    }
  }
}
