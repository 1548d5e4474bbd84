import { deflateRawSync, gzipSync } from 'node:zlib';
import { bodyBytes, type SimulatorResponse } from './response.ts';
import { rawHead } from './wire.ts';

/** An answer framed as old web servers of appliances do: lines that end in LF, spaces behind chunk sizes, both lengths at once. */
export function oldFraming(response: SimulatorResponse): Buffer {
  const body = bodyBytes(response);
  const head = rawHead(response, { 'Transfer-Encoding': 'chunked', 'Content-Length': String(body.length + 7) });
  const chunk = body.length === 0 ? [] : [Buffer.from(`${body.length.toString(16)}  \r\n`), body, Buffer.from('\r\n')];
  return Buffer.concat([Buffer.from(head.replaceAll('\r\n', '\n')), ...chunk, Buffer.from('0 \r\n\r\n')]);
}

/** JSON as old programs write it: a byte order mark in front, raw control characters in a name, NUL bytes behind. Other text stays. */
export function oldJson(text: string): string {
  if (!/^\s*[[{]/.test(text)) return text;
  const field = '"written\tby": "old\u0001firmware"';
  const inside = text.replace(/^\s*\{(\s*\})?/, (_all, end?: string) =>
    end === undefined ? `{${field},` : `{${field}}`,
  );
  return `\uFEFF${inside}\0\0 \r\n`;
}

/** JSON behind an error message of PHP, as it is with `display_errors`; other text stays. */
export function behindNotice(text: string): string {
  if (!/^\s*[[{]/.test(text)) return text;
  return `<br />\n<b>Notice</b>:  Undefined index: state in <b>/offload/rest.php</b> on line <b>42</b><br />\n${text}`;
}

/** The body compressed: with raw deflate (RFC 1951) where deflate is offered, which HTTP does not mean by it, else with gzip. */
export function asOffered(response: SimulatorResponse, offered: string): SimulatorResponse {
  const body = bodyBytes(response);
  const [encoding, packed] = /\bdeflate\b/.test(offered)
    ? ['deflate', deflateRawSync(body)]
    : ['gzip', gzipSync(body, { level: 1 })];
  return { ...response, headers: { ...response.headers, 'Content-Encoding': encoding }, body: packed };
}
