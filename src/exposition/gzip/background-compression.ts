import { setImmediate as nextTurn } from 'node:timers/promises';
import { largeBlock, type Block } from './block.ts';

/**
 * Compresses new large blocks after their round, one per turn of the event loop, so that they are ready for the next
 * scrape. An earlier scrape compresses the remaining blocks itself.
 */
export class BackgroundCompression {
  #waiting: Block[] = [];
  #running = false;

  /** Queues the blocks that are large and not compressed yet. */
  add(blocks: readonly (Block | undefined)[]): void {
    for (const block of blocks) if (block !== undefined && isDue(block)) this.#waiting.push(block);
    if (!this.#running && this.#waiting.length > 0) void this.#run();
  }

  async #run(): Promise<void> {
    this.#running = true;
    for (let block = this.#waiting.shift(); block !== undefined; block = this.#waiting.shift()) {
      await nextTurn();
      block.packed();
    }
    this.#running = false;
  }
}

function isDue(block: Block): boolean {
  return block.length >= largeBlock && !block.isPacked;
}
