import { packDeflated, type Packed } from './gzip-join.ts';

/**
 * A piece of the page that does not change: bytes that end in a newline, and their compressed form once somebody asked
 * for it. Both formats and all scrapes share it.
 */
export class Block {
  readonly bytes: Buffer;
  #packed: Packed | undefined;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  /** A block of this text in UTF-8. */
  static of(text: string): Block {
    return new Block(Buffer.from(text, 'utf8'));
  }

  /** The compressed form; made at the first call, kept as long as the block. */
  packed(): Packed {
    this.#packed ??= packDeflated(this.bytes);
    return this.#packed;
  }
}
