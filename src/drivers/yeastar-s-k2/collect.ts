import type { CallDirection, Calls, Part, Queue, Reading, SystemFacts } from '../../snapshot/reading.ts';
import { asFailure, Failure } from '../../transport/failure.ts';
import type { Conversation } from '../driver.ts';
import { goodPart, readInParallel, type SkipCounter } from '../kit/collectors.ts';
import { readSystem } from './system.ts';
import { readCallDirections } from '../yeastar/call-directions.ts';
import { readExtensions } from './peers.ts';
import type { JsonRecord } from '../kit/fields.ts';
import type { UnknownStates } from '../kit/state-table.ts';
import { readQueue } from './queues.ts';
import { apiRequest, type Generation, type YeastarCall } from './requests.ts';
import { optionalList, readResponse } from './answers.ts';
import type { SystemCache } from '../yeastar/system-cache.ts';
import { readTrunks } from './trunks.ts';

/** Settings for reading one S-Series or K2. */
export interface CollectSettings {
  readonly version: string;
  readonly generation: Generation;
  /** Numbers of the queues to request. */
  readonly queues: readonly string[];
  readonly unknownStates: UnknownStates;
  readonly systemCache: SystemCache;
}

/** The names of the calls that read lists, by generation. */
const listCalls = {
  v1: { extensions: 'extensionlist_query', trunks: 'trunklist_query' },
  v2: { extensions: 'extension_list', trunks: 'trunk_list' },
} as const;

/** Reads all enabled collectors, one request for each list. */
export async function collect(conversation: Conversation, settings: CollectSettings): Promise<Reading> {
  const reader = new Reader(conversation, settings);
  const lists = await readInParallel(conversation.collectors, {
    peers: () => reader.list('extensions', readExtensions),
    trunks: () => reader.list('trunks', readTrunks),
    calls: () => reader.calls(),
    queues: () => reader.queues(),
  });
  // Last, because the cached values are only valid after an answer in this round.
  const answered = Object.values(lists).some((part) => part.ok);
  return { ...lists, ...(await readInParallel(conversation.collectors, { system: () => reader.system(answered) })) };
}

class Reader {
  readonly #conversation: Conversation;
  readonly #settings: CollectSettings;

  constructor(conversation: Conversation, settings: CollectSettings) {
    this.#conversation = conversation;
    this.#settings = settings;
  }

  /** Reads one of the two lists. A single answer contains the whole list, regardless of its length. */
  async list<Row>(what: 'extensions' | 'trunks', read: (answer: JsonRecord, skipped: SkipCounter) => readonly Row[]) {
    const { generation, unknownStates } = this.#settings;
    const skipped = unknownStates.counter(what);
    const rows = await this.#ask(listCalls[generation][what], {}, (answer) => read(answer, skipped));
    return goodPart(rows, skipped.counts());
  }

  async calls(): Promise<Part<Calls>> {
    return readCallDirections(['inbound', 'outbound'], (direction) => this.#callsOf(direction));
  }

  /** Reads each configured queue. If one fails, the part is partial and contains the others. */
  async queues(): Promise<Part<readonly Queue[]>> {
    const { queues, unknownStates } = this.#settings;
    if (queues.length === 0) throw new Failure('config', 'no queues are named: list their numbers in options.queues');
    const skipped = unknownStates.counter('agents');
    const value: Queue[] = [];
    const failures: Failure[] = [];
    for (const number of queues) {
      const queue = await this.#queue(number, skipped).catch((thrown: unknown) => asFailure(thrown));
      if (queue instanceof Failure) failures.push(new Failure(queue.reason, `queue ${number}: ${queue.message}`));
      else value.push(queue);
    }
    const [first] = failures;
    if (first === undefined) return goodPart(value, skipped.counts());
    if (value.length === 0) throw first;
    return { ok: false, reason: first.reason, detail: first.message, value, skipped: skipped.counts() };
  }

  async system(answered: boolean): Promise<Part<SystemFacts>> {
    const { systemCache } = this.#settings;
    const known = answered ? systemCache.recall() : undefined;
    if (known !== undefined) return goodPart(known);
    return goodPart(systemCache.keep(await this.#ask('deviceinfo_query', {}, readSystem)));
  }

  #callsOf(direction: CallDirection): Promise<number> {
    return this.#settings.generation === 'v2'
      ? this.#ask('call_query', { type: direction }, (answer) => optionalList(answer, 'calls').length)
      : this.#ask(
          direction === 'inbound' ? 'inbound_query' : 'outbound_query',
          {},
          (answer) => optionalList(answer, direction).length,
        );
  }

  #queue(number: string, skipped: SkipCounter): Promise<Queue> {
    const read = (answer: JsonRecord): Queue => readQueue(answer, number, skipped);
    return this.#settings.generation === 'v2'
      ? this.#ask('queue_query_status', { number }, read)
      : this.#ask('queuestatus_query', { queueid: number }, read);
  }

  #ask<T>(call: YeastarCall, body: Readonly<Record<string, string>>, read: (answer: JsonRecord) => T): Promise<T> {
    return this.#conversation.ask({
      request: apiRequest(this.#settings.version, call, body),
      read: (answer) => read(readResponse(answer)),
    });
  }
}
