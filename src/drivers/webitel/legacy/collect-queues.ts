import type { Part, Queue } from '../../../snapshot/reading.ts';
import { asFailure, type Failure } from '../../../transport/failure.ts';
import { goodPart, type SkipCounter } from '../../kit/collectors.ts';
import { readPayload } from './errors.ts';
import { domainOf, domainQuery, type EngineRound } from './engine-round.ts';
import { readAgents, readQueueNames, readWaitingCallers } from './queues.ts';

/** One kind of detail of a queue, e.g. its agents, and how to read it. */
interface Detail {
  readonly call: string;
  readonly path: string;
  /** Reads the payload and returns fields of the queue. */
  readonly read: (payload: unknown) => Partial<Queue>;
  readonly missingRight: string;
}

/**
 * Reads all queues of the domain: first the list, then the callers and agents of each queue, one request at a time. Data
 * that the role may not read is left out and makes the part fail. Any other failure ends the part with the data read so
 * far.
 */
export async function readQueues(round: EngineRound): Promise<Part<readonly Queue[]>> {
  await round.identity();
  const query = domainQuery(domainOf(round.engine));
  const skipped = round.engine.settings.unknownStates.counter('agents');
  const missingRight = 'the role of the account lacks the right cc/queue: r';
  const names = await round.askConsole({
    call: 'queues',
    path: 'callcenter/queues',
    query,
    read: (answer) => readQueueNames(readPayload(answer, missingRight), skipped),
  });
  const queues = names.map((id): Partial<Queue> & { readonly id: string } => ({ id }));
  let failure: Failure | undefined;
  for (const detail of details(skipped)) failure = (await addDetail(round, { query, queues, detail })) ?? failure;
  if (failure === undefined) return goodPart(queues, skipped.counts());
  return { ok: false, reason: failure.reason, detail: failure.message, value: queues, skipped: skipped.counts() };
}

function details(skipped: SkipCounter): readonly Detail[] {
  return [
    {
      call: 'queue_members',
      path: 'members',
      read: (payload) => ({ waitingCallers: readWaitingCallers(payload) }),
      missingRight: 'the role of the account lacks the right cc/members: r',
    },
    {
      call: 'queue_agents',
      path: 'tiers',
      read: (payload) => ({ agents: readAgents(payload, skipped) }),
      missingRight: 'the role of the account lacks the right cc/tiers: r',
    },
  ];
}

interface Work {
  readonly query: Readonly<Record<string, string>>;
  readonly queues: (Partial<Queue> & { readonly id: string })[];
  readonly detail: Detail;
}

/** Adds one detail to every queue; stops at the first failure and returns it. */
async function addDetail(round: EngineRound, { query, queues, detail }: Work): Promise<Failure | undefined> {
  for (const [index, queue] of queues.entries()) {
    const path = `callcenter/queues/${encodeURIComponent(queue.id)}/${detail.path}`;
    try {
      const fields = await round.ask({
        call: detail.call,
        path,
        query,
        read: (answer) => detail.read(readPayload(answer, detail.missingRight)),
      });
      queues[index] = { ...queues[index], ...fields, id: queue.id };
    } catch (thrown) {
      return asFailure(thrown);
    }
  }
  return undefined;
}
