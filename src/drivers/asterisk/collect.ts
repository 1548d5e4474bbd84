import type { CallQuality } from '../../snapshot/call-quality.ts';
import type { Part, Queue, Reading, SystemFacts } from '../../snapshot/reading.ts';
import type { Conversation } from '../driver.ts';
import { goodPart, readInParallel, type SkipCounter } from '../kit/collectors.ts';
import { optional, readUsage } from '../kit/fields.ts';
import type { UnknownStates } from '../kit/state-table.ts';
import type { ActionSupport } from './action-support.ts';
import { ask, once } from './ask-action.ts';
import { type AskChannels, channelAsker, countCalls } from './channel-list.ts';
import { missingRight } from './errors.ts';
import { askInventory, readPeers, readTrunks, type ReadInventory, type RememberedInventory } from './inventory.ts';
import type { InventorySettings } from './pjsip/collect.ts';
import type { TrunkOf } from './quality/collect-quality.ts';
import { queuesFrom, readQueueStatus } from './queues.ts';
import { type CoreSettings, type CoreStatus, readCoreSettings, readCoreStatus, uptimeSeconds } from './system.ts';

/** Settings for reading one Asterisk. */
export interface CollectSettings extends InventorySettings {
  /** IANA name of the PBX's time zone; without it there is no uptime. */
  readonly timeZone?: string;
  readonly wallTime: () => number;
  readonly unknownStates: UnknownStates;
}

/** Data remembered between rounds. */
export interface Remembered extends RememberedInventory {
  /** The core settings, which are requested only once per start of Asterisk. */
  settings?: CoreSettings & { readonly startedAt: string };
}

/** The model in `pbx_info` if only device states and registrations are read. */
const reportingOnlyModel = 'reporting only';

/** Reads all enabled collectors. Data that several collectors need is requested once and shared. */
export async function collect(
  conversation: Conversation,
  settings: CollectSettings,
  remembered: Remembered,
): Promise<Reading> {
  const { actionSupport, restartDetector, quality } = remembered;
  // This comes first, even if the round will fail: the PBX keeps events for us until they are fetched.
  if (conversation.collectors.has('quality')) await quality.listen(conversation);
  const channels = channelAsker(conversation);
  const inventory = once(() => askInventory(conversation, settings, remembered, channels));
  const status = once(() => ask(conversation, 'core_status', readCoreStatus));
  const calls = once(async () => callsOf(await status(), channels));
  const asksStatus = conversation.collectors.has('calls') || conversation.collectors.has('system');
  if (asksStatus || restartDetector.isDue(actionSupport.logins))
    await restartDetector.look(
      status,
      () => actionSupport.logins,
      (startedAt) => uptimeOf(startedAt, settings),
    );
  const { unknownStates } = settings;
  const parts = await readInParallel(conversation.collectors, {
    peers: async () => readPeers(await inventory(), unknownStates.counter('extensions')),
    trunks: async () => readTrunks(await inventory(), unknownStates.counter('trunks')),
    calls: async () => goodPart({ all: await calls() }),
    queues: () => readQueues(conversation, actionSupport, unknownStates.counter('agents')),
    system: async () => readSystem(conversation, await status(), { settings, remembered, calls }),
    quality: () => readQuality(conversation, remembered, { inventory, channels }),
  });
  const { system } = parts;
  const reading = { ...parts, ...(system && { system: withMode(system, actionSupport) }) };
  restartDetector.ended(reading);
  return reading;
}

/** Reads call quality once the lists have been read, because a leg can be counted for a trunk only if the trunks are known. */
async function readQuality(
  conversation: Conversation,
  { quality, ...remembered }: Remembered,
  { inventory, channels }: { readonly inventory: () => Promise<ReadInventory>; readonly channels: AskChannels },
): Promise<Part<CallQuality>> {
  const { collectors } = conversation;
  if (collectors.has('peers') || collectors.has('trunks')) await inventory().catch(() => {});
  // Without the lists, state events are discarded.
  else quality.takeStates();
  const trunkOf: TrunkOf = ({ technology, endpoint }) => remembered.trunkNames?.get(`${technology}/${endpoint}`);
  quality.count(trunkOf);
  return quality.read(conversation, channels);
}

/** The number of calls. With two or more channels, only their list shows which of them belong to the same call. */
async function callsOf({ channels }: CoreStatus, askChannels: AskChannels): Promise<number> {
  if (channels !== undefined && channels < 2) return channels;
  return countCalls(await askChannels());
}

/** Reads the queues; there are none if the queue module is not loaded. */
async function readQueues(
  conversation: Conversation,
  actionSupport: ActionSupport,
  skipped: SkipCounter,
): Promise<Part<readonly Queue[]>> {
  const status = await actionSupport.ask(conversation, 'queues', readQueueStatus);
  if (status.kind === 'refused') throw missingRight();
  return goodPart(status.kind === 'read' ? queuesFrom(status.value, skipped) : [], skipped.counts());
}

async function readSystem(
  conversation: Conversation,
  { startedAt, processedCalls }: CoreStatus,
  {
    settings,
    remembered,
    calls,
  }: {
    readonly settings: CollectSettings;
    readonly remembered: Remembered;
    readonly calls: () => Promise<number>;
  },
): Promise<Part<SystemFacts>> {
  const { version, maximumCalls } = await askCoreSettings(conversation, startedAt, remembered);
  const limits = { calls: maximumCalls };
  // Without a limit, its usage is not reported, and the list of channels is not needed.
  const hasLimit = readUsage({}, limits).limits !== undefined;
  const inUse = hasLimit ? await calls().catch(() => undefined) : undefined;
  return goodPart({
    ...optional('version', version),
    ...optional('uptimeSeconds', uptimeOf(startedAt, settings)),
    ...optional('callsProcessed', processedCalls),
    ...readUsage({ calls: inUse }, limits),
  });
}

/** The core settings; empty if they cannot be read, because nothing else depends on them. */
async function askCoreSettings(
  conversation: Conversation,
  startedAt: string,
  remembered: Remembered,
): Promise<CoreSettings> {
  if (remembered.settings?.startedAt === startedAt) return remembered.settings;
  try {
    remembered.settings = { startedAt, ...(await ask(conversation, 'core_settings', readCoreSettings)) };
    return remembered.settings;
  } catch {
    return {};
  }
}

function uptimeOf(startedAt: string, { timeZone, wallTime }: CollectSettings): number | undefined {
  return timeZone === undefined ? undefined : uptimeSeconds(startedAt, timeZone, wallTime());
}

/**
 * Adds the model for a user that may read only device states and registrations. This is done after all collectors have
 * been read, because only the lists show the rights of the user.
 */
function withMode(part: Part<SystemFacts>, { reportingOnly }: ActionSupport): Part<SystemFacts> {
  if (!part.ok || !reportingOnly) return part;
  return { ...part, value: { ...part.value, model: reportingOnlyModel } };
}
