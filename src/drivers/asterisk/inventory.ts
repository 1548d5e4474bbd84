import type { GoodPart, Part, Peer, PeerState, Trunk } from '../../snapshot/reading.ts';
import type { Conversation } from '../driver.ts';
import { goodPart, joinLists, type NamedList, SkipCounter } from '../kit/collectors.ts';
import type { AskChannels } from './channel-list.ts';
import { type CachedLists, type ChannelDriverLists, readChannelDrivers } from './channel-drivers.ts';
import { allQualified, type FirstQualify } from './first-qualify.ts';
import { deviceName, peerFromOlder, peerState } from './older/peers.ts';
import { trunkFromOlder } from './older/trunks.ts';
import type { InventorySettings } from './pjsip/collect.ts';
import { phoneInMaintenance, trunkInMaintenance } from './pjsip/maintenance.ts';
import { endpointDevice, peerFromEndpoint, reachability } from './pjsip/peers.ts';
import { trunkFromEntry } from './pjsip/trunks.ts';
import type { QualityCollector } from './quality/collect-quality.ts';
import { type ReplayStart, replayStart } from './quality/replay-start.ts';
import { noStates, type PassedStates, replayStates } from './quality/replay-states.ts';
import type { RestartDetector } from './restart-detector.ts';

/** Data remembered between rounds for the rows of phones and trunks. */
export interface RememberedInventory extends CachedLists {
  readonly restartDetector: RestartDetector;
  readonly quality: QualityCollector;
  /** Phones and trunks of PJSIP as of the last complete read; events are applied to them. Only with collector `quality`, which reads events. */
  replayStart?: ReplayStart;
  /** Names of trunks by channel driver and name of the endpoint, e.g. `pjsip/carrier`. */
  trunkNames?: ReadonlyMap<string, string>;
}

/** The lists of phones and trunks that were read, and which contacts wait for their first check. */
export interface ReadInventory {
  readonly lists: ChannelDriverLists;
  readonly firstQualify: FirstQualify;
  /** States since the previous round, for rows whose lists were read both times. */
  readonly passed: PassedStates;
}

/** Requests the phones and trunks of all channel drivers. Throws a `Failure`. */
export async function askInventory(
  conversation: Conversation,
  settings: InventorySettings,
  remembered: RememberedInventory,
  askChannels: AskChannels,
): Promise<ReadInventory> {
  const { restartDetector, listCache } = remembered;
  const lists = await readChannelDrivers(conversation, settings, remembered, askChannels);
  const firstQualify: FirstQualify = {
    mayBeUnqualified: (frequencySeconds) => restartDetector.mayBeUnqualified(frequencySeconds),
    before: (device) => listCache.former.before(device),
  };
  listCache.former.remember(deviceStates(lists, firstQualify), lists.notRead.trunks.length === 0);
  const passed = conversation.collectors.has('quality') ? replayedStates(lists, firstQualify, remembered) : noStates();
  return { lists, firstQualify, passed };
}

/**
 * Applies the events since the previous round. If a list could not be read, they wait for the next complete read, because
 * it is not known which rows they concern.
 */
function replayedStates(
  lists: ChannelDriverLists,
  firstQualify: FirstQualify,
  remembered: RememberedInventory,
): PassedStates {
  const before = remembered.replayStart;
  if (lists.notRead.trunks.length > 0) return noStates();
  remembered.replayStart = replayStart(lists.pjsip);
  const names = trunkNames(lists);
  remembered.trunkNames = names;
  const known = new Set(names.values());
  remembered.quality.keepTrunks((trunk) => known.has(trunk));
  return replayStates(before ?? lists.pjsip, remembered.quality.takeStates(), firstQualify);
}

/** Names of trunks by the channels that belong to them. */
function trunkNames({ pjsip, older }: ChannelDriverLists): ReadonlyMap<string, string> {
  const newer = pjsip.trunks.flatMap(({ name, endpoint }) =>
    endpoint === undefined ? [] : [[`pjsip/${endpoint.name}`, name] as const],
  );
  const taken = new Set(pjsip.trunks.map(({ name }) => name));
  const others = olderTrunkRows(older, { skipped: new SkipCounter(), firstQualify: allQualified });
  const named = others.flatMap(({ entry, row, longName }) =>
    entry.peer?.driver === 'sip' ? [[`sip/${entry.peer.name}`, taken.has(row.id) ? longName : row.id] as const] : [],
  );
  return new Map([...newer, ...named]);
}

/** The current state of every device, for use after the next start of Asterisk. */
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

/** Rows of all phones. */
export function readPeers({ lists, firstQualify, passed }: ReadInventory, skipped: SkipCounter): Part<readonly Peer[]> {
  const { pjsip, older, busyDevices, maintenance, isRead, notRead } = lists;
  const newer = pjsip.phones.map((endpoint) => {
    const row = phoneInMaintenance(peerFromEndpoint(endpoint, skipped, firstQualify), maintenance);
    return withPassed(row, passed.phones);
  });
  const others = older.phones.map((peer) => {
    const row = peerFromOlder(peer, busyDevices, { skipped, firstQualify });
    return { row, longName: deviceName(peer) };
  });
  const rows = [...newer, ...distinct(newer, others)];
  return joinRows(goodPart(rows, skipped.counts()), isRead.phones, notRead.phones);
}

/** Rows of all trunks. */
export function readTrunks(
  { lists, firstQualify, passed }: ReadInventory,
  skipped: SkipCounter,
): Part<readonly Trunk[]> {
  const { pjsip, older, maintenance, isRead, notRead } = lists;
  const newer = pjsip.trunks.map((entry) => {
    const row = trunkInMaintenance(trunkFromEntry(entry, skipped, firstQualify), entry.endpoint?.name, maintenance);
    return withPassed(row, passed.trunks);
  });
  const others = olderTrunkRows(older, { skipped, firstQualify });
  const rows = [...newer, ...distinct(newer, others)];
  return joinRows(goodPart(rows, skipped.counts()), isRead.trunks, notRead.trunks);
}

function olderTrunkRows(
  { trunks }: ChannelDriverLists['older'],
  context: { readonly skipped: SkipCounter; readonly firstQualify: FirstQualify },
) {
  return trunks.map((entry) => {
    const row = trunkFromOlder(entry, context);
    const driver = entry.registration?.driver ?? entry.peer?.driver ?? '';
    return { entry, row, longName: `${driver.toUpperCase()}/${row.id}` };
  });
}

/** A row with the states that it had since the previous round, if events reported any. */
function withPassed<State extends string, Row extends { readonly id: string; readonly state: State }>(
  row: Row,
  passed: ReadonlyMap<string, readonly State[]>,
): Row & { readonly passed?: readonly State[] } {
  const states = passed.get(row.id);
  // A disabled row carries no calls, regardless of the state of its contacts.
  return states === undefined || row.state === 'disabled' ? row : { ...row, passed: states };
}

/**
 * Combines the rows that were read with the lists that were not. If a list could not be read, a lack of rows does not
 * mean that there are none.
 */
function joinRows<Row>(
  part: GoodPart<readonly Row[]>,
  isRead: boolean,
  notRead: readonly NamedList<never>[],
): Part<readonly Row[]> {
  const hasRows = isRead && (part.value.length > 0 || notRead.length === 0);
  return joinLists<Row>([...(hasRows ? [{ name: 'others', part }] : []), ...notRead]);
}

/** Gives the rows of older drivers unique names: `201`, or `SIP/201` if PJSIP has a 201, too. */
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
