import type { AgentState, Queue } from '../../snapshot/reading.ts';
import type { SkipCounter } from '../kit/collectors.ts';
import { StateTable } from '../kit/state-table.ts';
import { type AmiAnswer, type AmiMessage, listItems, field } from './ami-message.ts';
import { countOf } from '../kit/fields.ts';

/** `QueueMember` `Status`: the core's device states as numbers. For 0 (unknown) and 1 (free), a pause takes precedence. */
export const agentStates = new StateTable<AgentState>({
  '0': 'unknown',
  '1': 'available',
  '2': 'in_call',
  '3': 'in_call',
  '4': 'unavailable',
  '5': 'unavailable',
  '6': 'ringing',
  '7': 'in_call',
  '8': 'on_hold',
});

/** `QueueStatus`: all queues with their members. Throws a `Failure` if the list is incomplete. */
export function readQueueStatus(answer: AmiAnswer): readonly AmiMessage[] {
  return listItems(answer, 'QueueParams', 'QueueMember', 'QueueEntry');
}

/** Queues with waiting callers and agents by state. States that are not known are counted and shown as `unknown`. */
export function queuesFrom(items: readonly AmiMessage[], skipped: SkipCounter): readonly Queue[] {
  const members = Map.groupBy(
    items.filter((item) => item.get('event') === 'QueueMember'),
    (item) => field(item, 'queue'),
  );
  return items
    .filter((item) => item.get('event') === 'QueueParams')
    .map((item) => {
      const id = field(item, 'queue');
      const waitingCallers = countOf(field(item, 'calls'));
      const states = (members.get(id) ?? []).map((member) => agentState(member, skipped));
      return { id, ...(waitingCallers === undefined ? {} : { waitingCallers }), agents: countStates(states) };
    });
}

/** A pause is shown only if the phone is free or its state is unknown; any other state takes precedence. */
function agentState(member: AmiMessage, skipped: SkipCounter): AgentState {
  const status = field(member, 'status');
  const known = agentStates.find(status);
  if (known !== undefined && known !== 'available' && known !== 'unknown') return known;
  if (field(member, 'paused') === '1') return 'paused';
  return agentStates.read(status, skipped) ?? 'unknown';
}

function countStates(states: readonly AgentState[]): Partial<Record<AgentState, number>> {
  const counts: Partial<Record<AgentState, number>> = {};
  for (const state of states) counts[state] = (counts[state] ?? 0) + 1;
  return counts;
}
