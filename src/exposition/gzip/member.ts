import { constants, crc32, deflateRawSync, inflateRawSync } from 'node:zlib';
import { combineCrc32, crc32Shift } from './crc32-combine.ts';

/*
 * Builds one gzip member (RFC 1952) from pieces that are compressed separately, each only once. A piece is raw deflate
 * (RFC 1951) that ends with a full flush: on a byte boundary, without an end mark, and without references to earlier
 * pieces. Any sequence of pieces is therefore one valid stream. One member per piece would be simpler and allowed, but
 * curl and other clients stop reading after the first member.
 */

/** A compressed piece with the values for joining it to others. */
export interface Packed {
  /** Raw deflate that ends with a full flush. */
  readonly deflated: Buffer;
  /** CRC-32 of the plain bytes. */
  readonly crc: number;
  /** {@link crc32Shift} of `length`. */
  readonly shift: number;
  /** Length of the plain bytes. */
  readonly length: number;
}

/**
 * Level 1, because higher levels take up to six times as long on metric lines and save only four per cent. A window of
 * 4 KiB is sufficient, because similar lines are adjacent. It has shorter distance codes than 32 KiB and needs less memory
 * for each piece. Few results are larger than one output buffer (`chunkSize`).
 */
const windowBits = 12;
const options = { level: 1, windowBits, memLevel: 7, chunkSize: 2_048, finishFlush: constants.Z_FULL_FLUSH };

/** Compresses one piece. */
export function packDeflated(bytes: Buffer): Packed {
  const result = deflateRawSync(bytes, options);
  // Copied, because the result of zlib is a slice of a much larger buffer and would keep all of it in memory.
  const deflated = Buffer.allocUnsafeSlow(result.length);
  result.copy(deflated);
  return { deflated, crc: crc32(bytes), shift: crc32Shift(bytes.length), length: bytes.length };
}

/** Returns the plain bytes of pieces in a row. Several at once, because setting up zlib costs as much as restoring 10 kB. */
export function unpackDeflated(...pieces: readonly Packed[]): Buffer {
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  const deflated = Buffer.concat(pieces.map((piece) => piece.deflated));
  // The sync flush is needed because a piece has no end mark. One output buffer avoids joining several. It has one spare
  // byte, because zlib allocates another buffer once the first is completely full.
  const chunkSize = Math.max(length + 1, 64);
  return inflateRawSync(deflated, { windowBits, chunkSize, finishFlush: constants.Z_SYNC_FLUSH });
}

/** Header of the member: magic, deflate, no flags, no time, no extra flags, unknown system. */
const gzipHeader = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]);

/** An empty deflate block marked as the last one. */
const lastBlock = Buffer.from([0x03, 0x00]);

/** One gzip member that is written piece by piece. */
export class GzipMember {
  #crc = 0;
  #length = 0;

  /** Yields the header and the first pieces. Each piece is requested only after the previous one was consumed. */
  *begin(pieces: Iterable<Packed>): Generator<Buffer> {
    yield gzipHeader;
    for (const piece of pieces) yield this.#add(piece);
  }

  /** Returns the rest of the member: the last piece, the end mark and the checksum trailer. */
  end(piece: Packed): Buffer {
    return Buffer.concat([this.#add(piece), lastBlock, trailer(this.#crc, this.#length)]);
  }

  #add(piece: Packed): Buffer {
    this.#crc = combineCrc32(this.#crc, piece.crc, piece.shift);
    this.#length += piece.length;
    return piece.deflated;
  }
}

/** CRC-32 and length (modulo 2^32) of all plain bytes. */
function trailer(crc: number, length: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32LE(crc, 0);
  bytes.writeUInt32LE(length % 2 ** 32, 4);
  return bytes;
}
