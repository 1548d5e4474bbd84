import type { GoodPart, Part, Peer, PeerState, Queue, Reading, SystemFacts, Trunk } from '../../snapshot/reading.ts';
import { Failure } from '../../transport/failure.ts';
import type { Conversation } from '../driver.ts';
import { goodPart, joinLists, type NamedList, readTogether, SkipCounter } from '../kit/collectors.ts';
import { optional } from '../kit/fields.ts';
import type { UnknownWords } from '../kit/state-table.ts';
import { readUsage } from '../kit/usage.ts';
import type { ActionSupport } from './action-support.ts';
import { ask, once } from './ask-action.ts';
import { endpointDevice, peerFromEndpoint, reachability } from './pjsip/peers.ts';
import { readChannelDrivers, type ChannelDriverLists, type CachedLists } from './channel-drivers.ts';
import { deviceName, peerFromOlder, peerState } from './older/peers.ts';
import { trunkFromOlder } from './older/trunks.ts';
import type { InventorySettings } from './pjsip/collect.ts';
import { queuesFrom, readQueueStatus } from './queues.ts';
import { missingRight } from './errors.ts';
import type { RestartDetector } from './restart-detector.ts';
import { phoneInMaintenance, trunkInMaintenance } from './pjsip/maintenance.ts';
import { trunkFromEntry } from './pjsip/trunks.ts';
import { type CoreSettings, type CoreStatus, readCoreSettings, readCoreStatus, uptimeSeconds } from './system.ts';
import type { FirstQualify } from './first-qualify.ts';

/** How one Asterisk is read. */
export interface CollectSettings extends InventorySettings {
  /** IANA name of the PBX's time zone; without it there is no uptime. */
  readonly timeZone?: string;
  readonly wallTime: () => number;
  readonly unknownWords: UnknownWords;
}

/** What is remembered between rounds. */
export interface Remembered extends CachedLists {
  readonly restartDetector: RestartDetector;
  /** So that the settings are asked for once per start of Asterisk. */
  settings?: CoreSettings & { readonly startedAt: string };
}

/** What `pbx_info` says where only device states and registrations are read. */
export const reportingOnlyModel = 'reporting only';

/** Reads all enabled collectors. What two collectors need is asked for once and shared. */
export async function collect(
  conversation: Conversation,
  settings: CollectSettings,
  remembered: Remembered,
): Promise<Reading> {
  const { actionSupport, restartDetector } = remembered;
  const inventory = once(() => askInventory(conversation, settings, remembered));
  const status = once(() => ask(conversation, 'core_status', readCoreStatus));
  const asksStatus = conversation.collectors.has('calls') || conversation.collectors.has('system');
  if (asksStatus || restartDetector.isDue(actionSupport.logins))
    await restartDetector.look(
      status,
      () => actionSupport.logins,
      (startedAt) => uptimeOf(startedAt, settings),
    );
  const { unknownWords } = settings;
  const parts = await readTogether(conversation.collectors, {
    peers: async () => readPeers(await inventory(), unknownWords.counter('extensions')),
    trunks: async () => readTrunks(await inventory(), unknownWords.counter('trunks')),
    calls: async () => readCalls(await status()),
    queues: () => readQueues(conversation, actionSupport, unknownWords.counter('agents')),
    system: async () => readSystem(conversation, await status(), { settings, remembered }),
  });
  const { system } = parts;
  const reading = { ...parts, ...(system && { system: withMode(system, actionSupport) }) };
  restartDetector.ended(reading);
  return reading;
}

/** ChannelDriverLists that was read, and what waits for its first check. */
interface Read {
  readonly lists: ChannelDriverLists;
  readonly firstQualify: FirstQualify;
}

async function askInventory(
  conversation: Conversation,
  settings: CollectSettings,
  remembered: Remembered,
): Promise<Read> {
  const { restartDetector, listCache } = remembered;
  const lists = await readChannelDrivers(conversation, settings, remembered);
  const firstQualify: FirstQualify = {
    mayBeUnqualified: (frequencySeconds) => restartDetector.mayBeUnqualified(frequencySeconds),
    before: (device) => listCache.former.before(device),
  };
  listCache.former.remember(deviceStates(lists, firstQualify), lists.notRead.trunks.length === 0);
  return { lists, firstQualify };
}

