import { constants, crc32, deflateRawSync, inflateRawSync } from 'node:zlib';
import { combineCrc32, crc32Shift } from './crc32-combine.ts';

/*
 * One gzip member (RFC 1952) from pieces that were compressed one by one, each only once. A piece is raw deflate
 * (RFC 1951) that ends with a full flush: on a byte border, with no end mark, and with nothing that refers back beyond
 * it, so that any pieces in any order are one valid stream. One member for each piece would be simpler and allowed, but
 * curl and others stop reading after the first.
 */

/** A compressed piece and what is needed to join it to others. */
export interface Packed {
  /** Raw deflate, ended by a full flush. */
  readonly deflated: Buffer;
  /** CRC-32 of the plain bytes. */
  readonly crc: number;
  /** {@link crc32Shift} of `length`. */
  readonly shift: number;
  /** Plain length in bytes. */
  readonly length: number;
}

/**
 * Level 1: on lines like ours the others take up to six times as long and save four per cent. The window of 4 KiB finds
 * the line before as well as one of 32 KiB does, with distances that are shorter to write, and less memory is set up
 * for each piece. Few results are larger than one output buffer of that size.
 */
const windowBits = 12;
const options = { level: 1, windowBits, memLevel: 7, chunkSize: 2_048, finishFlush: constants.Z_FULL_FLUSH };

/** Compresses one piece. */
export function packDeflated(bytes: Buffer): Packed {
  const result = deflateRawSync(bytes, options);
  // What zlib hands out is the beginning of a buffer many times as large, and would keep all of it.
  const deflated = Buffer.allocUnsafeSlow(result.length);
  result.copy(deflated);
  return { deflated, crc: crc32(bytes), shift: crc32Shift(bytes.length), length: bytes.length };
}

/** The plain bytes of a piece. */
export function unpackDeflated({ deflated, length }: Packed): Buffer {
  // A piece has no end mark. Output of one buffer is not copied together from several, and one that is full to its last
  // byte would be followed by an empty one of the same size.
  const chunkSize = Math.max(length + 1, 64);
  return inflateRawSync(deflated, { windowBits, chunkSize, finishFlush: constants.Z_SYNC_FLUSH });
}

/** What stands before the first piece: magic, deflate, no flags, no time, no extra flags, system unknown. */
const gzipHeader = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]);

/** An empty block that is marked as the last one. */
const lastBlock = Buffer.from([0x03, 0x00]);

/** One gzip member that is written piece by piece. */
export class GzipMember {
  #crc = 0;
  #length = 0;

  /** The beginning of the member; each piece is asked for only when the one before it was taken. */
  *begin(pieces: Iterable<Packed>): Generator<Buffer> {
    yield gzipHeader;
    for (const piece of pieces) yield this.#add(piece);
  }

  /** The rest of the member: one more piece, the end mark, and what a reader checks the whole with. */
  end(piece: Packed): Buffer {
    return Buffer.concat([this.#add(piece), lastBlock, trailer(this.#crc, this.#length)]);
  }

  #add(piece: Packed): Buffer {
    this.#crc = combineCrc32(this.#crc, piece.crc, piece.shift);
    this.#length += piece.length;
    return piece.deflated;
  }
}

/** CRC-32 and length (modulo 2^32) of everything. */
function trailer(crc: number, length: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32LE(crc, 0);
  bytes.writeUInt32LE(length % 2 ** 32, 4);
  return bytes;
}
