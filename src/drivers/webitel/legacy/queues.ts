import type { AgentState, Queue } from '../../../snapshot/reading.ts';
import { Failure } from '../../../transport/failure.ts';
import type { SkipCounter } from '../../kit/collectors.ts';
import { exactTextOf, isRecord, type JsonRecord, textOf } from '../../kit/fields.ts';
import { StateTable } from '../../kit/state-table.ts';

/** States of a queue's member (mod_callcenter of FreeSWITCH) that mean a waiting caller; `Answered` and `Abandoned` do not. */
const waitingStates: readonly string[] = ['waiting', 'trying'];

/** States (mod_callcenter) of an agent whose status is available: what the agent is doing. */
export const availableAgentStates = new StateTable<AgentState>({
  Waiting: 'available',
  Receiving: 'ringing',
  'In a queue call': 'in_call',
  Idle: 'unavailable',
});

/**
 * Returns the names of the queues, without their domain. Names that cannot be used in a path are counted as malformed.
 * Throws a `Failure` (`protocol`) if this is a different list.
 */
export function readQueueNames(payload: unknown, skipped: SkipCounter): readonly string[] {
  const rows = readRows(payload);
  const names = rows.map((row) =>
    textOf(row['name'])
      .replace(/@[^@]*$/, '')
      .trim(),
  );
  const usable = names.filter((name) => name !== '' && name !== '.' && name !== '..');
  if (rows.length > 0 && usable.length === 0)
    throw new Failure('protocol', 'the engine sent something other than its queues');
  if (usable.length < rows.length) skipped.add('malformed', rows.length - usable.length);
  return [...new Set(usable)];
}

/** Returns the number of callers who wait in a queue. Throws a `Failure` (`protocol`) if this is a different list. */
export function readWaitingCallers(payload: unknown): number {
  const words = readRows(payload).map((row) => exactTextOf(row['state']).toLowerCase());
  if (words.includes('')) throw new Failure('protocol', 'the engine sent something other than the callers of a queue');
  return words.filter((word) => waitingStates.includes(word)).length;
}

/** Returns the number of agents of a queue by state. Throws a `Failure` (`protocol`) if this is a different list. */
export function readAgents(payload: unknown, skipped: SkipCounter): NonNullable<Queue['agents']> {
  const agents: Partial<Record<AgentState, number>> = {};
  for (const row of readRows(payload)) {
    const state = agentState(row, skipped);
    agents[state] = (agents[state] ?? 0) + 1;
  }
  return agents;
}

/** Returns the state of an agent from `status`, which the agent chooses, and `state`, which shows the current activity. */
function agentState(row: JsonRecord, skipped: SkipCounter): AgentState {
  const status = exactTextOf(row['status']).toLowerCase();
  const state = exactTextOf(row['state']).toLowerCase();
  if (status === '' || state === '')
    throw new Failure('protocol', 'the engine sent something other than the agents of a queue');
  // A call has priority: an agent who logs out or takes a break during a call is still talking.
  if (availableAgentStates.find(state) === 'in_call') return 'in_call';
  if (status === 'logged out') return 'unavailable';
  if (status === 'on break') return 'paused';
  if (status.startsWith('available')) return availableAgentStates.read(state, skipped) ?? 'unknown';
  skipped.unknownState(status);
  return 'unknown';
}

function readRows(payload: unknown): readonly JsonRecord[] {
  const rows: readonly unknown[] = Array.isArray(payload) ? payload : [undefined];
  const objects = rows.filter(isRecord);
  if (objects.length < rows.length) throw new Failure('protocol', 'the engine sent something other than a list');
  return objects;
}
