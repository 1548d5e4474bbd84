import type { Collector, Part, Peer, Queue, Reading, SystemFacts, Trunk } from '../../snapshot/reading.ts';
import { Failure } from '../../transport/failure.ts';
import type { Conversation } from '../driver.ts';
import { attempt, goodPart, SkipCounter } from '../parts.ts';
import type { Abilities } from './abilities.ts';
import { ask, once } from './ask.ts';
import { askEverything, type Everything, type InventorySettings } from './everything.ts';
import { deviceName, peerFromOlder, trunkFromOlder } from './older-states.ts';
import { queuesFrom, readQueueStatus } from './queues.ts';
import { missingRight } from './response.ts';
import type { StartWatch } from './start-watch.ts';
import { peerFromEndpoint, trunkFromEntry } from './states.ts';
import { type CoreStatus, readCoreStatus, readVersion, uptimeSeconds } from './system.ts';

/** How one Asterisk is read. */
export interface CollectSettings extends InventorySettings {
  /** IANA name of the PBX's time zone; without it there is no uptime. */
  readonly timeZone?: string;
  readonly wallTime: () => number;
}

/** What is remembered between rounds. */
export interface Remembered {
  readonly abilities: Abilities;
  readonly startWatch: StartWatch;
  /** So that the version is asked for once per start of Asterisk. */
  version?: { readonly startedAt: string; readonly version: string | undefined };
}

/** What `pbx_info` says where only device states and registrations are read. */
export const reportingOnlyModel = 'reporting only';

/** Reads all enabled collectors. What two collectors need is asked for once and shared. */
export async function collect(
  conversation: Conversation,
  settings: CollectSettings,
  remembered: Remembered,
): Promise<Reading> {
  const { abilities, startWatch } = remembered;
  const everything = once(() => askEverything(conversation, settings, abilities));
  const status = once(() => ask(conversation, 'core_status', readCoreStatus));
  const asksStatus = conversation.collectors.has('calls') || conversation.collectors.has('system');
  if (asksStatus || startWatch.isDue(abilities.logins)) await startWatch.look(status, () => abilities.logins);
  const enabled = <T>(name: Collector, work: () => Promise<Part<T>>): Promise<Part<T>> | undefined =>
    conversation.collectors.has(name) ? attempt(work) : undefined;
  const [peers, trunks, calls, queues, system] = await Promise.all([
    enabled('peers', async () => readPeers(await everything())),
    enabled('trunks', async () => readTrunks(await everything())),
    enabled('calls', async () => readCalls(await status())),
    enabled('queues', async () => readQueues(conversation, abilities)),
    enabled('system', async () => readSystem(conversation, await status(), { settings, remembered })),
  ]);
  const reading = {
    ...(peers && { peers }),
    ...(trunks && { trunks }),
    ...(calls && { calls }),
    ...(queues && { queues }),
    ...(system && { system: withMode(system, abilities) }),
  };
  startWatch.ended(reading);
  return reading;
}

function readPeers({ pjsip, older, busyDevices }: Everything): Part<readonly Peer[]> {
  const skipped = new SkipCounter();
  const newer = pjsip.phones.map((endpoint) => peerFromEndpoint(endpoint, skipped));
  const others = older.phones.map((peer) => {
    const row = peerFromOlder(peer, busyDevices, skipped);
    return { row, longName: deviceName(peer) };
  });
  return goodPart([...newer, ...distinct(newer, others)], skipped.counts());
}

function readTrunks({ pjsip, older }: Everything): Part<readonly Trunk[]> {
  const skipped = new SkipCounter();
  const newer = pjsip.trunks.map((entry) => trunkFromEntry(entry, skipped));
  const others = older.trunks.map((entry) => {
    const row = trunkFromOlder(entry, skipped);
    const driver = entry.registration?.driver ?? entry.peer?.driver ?? '';
    return { row, longName: `${driver.toUpperCase()}/${row.id}` };
  });
  return goodPart([...newer, ...distinct(newer, others)], skipped.counts());
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
async function readQueues(conversation: Conversation, abilities: Abilities): Promise<Part<readonly Queue[]>> {
  const status = await abilities.ask(conversation, 'queues', readQueueStatus);
  if (status.kind === 'refused') throw missingRight();
  const skipped = new SkipCounter();
  return goodPart(status.kind === 'read' ? queuesFrom(status.value, skipped) : [], skipped.counts());
}

async function readSystem(
  conversation: Conversation,
  { startedAt }: CoreStatus,
  { settings, remembered }: { readonly settings: CollectSettings; readonly remembered: Remembered },
): Promise<Part<SystemFacts>> {
  if (remembered.version?.startedAt !== startedAt)
    remembered.version = { startedAt, version: await ask(conversation, 'core_settings', readVersion) };
  const { version } = remembered.version;
  const uptime =
    settings.timeZone === undefined ? undefined : uptimeSeconds(startedAt, settings.timeZone, settings.wallTime());
  return goodPart({
    ...(version === undefined ? {} : { version }),
    ...(uptime === undefined ? {} : { uptimeSeconds: uptime }),
  });
}

/** Added once all collectors have been read, because only the lists show what the user may see. */
function withMode(part: Part<SystemFacts>, { reportingOnly }: Abilities): Part<SystemFacts> {
  if (!part.ok || !reportingOnly) return part;
  return { ...part, value: { ...part.value, model: reportingOnlyModel } };
}
