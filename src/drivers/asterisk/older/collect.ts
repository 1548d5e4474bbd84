import { withCopiedTexts } from '../../../copied-text.ts';
import type { Conversation } from '../../driver.ts';
import { type AskChannels, busyDevices } from '../channel-list.ts';
import type { ConfiguredHosts } from './configured-hosts.ts';
import { type ListOutcome, notRead, rowsOf } from '../list-outcome.ts';
import type { ListCache } from '../list-cache.ts';
import type { OlderDriver, OlderPeer, OlderRegistration } from './lists.ts';
import { type OlderInventory, peersToAskForHost, olderPhonesAndTrunks } from './phones-and-trunks.ts';
import type { ChannelDriverRows, InventorySettings } from '../pjsip/collect.ts';
import type { OlderTrunkEntry } from './trunks.ts';

/** The two lists of one older channel driver. */
export interface OlderLists {
  readonly driver: OlderDriver;
  readonly peers: ListOutcome<readonly OlderPeer[]>;
  readonly registrations: ListOutcome<readonly OlderRegistration[]>;
}

/** Dependencies for reading chan_sip and chan_iax2. */
export interface OlderContext {
  readonly conversation: Conversation;
  readonly settings: InventorySettings;
  readonly listCache: ListCache;
  readonly hosts: ConfiguredHosts;
}

/** The phones and trunks of chan_sip and chan_iax2, from their lists. */
export async function collectOlder(
  context: OlderContext,
  lists: readonly OlderLists[],
): Promise<ChannelDriverRows<OlderInventory>> {
  const { conversation, settings, listCache, hosts } = context;
  const peers = lists.flatMap((list) => rowsOf(list.peers) ?? []);
  const registrations = lists.flatMap((list) => registrationsOf(list, listCache));
  const names = peersToAskForHost(peers, registrations);
  const configuredHosts = await hosts.of(conversation, names, settings.staticContacts);
  const inventory = olderPhonesAndTrunks(peers, registrations, { pattern: settings.trunkPattern, configuredHosts });
  const trunks = inventory.trunks.filter((entry) => isReported(entry, lists, listCache));
  const missing = lists.flatMap((list) => notRead(`${list.driver}_peers`, list.peers));
  const without = lists.flatMap((list) => notRead(`${list.driver}_registrations`, list.registrations));
  const isRead = lists.some((list) => list.peers.kind === 'read');
  return {
    inventory: { ...inventory, trunks },
    isRead: { phones: isRead, trunks: isRead || lists.some((list) => list.registrations.kind === 'read') },
    notRead: { phones: missing, trunks: [...missing, ...without] },
  };
}

/** Devices of these phones that have a channel; undefined if that was not reported. */
export async function askBusyDevices(
  askChannels: AskChannels,
  phones: readonly OlderPeer[],
): Promise<ReadonlySet<string> | undefined> {
  if (phones.length === 0) return new Set();
  try {
    return busyDevices(await askChannels());
  } catch {
    return undefined;
  }
}

/** The registrations, or those of the last list if this one was not read. They show which peers belong to a registration. */
function registrationsOf({ driver, registrations }: OlderLists, listCache: ListCache): readonly OlderRegistration[] {
  if (registrations.kind === 'read') listCache.olderRegistrations.set(driver, withCopiedTexts(registrations.value));
  return rowsOf(registrations) ?? listCache.olderRegistrations.get(driver) ?? [];
}

/**
 * Whether a trunk is reported. A registration is left out if its list was not read, or if it is accepted but its peer
 * was not read, because it is then only half of the trunk.
 */
function isReported(
  { registration, peer }: OlderTrunkEntry,
  lists: readonly OlderLists[],
  listCache: ListCache,
): boolean {
  if (registration === undefined) return true;
  const list = lists.find(({ driver }) => driver === registration.driver);
  if (list === undefined || rowsOf(list.registrations) === undefined) return false;
  const isHalf = peer === undefined && rowsOf(list.peers) === undefined && listCache.wasPaired(registration.account);
  return !isHalf || registration.state.toLowerCase() !== 'registered';
}
