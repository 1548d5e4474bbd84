import { crc32 } from 'node:zlib';
import { packDeflated, unpackDeflated, type Packed } from './member.ts';

/** Blocks from this size (bytes) on are compressed on their own. */
export const largeBlock = 4_096;
/** Up to this size (bytes) that is done at once, in a fifth of a millisecond; beyond when the event loop has time. */
const packedAtOnce = 65_536;

/** What a block keeps of its content. */
type Form = { readonly plain: Buffer; readonly packed?: Packed } | { readonly plain?: never; readonly packed: Packed };

/**
 * A piece of the page that does not change: bytes that end in a newline, and their compressed form after the first
 * request for it. Both formats and all scrapes share it. After compression, a large block keeps only the compressed
 * form, which takes a tenth of the memory. Readers that ask for gzip never need the plain bytes; for other readers they
 * are restored in microseconds.
 */
export class Block {
  #form: Form;

  private constructor(form: Form) {
    this.#form = form;
  }

  /** A block of this text in UTF-8. */
  static of(text: string): Block {
    return new Block({ plain: Buffer.from(text, 'utf8') });
  }

  /**
   * A block of this text that is kept for long: `previous` itself when it holds the same bytes, and otherwise one in
   * memory of exactly its size. Node cuts small buffers from shared slabs, and one block would keep a whole slab alive.
   */
  static replacing(previous: Block | undefined, text: string): Block {
    const bytes = encode(text);
    const { length } = bytes;
    if (previous?.holds(bytes) === true) return previous;
    if (length >= largeBlock && length <= packedAtOnce) return new Block({ packed: packDeflated(bytes) });
    const plain = Buffer.allocUnsafeSlow(length);
    bytes.copy(plain);
    return new Block({ plain });
  }

  /** Number of plain bytes. */
  get length(): number {
    return (this.#form.plain ?? this.#form.packed).length;
  }

  /** The plain bytes; of a large block that was compressed a new copy each time. */
  get bytes(): Buffer {
    return this.#form.plain ?? unpackDeflated(this.#form.packed);
  }

  /** Whether {@link bytes} are those that the block keeps, and no copy. */
  get isKeptPlain(): boolean {
    return this.#form.plain !== undefined;
  }

  /** Whether {@link packed} costs nothing. */
  get isPacked(): boolean {
    return this.#form.packed !== undefined;
  }

  /** The compressed form; made at the first call, kept as long as the block. */
  packed(): Packed {
    const { plain, packed } = this.#form;
    if (plain === undefined) return packed;
    const made = packed ?? packDeflated(plain);
    this.#form = this.length < largeBlock ? { plain, packed: made } : { packed: made };
    return made;
  }

  /** Whether these are the bytes of this block; what is not the same is nearly always found without decompressing. */
  holds(bytes: Buffer): boolean {
    if (bytes.length !== this.length) return false;
    const { plain, packed } = this.#form;
    if (plain !== undefined) return plain.equals(bytes);
    return packed.crc === crc32(bytes) && unpackDeflated(packed).equals(bytes);
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
