import { TextDecoder } from 'node:util';
import { Failure } from './failure.ts';

/** Most values or lines in one answer: more than 30,000 phones with all their fields. */
export const maximumPieces = 1_000_000;

/** So many chunks are joined to one: one byte in a chunk of its own takes a hundred times its room. Each byte is copied once. */
const mostChunks = 1_024;

/**
 * Reads a stream to its end.
 * Throws a `Failure` (`protocol`) on more than `maximumBytes`, or more than {@link maximumPieces} values or lines.
 * A million empty objects are only 3 MB, but parsing them costs time and memory that all targets share. Errors of the
 * stream are passed on.
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
    if (pieces > maximumPieces) throw new Failure('protocol', `the answer contains more than ${maximumPieces} values`);
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

/**
 * The text of a body. Valid UTF-8, and UTF-16 with a byte order mark, are decoded as such. Otherwise each text in the body (a
 * JSON string, or a line if the body is not JSON) is decoded separately: as strict UTF-8, else in the charset of the
 * `Content-Type`, else as Latin-1. PBXs combine texts from several sources in one answer. Different names stay different, which
 * replacement characters would not ensure. A byte order mark is dropped. Never throws.
 */
export function decodeText(body: Buffer, contentType: string | undefined): string {
  const wide = wideDecoder(body);
  if (wide !== undefined) return wide.decode(body);
  const whole = decodedAs(utf8, body);
  if (whole !== undefined) return whole;
  const named = namedDecoder(contentType);
  const ends = looksLikeJson(body) ? endOfString : endOfLine;
  const texts: string[] = [];
  for (let start = 0; start < body.length;) {
    const end = ends(body, start);
    texts.push(decodeOne(body.subarray(start, end), named));
    start = end;
  }
  return texts.join('');
}

const utf8 = new TextDecoder('utf-8', { fatal: true });
/** Marks inside the body are text; the one in front of the whole was looked for already. */
const utf8Part = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function decodeOne(part: Buffer, named: TextDecoder | undefined): string {
  return decodedAs(utf8Part, part) ?? (named && decodedAs(named, part)) ?? part.toString('latin1');
}

function decodedAs(decoder: TextDecoder, part: Buffer): string | undefined {
  try {
    return decoder.decode(part);
  } catch {
    return undefined;
  }
}

function wideDecoder([first, second]: Buffer): TextDecoder | undefined {
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le');
  return first === 0xfe && second === 0xff ? new TextDecoder('utf-16be') : undefined;
}

function namedDecoder(contentType = ''): TextDecoder | undefined {
  const name = /;\s*charset\s*=\s*"?([\w.:-]+)/i.exec(contentType)?.[1] ?? '';
  try {
    return new TextDecoder(name, { fatal: true });
  } catch {
    return undefined;
  }
}

const [lineFeed, quote, backslash] = [0x0a, 0x22, 0x5c];

function looksLikeJson(body: Buffer): boolean {
  const first = body.findIndex((byte) => byte > 0x20 && byte < 0x80);
  return '{["'.includes(String.fromCharCode(body[first] ?? 0));
}

function endOfLine(body: Buffer, start: number): number {
  const at = body.indexOf(lineFeed, start);
  return at < 0 ? body.length : at + 1;
}

/** Behind the next quote that no backslash escapes: pieces are strings and what stands between them, in turn. */
function endOfString(body: Buffer, start: number): number {
  for (let at = body.indexOf(quote, start); at >= 0; at = body.indexOf(quote, at + 1)) {
    if (!isEscaped(body, start, at)) return at + 1;
  }
  return body.length;
}

function isEscaped(body: Buffer, start: number, at: number): boolean {
  let before = at;
  while (before > start && body[before - 1] === backslash) before -= 1;
  return (at - before) % 2 === 1;
}
