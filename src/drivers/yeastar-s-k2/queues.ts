import { Failure } from '../../transport/failure.ts';
import type { AgentState, Queue } from '../../snapshot/reading.ts';
import { asRecord, asList, countOf, type JsonRecord, textOf } from '../kit/fields.ts';
import type { SkipCounter } from '../kit/collectors.ts';
import { StateTable } from '../kit/state-table.ts';
import { blankableList } from './answers.ts';

/** `agentstatus` ("Query Queue Status" in the developer guides); 4 is "invalid": the state is unknown to the PBX, too. */
export const agentStates = new StateTable<AgentState>({
  '0': 'unknown',
  '1': 'available',
  '2': 'in_call',
  '3': 'in_call',
  '4': 'unknown',
  '5': 'unavailable',
  '6': 'ringing',
  '7': 'in_call',
  '8': 'on_hold',
  '9': 'paused',
  '10': 'wrap_up',
});

/**
 * The queue with this number in an answer to `queuestatus/query` (v1.1.0) or `queue/query_status` (v2.0.0). Throws a
 * `Failure` (`protocol`) if the answer does not contain it.
 */
export function readQueue(answer: JsonRecord, number: string, skipped: SkipCounter): Queue {
  const rows = blankableList(answer, 'queues').map((row) => asRecord(row));
  const row = rows.find((queue) => (textOf(queue?.['queuenumber']) || textOf(queue?.['number'])) === number);
  const status = asRecord(asList(row?.['queuestatus'])?.[0] ?? row?.['queuestatus']);
  if (status === undefined) throw new Failure('protocol', `the answer contains nothing about queue ${number}`);
  const waiting = waitingCallers(status['callercount']);
  const members = asList(status['members']);
  return {
    id: number,
    ...(waiting === undefined ? {} : { waitingCallers: waiting }),
    ...(members === undefined ? {} : { agents: countAgents(members, skipped) }),
  };
}

/** The PBX sends an empty text for "nobody waits". */
function waitingCallers(value: unknown): number | undefined {
  return value === '' ? 0 : countOf(value);
}

function countAgents(members: readonly unknown[], skipped: SkipCounter): Partial<Record<AgentState, number>> {
  const counts: Partial<Record<AgentState, number>> = {};
  for (const member of members) {
    const state = agentStates.read(textOf(asRecord(member)?.['agentstatus']), skipped) ?? 'unknown';
    counts[state] = (counts[state] ?? 0) + 1;
  }
  return counts;
}
