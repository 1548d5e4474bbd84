import { Failure } from '../../transport/failure.ts';
import type { Conversation } from '../driver.ts';
import type { NamedList } from '../kit/collectors.ts';
import type { ActionSupport } from './action-support.ts';
import type { AskChannels } from './channel-list.ts';
import type { ConfiguredHosts } from './older/configured-hosts.ts';
import type { Inventory } from './pjsip/phones-and-trunks.ts';
import { listAsker } from './list-outcome.ts';
import type { ListCache } from './list-cache.ts';
import { readOlderPeers, readOlderRegistrations } from './older/lists.ts';
import { askBusyDevices, collectOlder } from './older/collect.ts';
import type { OlderInventory } from './older/phones-and-trunks.ts';
import { type ChannelDriverRows, collectPjsip, type InventorySettings } from './pjsip/collect.ts';
import { askMaintenance, type InMaintenance } from './pjsip/maintenance.ts';
import { readEndpoints, readRegistrations } from './pjsip/lists.ts';

/** The phones and trunks of all channel drivers, as far as they could be read. */
export interface ChannelDriverLists {
  readonly pjsip: Inventory;
  readonly older: OlderInventory;
  /** Devices of chan_sip and chan_iax2 that have a channel; undefined if that was not reported. */
  readonly busyDevices: ReadonlySet<string> | undefined;
  /** PJSIP endpoints whose calls are refused because an administrator has put them in maintenance. */
  readonly maintenance: InMaintenance;
  readonly isRead: ChannelDriverRows<unknown>['isRead'];
  /** The lists that could not be read. */
  readonly notRead: { readonly phones: readonly NamedList<never>[]; readonly trunks: readonly NamedList<never>[] };
}

/** Data remembered between rounds for reading phones and trunks. */
export interface CachedLists {
  readonly actionSupport: ActionSupport;
  readonly listCache: ListCache;
  readonly hosts: ConfiguredHosts;
}

/**
 * Reads the lists of every loaded channel driver independently: a failure affects only the rows of that driver. Throws a
 * `Failure` if no channel driver is loaded.
 */
export async function readChannelDrivers(
  conversation: Conversation,
  settings: InventorySettings,
  { actionSupport, listCache, hosts }: CachedLists,
  askChannels: AskChannels,
): Promise<ChannelDriverLists> {
  const askList = listAsker(conversation, actionSupport);
  const [endpoints, registrations, sipPeers, sipRegistrations, iaxPeers, iaxRegistrations] = await Promise.all([
    askList('endpoints', readEndpoints),
    askList('registrations', readRegistrations),
    askList('sip_peers', readOlderPeers('sip')),
    askList('sip_registrations', readOlderRegistrations('sip')),
    askList('iax2_peers', readOlderPeers('iax2')),
    askList('iax2_registrations', readOlderRegistrations('iax2')),
  ]);
  if ([endpoints, sipPeers, iaxPeers].every(({ kind }) => kind === 'missing')) {
    actionSupport.forgetMissing();
    throw new Failure('service_unavailable', 'no channel driver is loaded (yet): neither PJSIP nor chan_sip nor IAX2');
  }
  const [maintenance, pjsip, older] = await Promise.all([
    endpoints.kind === 'missing' ? undefined : askMaintenance(askList, listCache),
    collectPjsip({ conversation, askList, settings, listCache }, endpoints, registrations),
    collectOlder({ conversation, settings, listCache, hosts }, [
      { driver: 'sip', peers: sipPeers, registrations: sipRegistrations },
      { driver: 'iax2', peers: iaxPeers, registrations: iaxRegistrations },
    ]),
  ]);
  const busyDevices = await askBusyDevices(askChannels, older.inventory.phones);
  const everything = { ...join(pjsip, older), busyDevices, maintenance };
  if (everything.notRead.trunks.length === 0) listCache.rememberPairs(pairs(everything));
  return everything;
}

function join(
  pjsip: ChannelDriverRows<Inventory>,
  older: ChannelDriverRows<OlderInventory>,
): Omit<ChannelDriverLists, 'busyDevices' | 'maintenance'> {
  return {
    pjsip: pjsip.inventory,
    older: older.inventory,
    isRead: {
      phones: pjsip.isRead.phones || older.isRead.phones,
      trunks: pjsip.isRead.trunks || older.isRead.trunks,
    },
    notRead: {
      phones: [...pjsip.notRead.phones, ...older.notRead.phones],
      trunks: [...pjsip.notRead.trunks, ...older.notRead.trunks],
    },
  };
}

/** Trunks that combine a registration with an endpoint or peer. */
function pairs({ pjsip, older }: ChannelDriverLists): readonly string[] {
  return [
    ...pjsip.trunks
      .filter(({ registrations, endpoint }) => registrations.length > 0 && endpoint)
      .map(({ name }) => name),
    ...older.trunks.flatMap(({ registration, peer }) => (registration && peer ? [registration.account] : [])),
  ];
}
