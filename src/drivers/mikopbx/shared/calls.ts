import type { Calls, Part } from '../../../snapshot/reading.ts';
import { Failure } from '../../../transport/failure.ts';
import { failedPart, goodPart } from '../../kit/collectors.ts';
import { type Envelope, outcomeOf } from './answers.ts';
import type { Round } from './round.ts';
import type { PbxMemory } from '../memory.ts';
import { requestFor } from '../requests.ts';
import { longestCall } from '../../kit/answers.ts';
import { countOf, isRecord, textOf } from '../../kit/fields.ts';

/**
 * How the calls are requested from the two APIs. An empty list after `silenceMs` means that the process with the call
 * records did not answer.
 */
const ways = {
  // PHP waits two seconds for it.
  legacy: { call: 'active_channels', share: 0.4, silenceMs: 1_800 },
  // PHP waits 15 seconds here and keeps one of three API processes busy.
  v3: { call: 'v3_active_channels', share: 0.8, silenceMs: 14_000 },
} as const;

/**
 * Reads the active calls. While the process with the call records does not answer, requests are rare, because each one
 * keeps a process of the PBX busy.
 */
export async function readCallsPart(round: Round, memory: PbxMemory): Promise<Part<Calls>> {
  const { clock, callsBackoff } = memory;
  const { call, share, silenceMs } = ways[memory.api === 'legacy' ? 'legacy' : 'v3'];
  const paused = callsBackoff.failure;
  if (paused !== undefined) return failedPart(paused);
  const startedAt = clock.monotonicTime();
  const tookMs = (): number => clock.monotonicTime() - startedAt;
  const request = requestFor(call, { timeoutMs: round.share(share) });
  const outcome = await outcomeOf(round.ask(request, (envelope) => readCalls(envelope, tookMs() >= silenceMs)));
  callsBackoff.follow(outcome, tookMs());
  return outcome.ok ? goodPart(outcome.value) : failedPart(outcome.failure);
}

/**
 * Reads the active calls in an answer to `getActiveChannels`: channels of one call share a `linkedid`. An empty list
 * that came late does not prove that there are no calls. Throws a `Failure`.
 */
export function readCalls({ data, sentAt }: Envelope, cameLate: boolean): Calls {
  if (!Array.isArray(data)) throw new Failure('protocol', 'the list of channels is not a list');
  if (data.length === 0 && cameLate)
    throw new Failure('service_unavailable', 'the process of the PBX that keeps the call records does not answer');
  const calls = (data as readonly unknown[]).map((row) => (isRecord(row) ? textOf(row['linkedid']) : ''));
  if (calls.includes('')) throw new Failure('protocol', 'a channel in the list does not contain its call');
  return { all: new Set(calls).size, ...longestCall(calls.map(begunAt), sentAt) };
}

/**
 * Returns when a call began, in seconds since 1970, from its Asterisk id (`mikopbx-1769990000.12`). The list's own
 * `start` is in the PBX's local time, without a time zone.
 */
function begunAt(linkedId: string): number | undefined {
  return countOf(/(?:^|-)(\d{10})\.\d+$/.exec(linkedId)?.[1]);
}