/** How every device is now, for the time after the next start of Asterisk. */
function deviceStates(
  { pjsip, older }: ChannelDriverLists,
  firstQualify: FirstQualify,
): ReadonlyMap<string, PeerState> {
  const skipped = new SkipCounter();
  const endpoints = [...pjsip.phones, ...pjsip.trunks.flatMap(({ endpoint }) => endpoint ?? [])];
  const peers = [...older.phones, ...older.trunks.flatMap(({ peer }) => peer ?? [])];
  return new Map([
    ...endpoints.map(
      (endpoint) => [endpointDevice(endpoint.name), reachability(endpoint, firstQualify, skipped).state] as const,
    ),
    ...peers.map((peer) => [deviceName(peer), peerState(peer, { skipped, firstQualify })] as const),
  ]);
}

function readPeers({ lists, firstQualify }: Read, skipped: SkipCounter): Part<readonly Peer[]> {
  const { pjsip, older, busyDevices, maintenance, isRead, notRead } = lists;
  const newer = pjsip.phones.map((endpoint) =>
    phoneInMaintenance(peerFromEndpoint(endpoint, skipped, firstQualify), maintenance),
  );
  const others = older.phones.map((peer) => {
    const row = peerFromOlder(peer, busyDevices, { skipped, firstQualify });
    return { row, longName: deviceName(peer) };
  });
  const rows = [...newer, ...distinct(newer, others)];
  return joinRows(goodPart(rows, skipped.counts()), isRead.phones, notRead.phones);
}

function readTrunks({ lists, firstQualify }: Read, skipped: SkipCounter): Part<readonly Trunk[]> {
  const { pjsip, older, maintenance, isRead, notRead } = lists;
  const newer = pjsip.trunks.map((entry) =>
    trunkInMaintenance(trunkFromEntry(entry, skipped, firstQualify), entry.endpoint?.name, maintenance),
  );
  const others = older.trunks.map((entry) => {
    const row = trunkFromOlder(entry, { skipped, firstQualify });
    const driver = entry.registration?.driver ?? entry.peer?.driver ?? '';
    return { row, longName: `${driver.toUpperCase()}/${row.id}` };
  });
  const rows = [...newer, ...distinct(newer, others)];
  return joinRows(goodPart(rows, skipped.counts()), isRead.trunks, notRead.trunks);
}

/** The rows that were read and the lists that were not: no row of half an answer is not an empty list. */
function joinRows<Row>(
  part: GoodPart<readonly Row[]>,
  isRead: boolean,
  notRead: readonly NamedList<never>[],
): Part<readonly Row[]> {
  const hasRows = isRead && (part.value.length > 0 || notRead.length === 0);
  return joinLists<Row>([...(hasRows ? [{ name: 'others', part }] : []), ...notRead]);
}

/** The rows of older drivers under names that are not taken: `201`, or `SIP/201` where PJSIP has a 201 of its own. */
function distinct<Row extends { readonly id: string }>(
  taken: readonly Row[],
  others: readonly { readonly row: Row; readonly longName: string }[],
): readonly Row[] {
  const names = new Set(taken.map(({ id }) => id));
  return others.map(({ row, longName }) => {
    const id = names.has(row.id) ? longName : row.id;
    names.add(id);
    return { ...row, id };
  });
}

function readCalls({ currentCalls }: CoreStatus): Part<{ readonly all: number }> {
  if (currentCalls === undefined) throw new Failure('protocol', 'the PBX did not tell its number of calls');
  return goodPart({ all: currentCalls });
}

/** A PBX without the queue module has no queues. */
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
  { startedAt, currentCalls, processedCalls }: CoreStatus,
  { settings, remembered }: { readonly settings: CollectSettings; readonly remembered: Remembered },
): Promise<Part<SystemFacts>> {
  const { version, maximumCalls } = await askCoreSettings(conversation, startedAt, remembered);
  return goodPart({
    ...optional('version', version),
    ...optional('uptimeSeconds', uptimeOf(startedAt, settings)),
    ...optional('callsProcessed', processedCalls),
    ...readUsage({ calls: currentCalls }, { calls: maximumCalls }),
  });
}

/** They are nothing that anything depends on: without them the rest is shown. */
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

/** Added once all collectors have been read, because only the lists show what the user may see. */
function withMode(part: Part<SystemFacts>, { reportingOnly }: ActionSupport): Part<SystemFacts> {
  if (!part.ok || !reportingOnly) return part;
  return { ...part, value: { ...part.value, model: reportingOnlyModel } };
}
