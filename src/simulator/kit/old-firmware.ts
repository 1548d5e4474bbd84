import { TLSSocket } from 'node:tls';
import { deflateRawSync, gzipSync } from 'node:zlib';
import type { AnswerFault } from './fault.ts';
import { bodyBytes, type SimulatorResponse } from './response.ts';
import { rawHead, sendResponse, type Wire } from './wire.ts';

const kinds = [
  'reset-reused',
  'reset-resumed',
  'old-framing',
  'old-json',
  'notice-in-front',
  'compressed-as-offered',
] as const;

/** Faults that are typical of old firmware; most HTTP clients tolerate them or retry. */
type OldFirmwareFault = Extract<AnswerFault, { kind: (typeof kinds)[number] }>;

/** Reports whether the fault is typical of old firmware. */
export function isOldFirmware(fault: AnswerFault): fault is OldFirmwareFault {
  return kinds.some((kind) => kind === fault.kind);
}

/** Sends the family's answer as old firmware would. */
export function sendAsOldFirmware(wire: Wire, kind: OldFirmwareFault['kind'], response: SimulatorResponse): void {
  const text = bodyBytes(response).toString('utf8');
  switch (kind) {
    case 'reset-reused':
      return isReused(wire) ? wire.reset() : sendResponse(wire, response);
    case 'reset-resumed':
      return isResumed(wire) ? wire.reset() : sendResponse(wire, response);
    case 'old-framing':
      return void wire.stream.write(oldFraming(response));
    case 'old-json':
      return sendResponse(wire, { ...response, body: oldJson(text) });
    case 'notice-in-front':
      return sendResponse(wire, { ...response, body: behindNotice(text) });
    case 'compressed-as-offered':
      return sendResponse(wire, asOffered(response, wire.response.req.headers['accept-encoding'] ?? ''));
  }
}

const used = new WeakSet<object>();

/** Reports whether the connection has served a request before, and records this one. */
function isReused({ stream }: Wire): boolean {
  if (used.has(stream)) return true;
  used.add(stream);
  return false;
}

function isResumed({ stream }: Wire): boolean {
  return stream instanceof TLSSocket && stream.isSessionReused();
}

/** Frames an answer like the web servers of old appliances: LF line ends, spaces after chunk sizes, both length headers. */
function oldFraming(response: SimulatorResponse): Buffer {
  const body = bodyBytes(response);
  const head = rawHead(response, { 'Transfer-Encoding': 'chunked', 'Content-Length': String(body.length + 7) });
  const chunk = body.length === 0 ? [] : [Buffer.from(`${body.length.toString(16)}  \r\n`), body, Buffer.from('\r\n')];
  return Buffer.concat([Buffer.from(head.replaceAll('\r\n', '\n')), ...chunk, Buffer.from('0 \r\n\r\n')]);
}

/** Adds a leading byte order mark, raw control characters in a field and trailing NUL bytes to JSON; keeps other text. */
function oldJson(text: string): string {
  if (!/^\s*[[{]/.test(text)) return text;
  const field = '"written\tby": "old\u0001firmware"';
  const inside = text.replace(/^\s*\{(\s*\})?/, (_all, end?: string) =>
    end === undefined ? `{${field},` : `{${field}}`,
  );
  return `\uFEFF${inside}\0\0 \r\n`;
}

/** Puts a PHP error message before JSON, as `display_errors` does; keeps other text. */
function behindNotice(text: string): string {
  if (!/^\s*[[{]/.test(text)) return text;
  return `<br />\n<b>Notice</b>:  Undefined index: state in <b>/offload/rest.php</b> on line <b>42</b><br />\n${text}`;
}

/** Compresses the body with raw deflate (RFC 1951) if deflate is offered, otherwise with gzip. HTTP requires zlib for `deflate`. */
function asOffered(response: SimulatorResponse, offered: string): SimulatorResponse {
  const body = bodyBytes(response);
  const [encoding, packed] = /\bdeflate\b/.test(offered)
    ? ['deflate', deflateRawSync(body)]
    : ['gzip', gzipSync(body, { level: 1 })];
  return { ...response, headers: { ...response.headers, 'Content-Encoding': encoding }, body: packed };
}
