import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { createGzip } from 'node:zlib';
import { isOldFirmware, sendAsOldFirmware } from './old-firmware.ts';
import type { AnswerFault, SubstituteFault } from './fault.ts';
import { bodyBytes, type SimulatorResponse } from './response.ts';
import { rawHead, sendResponse, type Wire } from './wire.ts';

const pageBody = '<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body><h1>Sign in</h1></body></html>\n';

/** Applies a fault that replaces the answer. Resolves when everything has been sent. */
export async function applySubstitute(wire: Wire, fault: SubstituteFault): Promise<void> {
  switch (fault.kind) {
    case 'hang':
      return;
    case 'close':
      return void wire.stream.destroy();
    case 'reset-after-request':
      return wire.reset();
    case 'html':
      return sendResponse(wire, { status: fault.status, headers: { 'Content-Type': 'text/html' }, body: pageBody });
    case 'status':
      return sendResponse(wire, { status: fault.status, headers: fault.headers ?? {}, body: fault.body });
    case 'redirect':
      return sendResponse(wire, { status: fault.status, headers: { Location: fault.to } });
    case 'huge-body':
      return sendHugeBody(wire, fault.bytes);
    case 'gzip-bomb':
      return sendBomb(wire, fault.bytes);
  }
}

/** Sends the family's answer with a fault applied to it. Resolves when everything has been sent. */
export async function applyToAnswer(wire: Wire, fault: AnswerFault, response: SimulatorResponse): Promise<void> {
  if (isOldFirmware(fault)) return sendAsOldFirmware(wire, fault.kind, response);
  const body = bodyBytes(response);
  const half = body.subarray(0, Math.floor(body.length / 2));
  const head = (length: number): string => rawHead(response, framingOf(response, length));
  switch (fault.kind) {
    case 'lost-answer':
      return wire.reset();
    case 'reset-in-body':
      return sendThen(wire, Buffer.concat([Buffer.from(head(body.length)), half]), wire.reset);
    case 'hang-in-body':
      return void wire.stream.write(Buffer.concat([Buffer.from(head(body.length)), half]));
    case 'cut-body':
      return void wire.stream.end(Buffer.concat([Buffer.from(head(body.length)), half]));
    case 'wrong-length':
      return void wire.stream.end(
        Buffer.concat([Buffer.from(announcing(response, body.length + fault.difference)), body]),
      );
    case 'broken-chunks':
      return void wire.stream.end(
        Buffer.concat([Buffer.from(`${rawHead(response, { 'Transfer-Encoding': 'chunked' })}zz\r\n`), body]),
      );
    case 'drip':
      return drip(wire, Buffer.concat([Buffer.from(head(body.length)), body]), fault.intervalMs);
    case 'invalid-utf8':
      return sendResponse(wire, { ...response, body: spoilText(body) });
    case 'altered-body':
      return sendResponse(wire, { ...response, body: fault.alter(body.toString('utf8')) });
    case 'delay':
      if (await wire.wait(fault.delayMs)) sendResponse(wire, response);
  }
}

/** Returns the headers that mark the end of the body. With framing `close`, only the end of the connection marks it. */
function framingOf({ framing }: SimulatorResponse, length: number): Readonly<Record<string, string>> {
  return framing === 'close' ? { Connection: 'close' } : { 'Content-Length': String(length) };
}

/** Returns a head with this Content-Length, even if it is wrong or the vendor normally sends none. */
function announcing(response: SimulatorResponse, length: number): string {
  return rawHead(response, { 'Content-Length': String(Math.max(0, length)) });
}

/** Inserts invalid UTF-8 before the first letter or digit in the second half of the text, which is where values are. */
function spoilText(body: Buffer): Buffer {
  const middle = Math.floor(body.length / 2);
  const found = body.subarray(middle).findIndex((byte) => byte >= 0x30 && byte <= 0x7a);
  const at = middle + Math.max(0, found);
  return Buffer.concat([body.subarray(0, at), Buffer.from([0xc3, 0x28, 0xff, 0xfe]), body.subarray(at)]);
}

function sendThen(wire: Wire, bytes: Buffer, afterwards: () => void): Promise<void> {
  return new Promise((resolve) => {
    wire.stream.write(bytes, () => {
      afterwards();
      resolve();
    });
  });
}

async function drip(wire: Wire, bytes: Buffer, intervalMs: number): Promise<void> {
  for (const byte of bytes) {
    if (!(await wire.wait(intervalMs))) return;
    wire.stream.write(Buffer.of(byte));
  }
  wire.stream.end();
}

async function sendHugeBody(wire: Wire, bytes: number): Promise<void> {
  wire.response.writeHead(200, { 'Content-Type': 'text/plain', 'Content-Length': bytes });
  await pour(wire.response, bytes, 0x78);
}

async function sendBomb(wire: Wire, bytes: number): Promise<void> {
  wire.response.writeHead(200, { 'Content-Type': 'text/plain', 'Content-Encoding': 'gzip' });
  const gzip = createGzip({ level: 1 });
  wire.stream.once('close', () => gzip.destroy());
  gzip.pipe(wire.response);
  await pour(gzip, bytes, 0);
}

/** Writes `bytes` bytes of one value, 64 KiB at a time to limit memory; stops if the reader disconnects. */
async function pour(sink: Writable, bytes: number, value: number): Promise<void> {
  const piece = Buffer.alloc(65_536, value);
  const gone = new AbortController();
  sink.once('close', () => gone.abort());
  for (let left = bytes; left > 0 && !sink.destroyed; left -= piece.length) {
    if (sink.write(left < piece.length ? piece.subarray(0, left) : piece)) continue;
    await once(sink, 'drain', { signal: gone.signal }).catch(() => sink.destroy());
  }
  sink.end();
}
