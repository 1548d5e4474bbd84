import { Failure } from '../../transport/failure.ts';
import type { Conversation } from '../driver.ts';
import type { NamedList } from '../kit/collectors.ts';
import type { Abilities } from './abilities.ts';
import type { ConfiguredHosts } from './configured-hosts.ts';
import type { Inventory } from './inventory.ts';
import { listAsker } from './lists.ts';
import type { InventoryMemory } from './memory.ts';
import { readOlderPeers, readOlderRegistrations } from './older-drivers.ts';
import { askBusyDevices, askOlder } from './older-half.ts';
import type { OlderInventory } from './older-inventory.ts';
import { askPjsip, type Half, type InventorySettings } from './pjsip-half.ts';
import { readEndpoints, readRegistrations } from './pjsip.ts';

/** The phones and trunks of all channel drivers, as far as they could be read. */
export interface Everything {
  readonly pjsip: Inventory;
  readonly older: OlderInventory;
  /** Devices of chan_sip and chan_iax2 that have a channel; undefined where that was not told. */
  readonly busyDevices: ReadonlySet<string> | undefined;
  readonly isRead: Half<unknown>['isRead'];
  /** The lists that could not be read. */
  readonly notRead: { readonly phones: readonly NamedList<never>[]; readonly trunks: readonly NamedList<never>[] };
}

/** What is remembered between rounds for reading phones and trunks. */
export interface RememberedLists {
  readonly abilities: Abilities;
  readonly memory: InventoryMemory;
  readonly hosts: ConfiguredHosts;
}

/**
 * Reads the lists of every channel driver that is loaded, each on its own: one that fails costs its own rows only.
 * Throws a `Failure` when no channel driver is loaded.
 */
export async function askEverything(
  conversation: Conversation,
  settings: InventorySettings,
  { abilities, memory, hosts }: RememberedLists,
): Promise<Everything> {
  const askList = listAsker(conversation, abilities);
  const [endpoints, registrations, sipPeers, sipRegistrations, iaxPeers, iaxRegistrations] = await Promise.all([
    askList('endpoints', readEndpoints),
    askList('registrations', readRegistrations),
    askList('sip_peers', readOlderPeers('sip')),
    askList('sip_registrations', readOlderRegistrations('sip')),
    askList('iax2_peers', readOlderPeers('iax2')),
    askList('iax2_registrations', readOlderRegistrations('iax2')),
  ]);
  if ([endpoints, sipPeers, iaxPeers].every(({ kind }) => kind === 'missing')) {
    abilities.forgetMissing();
    throw new Failure('service_unavailable', 'no channel driver is loaded (yet): neither PJSIP nor chan_sip nor IAX2');
  }
  const [pjsip, older] = await Promise.all([
    askPjsip({ conversation, askList, settings, memory }, endpoints, registrations),
    askOlder({ conversation, settings, memory, hosts }, [
      { driver: 'sip', peers: sipPeers, registrations: sipRegistrations },
      { driver: 'iax2', peers: iaxPeers, registrations: iaxRegistrations },
    ]),
  ]);
  const everything = join(pjsip, older, await askBusyDevices(conversation, older.inventory.phones));
  if (everything.notRead.trunks.length === 0) memory.sawPairs(pairs(everything));
  return everything;
}

function join(
  pjsip: Half<Inventory>,
  older: Half<OlderInventory>,
  busyDevices: ReadonlySet<string> | undefined,
): Everything {
  return {
    pjsip: pjsip.inventory,
    older: older.inventory,
    busyDevices,
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

/** Trunks that are a registration together with an endpoint or peer. */
function pairs({ pjsip, older }: Everything): readonly string[] {
  return [
    ...pjsip.trunks
      .filter(({ registrations, endpoint }) => registrations.length > 0 && endpoint)
      .map(({ name }) => name),
    ...older.trunks.flatMap(({ registration, peer }) => (registration && peer ? [registration.account] : [])),
  ];
}
