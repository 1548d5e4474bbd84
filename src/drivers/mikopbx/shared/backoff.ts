import { Failure } from '../../../transport/failure.ts';
import type { ApiAnswer } from '../../../transport/request.ts';
import { isGatewayRefusal } from './bad-gateway-backoff.ts';
import type { PbxMemory } from '../memory.ts';

/** Takes note of what an answer says besides its content: a block of this address, or a web server that is alone. */
export function noteAnswer(answer: ApiAnswer, memory: PbxMemory): void {
  noteBlock(answer, memory);
  if (!isGatewayRefusal(answer)) return;
  memory.badGateway.refused(
    new Failure('service_unavailable', `the PBX's web server has nobody behind it (HTTP ${answer.status})`),
  );
}

/** Takes note of a request that nobody answered. */
export function noteFailure(failure: Failure, { badGateway }: PbxMemory): void {
  if (failure.reason === 'connect' && failure.status === undefined) badGateway.refused(failure);
}

/** Keeps away from the PBX for as long as it blocks this address: HTTP 429 as plain text comes from the filter in front. */
export function noteBlock({ status, headers, body }: ApiAnswer, { rateLimit }: PbxMemory): void {
  // The PBX's own 429 for failed logins is JSON and concerns logins only.
  if (status !== 429 || body.trimStart().startsWith('{')) return;
  const seconds = /^\d{1,6}$/.test(headers['retry-after'] ?? '') ? Number(headers['retry-after']) : 0;
  rateLimit.blocked(seconds * 1000);
}
