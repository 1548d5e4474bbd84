import { asFailure, Failure } from '../../transport/failure.ts';
import type { ApiAnswer } from '../../transport/request.ts';
import type { Queue } from '../../snapshot/reading.ts';
import type { Conversation } from '../driver.ts';
import type { SkipCounter } from '../kit/collectors.ts';
import type { UnknownStates } from '../kit/state-table.ts';
import type { PageReader } from './pagination.ts';
import { countAgents, type ListedQueue, readQueueList, readWaitingCallers } from './queues.ts';
import { type PSeriesCall, readRequest } from './requests.ts';
import { optionalData, readResponseIfAny } from './answers.ts';

/** Reads the queues of one round: the list, then callers and agents of each. */
export class QueueCollector {
  readonly skipped: SkipCounter;
  readonly #conversation: Conversation;
  readonly #wanted: readonly string[];
  readonly #pages: PageReader;

  /** Only queues with these numbers are read; all queues if the list is empty. */
  constructor(
    conversation: Conversation,
    {
      queues,
      pages,
      unknownStates,
    }: { readonly queues: readonly string[]; readonly pages: PageReader; readonly unknownStates: UnknownStates },
  ) {
    this.#conversation = conversation;
    this.#wanted = queues;
    this.#pages = pages;
    this.skipped = unknownStates.counter('agents');
  }

  /** The wanted queues that the PBX has, and the failure if its list is incomplete. Throws a `Failure`. */
  async list(): Promise<{ readonly queues: readonly ListedQueue[]; readonly shortfall?: Failure }> {
    const { rows, ...rest } = await this.#pages.read(this.#conversation, 'queue_list');
    const queues = readQueueList(rows, this.skipped);
    if (this.#wanted.length === 0) return { queues, ...rest };
    return { queues: queues.filter(({ number }) => this.#wanted.includes(number)), ...rest };
  }

  /** A failure for each wanted queue that is not in the list. */
  missing(queues: readonly ListedQueue[]): Failure[] {
    const numbers = queues.map(({ number }) => number);
    return this.#wanted
      .filter((number) => !numbers.includes(number))
      .map((number) => new Failure('config', `queue ${number} of options.queues does not exist on this PBX`));
  }

  /**
   * One queue: its waiting callers, and the states of its agents. Values that cannot be read are left out; if neither can
   * be read, there is no row.
   */
  async read({ id, number }: ListedQueue): Promise<{ readonly row?: Queue; readonly failure?: Failure }> {
    const waiting = await this.#ask('queue_call_status', id, (answer) => readWaitingCallers(readResponseIfAny(answer)));
    const agents = await this.#ask('queue_agent_status', id, (answer) =>
      countAgents(optionalData(readResponseIfAny(answer)), this.skipped),
    );
    const failure = [waiting, agents].find((read) => read instanceof Failure);
    if (waiting instanceof Failure && agents instanceof Failure) return { failure: waiting };
    const row: Queue = {
      id: number,
      ...(waiting instanceof Failure ? {} : { waitingCallers: waiting }),
      ...(agents instanceof Failure ? {} : { agents }),
    };
    return failure === undefined ? { row } : { row, failure };
  }

  #ask<T>(call: PSeriesCall, id: string, read: (answer: ApiAnswer) => T): Promise<T | Failure> {
    return this.#conversation
      .ask({ request: readRequest(call, { id }), read })
      .catch((thrown: unknown) => asFailure(thrown));
  }
}
