import { crc32 } from 'node:zlib';
import { packDeflated, unpackDeflated, type Packed } from './member.ts';

/** Blocks of at least this size (bytes) are compressed individually. */
export const largeBlock = 4_096;
/** Blocks up to this size (bytes) are compressed immediately, in 0.2 ms; larger ones when the event loop is idle. */
const packedAtOnce = 65_536;

/** The content that a block keeps: plain, compressed or both. */
type Form = { readonly plain: Buffer; readonly packed?: Packed } | { readonly plain?: never; readonly packed: Packed };

/**
 * An immutable piece of the page: bytes that end in a newline, and their compressed form after its first use. Both
 * formats and all scrapes share it. After compression, a large block keeps only the compressed form, which takes a tenth
 * of the memory. Readers that request gzip never need the plain bytes; for other readers they are restored in
 * microseconds.
 */
export class Block {
  #form: Form;

  private constructor(form: Form) {
    this.#form = form;
  }

  /** Creates a block with this text in UTF-8. */
  static of(text: string): Block {
    return new Block({ plain: Buffer.from(text, 'utf8') });
  }

  /**
   * Returns a long-lived block with this text: `previous` itself if the bytes are equal, otherwise a new one with memory
   * of exactly its size. Node.js cuts small buffers from shared slabs, so a block could keep a whole slab alive.
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

  /** The plain bytes; for a compressed large block, a new copy on each access. */
  get bytes(): Buffer {
    return this.#form.plain ?? unpackDeflated(this.#form.packed);
  }

  /** Whether {@link bytes} returns the bytes of the block itself, not a copy. */
  get isKeptPlain(): boolean {
    return this.#form.plain !== undefined;
  }

  /** Whether the compressed form already exists. */
  get isPacked(): boolean {
    return this.#form.packed !== undefined;
  }

  /** Returns the compressed form, which is created on the first call and kept as long as the block. */
  packed(): Packed {
    const { plain, packed } = this.#form;
    if (plain === undefined) return packed;
    const made = packed ?? packDeflated(plain);
    this.#form = this.length < largeBlock ? { plain, packed: made } : { packed: made };
    return made;
  }

  /** Reports whether the block has these bytes. A difference is almost always found without decompression. */
  holds(bytes: Buffer): boolean {
    if (bytes.length !== this.length) return false;
    const { plain, packed } = this.#form;
    if (plain !== undefined) return plain.equals(bytes);
    return packed.crc === crc32(bytes) && unpackDeflated(packed).equals(bytes);
  }
}

/** Shared buffer for encoding texts before comparison (bytes); longer texts get their own memory. */
const scratch = Buffer.allocUnsafeSlow(1_048_576);
/** Maximum number of UTF-8 bytes for one UTF-16 unit of a string. */
const longestCharacter = 3;

/** The text in UTF-8, valid only until the next call. */
function encode(text: string): Buffer {
  if (text.length * longestCharacter > scratch.length) return Buffer.from(text, 'utf8');
  return scratch.subarray(0, scratch.write(text, 'utf8'));
}
