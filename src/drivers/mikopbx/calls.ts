import type { Calls } from '../../snapshot/reading.ts';
import { Failure } from '../../transport/failure.ts';
import type { Envelope } from './answers.ts';
import { isRecord, textOf } from './shapes.ts';

/** The PBX waits two seconds for its worker of call records and then says "no calls" all the same. */
const workerPatienceMs = 1_800;

/**
 * Active calls in an answer to `getActiveChannels`: channels of one call share a `linkedid`.
 * An empty list that came late is no proof of silence. Throws a `Failure`.
 */
export function readCalls({ data }: Envelope, tookMs: number): Calls {
  if (!Array.isArray(data)) throw new Failure('protocol', 'the list of channels is not a list');
  if (data.length === 0 && tookMs >= workerPatienceMs)
    throw new Failure('service_unavailable', 'the process of the PBX that keeps the call records does not answer');
  const calls = (data as readonly unknown[]).map((row) => (isRecord(row) ? textOf(row['linkedid']) : ''));
  if (calls.includes('')) throw new Failure('protocol', 'a channel in the list does not tell its call');
  return { all: new Set(calls).size };
}
