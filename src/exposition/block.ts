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

  /**
   * A block of this text that is kept for long: `previous` itself when it holds the same bytes, and otherwise one in
   * memory of exactly its size. Node cuts small buffers from shared slabs, and one block would keep a whole slab alive.
   */
  static replacing(previous: Block | undefined, text: string): Block {
    const bytes = encode(text);
    if (previous !== undefined && previous.bytes.equals(bytes)) return previous;
    const own = Buffer.allocUnsafeSlow(bytes.length);
    bytes.copy(own);
    return new Block(own);
  }

  /** Whether {@link packed} costs nothing. */
  get isPacked(): boolean {
    return this.#packed !== undefined;
  }

  /** The compressed form; made at the first call, kept as long as the block. */
  packed(): Packed {
    this.#packed ??= packDeflated(this.bytes);
    return this.#packed;
  }
}

/** Where texts are encoded before it is known whether they are new (bytes); longer ones get memory of their own. */
const scratch = Buffer.allocUnsafeSlow(1_048_576);
/** UTF-8 needs at most so many bytes for one character of a string. */
const longestCharacter = 3;

/** The text in UTF-8, to be used before the next call. */
function encode(text: string): Buffer {
  if (text.length * longestCharacter > scratch.length) return Buffer.from(text, 'utf8');
  return scratch.subarray(0, scratch.write(text, 'utf8'));
}
