import type { Conversation } from '../driver.ts';
import { ask } from './ask.ts';
import type { ConfiguredHosts } from './configured-hosts.ts';
import { type ListOutcome, notRead, rowsOf } from './lists.ts';
import type { InventoryMemory } from './memory.ts';
import { type OlderDriver, type OlderPeer, type OlderRegistration, readBusyDevices } from './older-drivers.ts';
import { type OlderInventory, peersToAskForHost, tellOlderApart } from './older-inventory.ts';
import type { Half, InventorySettings } from './pjsip-half.ts';
import type { OlderTrunkEntry } from './older-states.ts';

/** The two lists of one older channel driver. */
export interface OlderLists {
  readonly driver: OlderDriver;
  readonly peers: ListOutcome<readonly OlderPeer[]>;
  readonly registrations: ListOutcome<readonly OlderRegistration[]>;
}

/** How the older half is asked for. */
export interface OlderQuestion {
  readonly conversation: Conversation;
  readonly settings: InventorySettings;
  readonly memory: InventoryMemory;
  readonly hosts: ConfiguredHosts;
}

/** The phones and trunks of chan_sip and chan_iax2, from their lists. */
export async function askOlder(question: OlderQuestion, lists: readonly OlderLists[]): Promise<Half<OlderInventory>> {
  const { conversation, settings, memory, hosts } = question;
  const peers = lists.flatMap((list) => rowsOf(list.peers) ?? []);
  const registrations = lists.flatMap((list) => registrationsOf(list, memory));
  const names = peersToAskForHost(peers, registrations);
  const configuredHosts = await hosts.of(conversation, names, settings.staticContacts);
  const inventory = tellOlderApart(peers, registrations, { pattern: settings.trunkPattern, configuredHosts });
  const trunks = inventory.trunks.filter((entry) => isTold(entry, lists, memory));
  const missing = lists.flatMap((list) => notRead(`${list.driver}_peers`, list.peers));
  const without = lists.flatMap((list) => notRead(`${list.driver}_registrations`, list.registrations));
  const isRead = lists.some((list) => list.peers.kind === 'read');
  return {
    inventory: { ...inventory, trunks },
    isRead: { phones: isRead, trunks: isRead || lists.some((list) => list.registrations.kind === 'read') },
    notRead: { phones: missing, trunks: [...missing, ...without] },
  };
}

/** Devices of these phones that have a channel; undefined where that was not told. */
export async function askBusyDevices(
  conversation: Conversation,
  phones: readonly OlderPeer[],
): Promise<ReadonlySet<string> | undefined> {
  if (phones.length === 0) return new Set();
  try {
    return await ask(conversation, 'channels', readBusyDevices);
  } catch {
    return undefined;
  }
}

/** Those of the last list where this one was not read: they tell which peers belong to one. */
function registrationsOf({ driver, registrations }: OlderLists, memory: InventoryMemory): readonly OlderRegistration[] {
  if (registrations.kind === 'read') memory.olderRegistrations.set(driver, registrations.value);
  return rowsOf(registrations) ?? memory.olderRegistrations.get(driver) ?? [];
}

/** A registration of a list that was not read is not told; one that is accepted is only half of a trunk without its peer. */
function isTold(
  { registration, peer }: OlderTrunkEntry,
  lists: readonly OlderLists[],
  memory: InventoryMemory,
): boolean {
  if (registration === undefined) return true;
  const list = lists.find(({ driver }) => driver === registration.driver);
  if (list === undefined || rowsOf(list.registrations) === undefined) return false;
  const isHalf = peer === undefined && rowsOf(list.peers) === undefined && memory.wasPaired(registration.account);
  return !isHalf || registration.state.toLowerCase() !== 'registered';
}
