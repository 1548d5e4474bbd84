import { Failure } from '../../transport/failure.ts';
import type { AgentState } from '../../snapshot/reading.ts';
import { asRecord, countOf, type JsonRecord, textOf } from '../kit/fields.ts';
import type { SkipCounter } from '../kit/collectors.ts';
import { StateTable } from '../kit/state-table.ts';

/** One row of `queue/list`. */
export interface ListedQueue {
  /** The PBX's own id, which the other requests use. */
  readonly id: string;
  /** Number that callers dial. */
  readonly number: string;
}

/** `call_status` of an agent ("Query Agent Status of a Queue" in the P-Series developer guides). */
export const callStates = new StateTable<AgentState>({
  '0': 'unknown',
  '1': 'available',
  '2': 'in_call',
  '3': 'ringing',
  '4': 'in_call',
  '5': 'on_hold',
});

/** Queues from the rows of `queue/list`; rows without id or number are counted as malformed. */
export function readQueueList(rows: readonly unknown[], skipped: SkipCounter): readonly ListedQueue[] {
  return rows.flatMap((row) => {
    const fields = asRecord(row) ?? {};
    const [id, number] = [textOf(fields['id']), textOf(fields['number'])];
    if (id !== '' && number !== '') return { id, number };
    skipped.add('malformed');
    return [];
  });
}

/**
 * Waiting callers of an answer to `queue/call_status`; for an idle queue, the PBX may answer `DATA NOT FOUND` (undefined
 * here).
 */
export function readWaitingCallers(answer: JsonRecord | undefined): number {
  if (answer === undefined) return 0;
  const waiting = countOf(answer['waiting_calls']);
  if (waiting === undefined) throw new Failure('protocol', 'the answer does not contain the number of waiting callers');
  return waiting;
}

/** Agents of a queue by state, from the rows of `queue/agent_status`. An agent who is not logged in to the queue is `unavailable`. */
export function countAgents(rows: readonly unknown[], skipped: SkipCounter): Partial<Record<AgentState, number>> {
  const counts: Partial<Record<AgentState, number>> = {};
  for (const row of rows) {
    const state = agentState(asRecord(row) ?? {}, skipped);
    counts[state] = (counts[state] ?? 0) + 1;
  }
  return counts;
}

function agentState(agent: JsonRecord, skipped: SkipCounter): AgentState {
  const known = callStates.read(textOf(agent['call_status']), skipped);
  // A call has priority over a pause: agents finish their current call.
  if (known === 'in_call' || known === 'ringing' || known === 'on_hold') return known;
  if (textOf(agent['is_login']) === '0') return 'unavailable';
  if (textOf(agent['is_pause']) === '1') return 'paused';
  return known ?? 'unknown';
}
