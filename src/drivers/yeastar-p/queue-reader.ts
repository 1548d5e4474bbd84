import { Failure } from '../../transport/failure.ts';
import type { Queue } from '../../snapshot/reading.ts';
import type { Conversation } from '../driver.ts';
import { Notes } from '../yeastar/notes.ts';
import { readPages } from './pages.ts';
import { countAgents, type ListedQueue, readQueueList, readWaitingCallers } from './queues.ts';
import { readRequest } from './requests.ts';
import { optionalData, readResponseIfAny } from './response.ts';

/** Reads the queues of one round: the list, then callers and agents of each. */
export class QueueReader {
  readonly notes = new Notes();
  readonly #conversation: Conversation;
  readonly #wanted: readonly string[];

  /** Only queues with these numbers are read; all where the list is empty. */
  constructor(conversation: Conversation, wanted: readonly string[]) {
    this.#conversation = conversation;
    this.#wanted = wanted;
  }

  /** The wanted queues that the PBX has. Throws a `Failure`. */
  async list(): Promise<readonly ListedQueue[]> {
    const { rows, shortfall } = await readPages(this.#conversation, 'queue_list');
    if (shortfall !== undefined) throw shortfall;
    const queues = readQueueList(rows, this.notes);
    return this.#wanted.length === 0 ? queues : queues.filter(({ number }) => this.#wanted.includes(number));
  }

  /** A failure for each wanted queue that is not in the list. */
  missing(queues: readonly ListedQueue[]): Failure[] {
    const numbers = queues.map(({ number }) => number);
    return this.#wanted
      .filter((number) => !numbers.includes(number))
      .map((number) => new Failure('config', `queue ${number} of options.queues does not exist on this PBX`));
  }

  /** One queue: who waits, and how its agents are. Throws a `Failure`. */
  async read({ id, number }: ListedQueue): Promise<Queue> {
    const waitingCallers = await this.#conversation.ask({
      request: readRequest('queue_call_status', { id }),
      read: (answer) => readWaitingCallers(readResponseIfAny(answer)),
    });
    const agents = await this.#conversation.ask({
      request: readRequest('queue_agent_status', { id }),
      read: (answer) => countAgents(optionalData(readResponseIfAny(answer)), this.notes),
    });
    return { id: number, waitingCallers, agents };
  }
}
