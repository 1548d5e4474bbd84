import type { Part, Queue } from '../../snapshot/reading.ts';
import { goodPart } from '../kit/collectors.ts';
import { readText } from './errors.ts';
import { agentsByName, queueFrom, queueNames, readTable, waitingCallers } from './queues.ts';
import { request, requestAbout } from './requests.ts';
import type { Round } from './round.ts';

/** Most queues of which the callers are counted: each is a request. */
const mostQueues = 200;

/** Queues of mod_callcenter with their agents, and one more question for the callers of each. */
export async function collectQueues(round: Round): Promise<Part<readonly Queue[]>> {
  const skipped = round.unknownWords.counter('agents');
  const table = async (call: 'queues' | 'agents' | 'tiers') =>
    readTable(await round.ask(request(call), readText), skipped);
  const names = queueNames(await table('queues')).slice(0, mostQueues);
  if (names.length === 0) return goodPart([], skipped.counts());
  const agents = agentsByName(await table('agents'), skipped);
  const tiers = await table('tiers');
  const queues: Queue[] = [];
  for (const name of names) {
    const members = readTable(await round.ask(requestAbout('queue_members', name), readText), skipped);
    queues.push(queueFrom(name, waitingCallers(members), tiers, agents));
  }
  return goodPart(queues, skipped.counts());
}
