import type { Calls, Part, Peer, Queue, Reading, SystemFacts, Trunk, Usage } from '../../snapshot/reading.ts';
import { Failure } from '../../transport/failure.ts';
import type { Conversation } from '../driver.ts';
import { goodPart, readInParallel, type SkipCounter } from '../kit/collectors.ts';
import { readCallDirections } from '../yeastar/call-directions.ts';
import type { UnknownStates } from '../kit/state-table.ts';
import type { SystemCache } from '../yeastar/system-cache.ts';
import { type CountedDevices, readExtensions } from './peers.ts';
import type { PagedList, PageReader } from './pagination.ts';
import { QueueCollector } from './collect-queues.ts';
import { readRequest } from './requests.ts';
import { optionalData, readResponse, readResponseIfAny } from './answers.ts';
import { readCapacity, readSystem } from './system.ts';
import { readTrunks } from './trunks.ts';

/** Settings for reading one P-Series. */
export interface CollectSettings {
  readonly counted: CountedDevices;
  /** Numbers of the queues to read; all queues if the list is empty. */
  readonly queues: readonly string[];
  readonly unknownStates: UnknownStates;
  readonly systemCache: SystemCache;
  readonly pages: PageReader;
}

/** Reads all enabled collectors. */
export async function collect(conversation: Conversation, settings: CollectSettings): Promise<Reading> {
  const lists = await readInParallel(conversation.collectors, {
    peers: () => collectPeers(conversation, settings),
    trunks: () => collectTrunks(conversation, settings),
    calls: () => collectCalls(conversation),
    queues: () => collectQueues(conversation, settings),
  });
  // Last, because the cached values are only valid after an answer in this round.
  const answered = Object.values(lists).some((part) => part.ok);
  const system = await readInParallel(conversation.collectors, {
    system: () => collectSystem(conversation, settings, answered),
  });
  return { ...lists, ...system };
}

async function collectPeers(conversation: Conversation, settings: CollectSettings): Promise<Part<readonly Peer[]>> {
  const list = await settings.pages.read(conversation, 'extension_list');
  const skipped = settings.unknownStates.counter('extensions');
  const peers = readExtensions(list.rows, settings.counted, skipped);
  return listPart(list, peers, skipped);
}

async function collectTrunks(conversation: Conversation, settings: CollectSettings): Promise<Part<readonly Trunk[]>> {
  const list = await settings.pages.read(conversation, 'trunk_list');
  const skipped = settings.unknownStates.counter('trunks');
  const trunks = readTrunks(list.rows, skipped);
  return listPart(list, trunks, skipped);
}

/** A list shorter than announced is a partial read: it is shown, but not as a success. */
function listPart<Row>({ shortfall }: PagedList, value: readonly Row[], skipped: SkipCounter): Part<readonly Row[]> {
  if (shortfall === undefined) return goodPart(value, skipped.counts());
  return { ok: false, reason: shortfall.reason, detail: shortfall.message, value, skipped: skipped.counts() };
}

/** Reads each direction independently: a direction that cannot be read does not affect the others. */
function collectCalls(conversation: Conversation): Promise<Part<Calls>> {
  return readCallDirections(['inbound', 'outbound', 'internal'], (type) =>
    conversation.ask({
      request: readRequest('call_query', { type }),
      read: (answer) => optionalData(readResponseIfAny(answer)).length,
    }),
  );
}

/** Reads each queue independently: if data of one cannot be read, the part is partial and the rest is kept. */
async function collectQueues(conversation: Conversation, settings: CollectSettings): Promise<Part<readonly Queue[]>> {
  const reader = new QueueCollector(conversation, settings);
  const { queues, shortfall } = await reader.list();
  const failures = [...(shortfall === undefined ? [] : [shortfall]), ...reader.missing(queues)];
  const value: Queue[] = [];
  for (const queue of queues) {
    const { row, failure } = await reader.read(queue);
    if (failure !== undefined) failures.push(new Failure(failure.reason, `queue ${queue.number}: ${failure.message}`));
    if (row !== undefined) value.push(row);
  }
  const [first] = failures;
  if (first === undefined) return goodPart(value, reader.skipped.counts());
  if (value.length === 0) throw first;
  return { ok: false, reason: first.reason, detail: first.message, value, skipped: reader.skipped.counts() };
}

async function collectSystem(
  conversation: Conversation,
  { systemCache }: CollectSettings,
  answered: boolean,
): Promise<Part<SystemFacts>> {
  const known = answered ? systemCache.recall() : undefined;
  if (known !== undefined) return goodPart(known);
  const facts = await conversation.ask({
    request: readRequest('system_information'),
    read: (answer) => readSystem(readResponse(answer)),
  });
  return goodPart(systemCache.keep({ ...facts, ...(await askCapacity(conversation)) }));
}

/** Reads the limits; empty if the firmware does not support this call yet. */
async function askCapacity(conversation: Conversation): Promise<Usage> {
  try {
    const request = readRequest('system_capacity');
    return await conversation.ask({ request, read: (answer) => readCapacity(readResponse(answer)) });
  } catch {
    return {};
  }
}
