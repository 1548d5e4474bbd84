import { TLSSocket } from 'node:tls';
import type { AnswerFault } from './fault.ts';
import { asOffered, behindNotice, oldFraming, oldJson } from './old-firmware.ts';
import { bodyBytes, type SimulatorResponse } from './response.ts';
import { sendResponse, type Wire } from './wire.ts';

const kinds = [
  'reset-reused',
  'reset-resumed',
  'old-framing',
  'old-json',
  'notice-in-front',
  'compressed-as-offered',
] as const;

/** Faults that are habits of old firmware: other clients read what comes of them, or try again. */
export type OldFirmwareFault = Extract<AnswerFault, { kind: (typeof kinds)[number] }>;

/** Whether the fault is one of these. */
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

/** Whether the connection has served a request before; the first time is noted. */
function isReused({ stream }: Wire): boolean {
  if (used.has(stream)) return true;
  used.add(stream);
  return false;
}

function isResumed({ stream }: Wire): boolean {
  return stream instanceof TLSSocket && stream.isSessionReused();
}
