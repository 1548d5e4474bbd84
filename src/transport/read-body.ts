import { Failure } from './failure.ts';

/** Most values or lines in one answer: more than 30,000 phones with all their fields. */
export const maximumPieces = 1_000_000;

/** So many chunks are joined to one: one byte in a chunk of its own takes a hundred times its room. Each byte is copied once. */
const mostChunks = 1_024;

/**
 * Reads a stream to its end.
 * Throws a `Failure` (`protocol`) once more than `maximumBytes` came, or more than {@link maximumPieces} values or lines:
 * a million empty objects are only 3 MB, but taking them apart costs everybody's time and memory. Errors of the stream
 * pass through.
 */
export async function readBody(stream: AsyncIterable<unknown>, maximumBytes: number): Promise<Buffer> {
  const joined: Buffer[] = [];
  let chunks: Buffer[] = [];
  let bytes = 0;
  let pieces = 0;
  for await (const chunk of stream) {
    const part = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
    bytes += part.length;
    if (bytes > maximumBytes) throw new Failure('protocol', `the answer is larger than ${maximumBytes} bytes`);
    chunks.push(part);
    // Fewer bytes cannot hold so many: nearly no answer has to be counted.
    if (bytes > maximumPieces)
      pieces += bytes - part.length > maximumPieces ? piecesIn([part]) : piecesIn([...joined, ...chunks]);
    if (pieces > maximumPieces) throw new Failure('protocol', `the answer holds more than ${maximumPieces} values`);
    if (chunks.length < mostChunks) continue;
    joined.push(Buffer.concat(chunks));
    chunks = [];
  }
  return Buffer.concat([...joined, ...chunks], bytes);
}

/** 1 for bytes that begin a value or a line: `[`, `{`, `,` and line feed. Those within texts count too, which does no harm. */
const beginnings = Uint8Array.from({ length: 256 }, (_, byte) => ('[{,\n'.includes(String.fromCharCode(byte)) ? 1 : 0));

/** By index: iterators take ten times as long. */
function piecesIn(parts: readonly Buffer[]): number {
  let count = 0;
  for (const part of parts)
    for (let index = 0; index < part.length; index += 1) count += beginnings[part[index] ?? 0] ?? 0;
  return count;
}
