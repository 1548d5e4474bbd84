import { Failure } from './failure.ts';

/**
 * Reads a stream to its end as UTF-8 text (broken bytes are replaced).
 * Throws a `Failure` (`protocol`) once more than `maximumBytes` came; errors of the stream pass through.
 */
export async function readBody(stream: AsyncIterable<unknown>, maximumBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream) {
    const part = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
    bytes += part.length;
    if (bytes > maximumBytes) throw new Failure('protocol', `the answer is larger than ${maximumBytes} bytes`);
    chunks.push(part);
  }
  return Buffer.concat(chunks, bytes).toString('utf8');
}
