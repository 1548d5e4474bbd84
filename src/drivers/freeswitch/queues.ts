import type { AgentState, Queue } from '../../snapshot/reading.ts';
import type { SkipCounter } from '../kit/collectors.ts';
import { StateTable } from '../kit/state-table.ts';
import { Failure } from '../../transport/failure.ts';

/** Whether an agent takes calls at all (`status`); if so, `state` decides. */
export const agentStatuses = new StateTable<AgentState>({
  Available: 'available',
  'Available (On Demand)': 'available',
  'On Break': 'paused',
  'Logged Out': 'unavailable',
});

/** What an agent is doing (`state`): an agent in a call is shown as such, even on a break. An agent who is `Idle` gets no calls. */
export const agentStates = new StateTable<AgentState>({
  Waiting: 'available',
  Receiving: 'ringing',
  Reserved: 'ringing',
  'In a queue call': 'in_call',
  Idle: 'unavailable',
});

/** States of callers who wait; others have been answered, or have hung up and stay listed for a minute. */
const waitingStates: readonly string[] = ['Waiting', 'Trying'];

type Row = ReadonlyMap<string, string>;

/**
 * Reads a table of mod_callcenter: cells are separated by `|` and not escaped, and there is a header unless the table is
 * empty. Rows with more or fewer cells than the header count as malformed. Throws a `Failure` if the table is incomplete.
 */
export function readTable(text: string, skipped: SkipCounter): readonly Row[] {
  if (!/(?:^|\n)\+OK\n?$/.test(text)) throw new Failure('protocol', 'the table is cut off before its end');
  const [header, ...lines] = text.split('\n').filter((line) => line !== '' && line !== '+OK');
  const columns = header?.split('|') ?? [];
  return lines.flatMap((line) => {
    const cells = line.split('|');
    if (cells.length === columns.length) return [new Map(columns.map((name, index) => [name, cells[index] ?? '']))];
    skipped.add('malformed');
    return [];
  });
}

/** Names of the queues. */
export function queueNames(rows: readonly Row[]): readonly string[] {
  return rows.map((row) => row.get('name') ?? '').filter((name) => name !== '');
}

/** The number of waiting callers among the members of a queue. */
export function waitingCallers(members: readonly Row[]): number {
  return members.filter((row) => waitingStates.includes(row.get('state') ?? '')).length;
}

/** The states of all agents by name. */
export function agentsByName(rows: readonly Row[], skipped: SkipCounter): ReadonlyMap<string, AgentState> {
  return new Map(rows.map((row) => [row.get('name') ?? '', agentState(row, skipped)]));
}

function agentState(row: Row, skipped: SkipCounter): AgentState {
  const state = agentStates.read(row.get('state') ?? '', skipped) ?? 'unknown';
  if (state === 'in_call' || state === 'ringing') return state;
  const status = agentStatuses.read(row.get('status') ?? '', skipped) ?? 'unknown';
  return status === 'available' ? state : status;
}

/** A queue with its callers, and with the agents that the tiers assign to it. */
export function queueFrom(
  id: string,
  waiting: number,
  tiers: readonly Row[],
  agents: ReadonlyMap<string, AgentState>,
): Queue {
  const names = new Set(tiers.filter((row) => row.get('queue') === id).map((row) => row.get('agent') ?? ''));
  const counts: Partial<Record<AgentState, number>> = {};
  for (const state of [...names].flatMap((name) => agents.get(name) ?? [])) counts[state] = (counts[state] ?? 0) + 1;
  return { id, waitingCallers: waiting, agents: counts };
}
