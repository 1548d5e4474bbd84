import { TextDecoder } from 'node:util';
import { Failure } from './failure.ts';

/** Maximum number of values or lines in one answer; enough for more than 30,000 phones with all their fields. */
export const maximumPieces = 1_000_000;

/**
 * Number of chunks that are joined into one, because a chunk of one byte takes a hundred times its size in memory. Joined
 * chunks are copied only once more, at the end.
 */
const maximumChunks = 1_024;

/**
 * Reads a stream to its end. Throws a `Failure` (`protocol`) if there are more than `maximumBytes` bytes or more than
 * {@link maximumPieces} values or lines: a million empty objects are only 3 MB, but parsing them takes time and memory
 * from all targets. Errors of the stream are passed on.
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
    // Fewer bytes cannot contain too many values, so almost no answer needs to be counted.
    if (bytes > maximumPieces)
      pieces += bytes - part.length > maximumPieces ? piecesIn([part]) : piecesIn([...joined, ...chunks]);
    if (pieces > maximumPieces) throw new Failure('protocol', `the answer contains more than ${maximumPieces} values`);
    if (chunks.length < maximumChunks) continue;
    joined.push(Buffer.concat(chunks));
    chunks = [];
  }
  return Buffer.concat([...joined, ...chunks], bytes);
}

/**
 * 1 for each byte that begins a value or a line: `[`, `{`, `,` and line feed. Such bytes inside strings are counted as
 * well, which does no harm.
 */
const beginnings = Uint8Array.from({ length: 256 }, (_, byte) => ('[{,\n'.includes(String.fromCharCode(byte)) ? 1 : 0));

/** Counts by index, because an iterator takes ten times as long. */
function piecesIn(parts: readonly Buffer[]): number {
  let count = 0;
  for (const part of parts)
    for (let index = 0; index < part.length; index += 1) count += beginnings[part[index] ?? 0] ?? 0;
  return count;
}

/**
 * The text of a body. Valid UTF-8, and UTF-16 with a byte order mark, are decoded as such. Otherwise each text in the
 * body (a JSON string, or a line if the body is not JSON) is decoded separately: as strict UTF-8, else in the charset of
 * the `Content-Type`, else as Latin-1. PBXs combine texts from several sources in one answer. Replacement characters are
 * not used, because they could make different names equal. A byte order mark is dropped. Never throws.
 */
export function decodeText(body: Buffer, contentType: string | undefined): string {
  const wide = wideDecoder(body);
  if (wide !== undefined) return wide.decode(body);
  const whole = decodedAs(utf8, body);
  if (whole !== undefined) return whole;
  const named = namedDecoder(contentType);
  const ends = looksLikeJson(body) ? endOfString : endOfLine;
  const texts: string[] = [];
  for (let start = startsWithMark(body) ? utf8Mark.length : 0; start < body.length;) {
    const end = ends(body, start);
    texts.push(decodeOne(body.subarray(start, end), named));
    start = end;
  }
  return texts.join('');
}

const utf8 = new TextDecoder('utf-8', { fatal: true });
/** Keeps byte order marks: inside the body, they are text. */
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

/** The byte order mark of UTF-8. */
const utf8Mark = Buffer.from('\uFEFF');

function startsWithMark(body: Buffer): boolean {
  return body.subarray(0, utf8Mark.length).equals(utf8Mark);
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

/** The position after the next unescaped quote. The parts are thus alternately strings and the text between them. */
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
