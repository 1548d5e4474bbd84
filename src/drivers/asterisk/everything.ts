import { Failure } from '../../transport/failure.ts';
import type { Conversation } from '../driver.ts';
import type { Abilities, Outcome } from './abilities.ts';
import type { AmiAnswer } from './ami.ts';
import { allOf, ask } from './ask.ts';
import { readDeviceStates } from './device-states.ts';
import {
  endpointsFromDevices,
  endpointsWithStaticContacts,
  type Inventory,
  joinContacts,
  type KnownEndpoint,
  tellApart,
} from './inventory.ts';
import { readBusyDevices, readOlderPeers, readOlderRegistrations } from './older-drivers.ts';
import { type OlderInventory, tellOlderApart } from './older-inventory.ts';
import {
  type Contact,
  type Endpoint,
  readEndpointContacts,
  readEndpoints,
  readRegisteredContacts,
  readRegistrations,
} from './pjsip.ts';
import type { AsteriskCall } from './requests.ts';
import { missingRight } from './response.ts';

/** What decides about phones and trunks. */
export interface InventorySettings {
  readonly trunkPattern?: RegExp;
  /** Endpoints with static contacts that are asked for one by one, at most, per round. */
  readonly staticContacts: number;
}

/** The phones and trunks of all channel drivers. */
export interface Everything {
  readonly pjsip: Inventory;
  readonly older: OlderInventory;
  /** Devices of chan_sip and chan_iax2 that have a channel. */
  readonly busyDevices: ReadonlySet<string>;
}

/** How the lists are asked for: the same conversation and abilities for each of them. */
type Asking = <T>(call: AsteriskCall, read: (answer: AmiAnswer) => T) => Promise<Outcome<T>>;

/**
 * Reads the lists of every channel driver that is loaded. Where the user may not list PJSIP endpoints, their device
 * states are read instead. Throws a `Failure`.
 */
export async function askEverything(
  conversation: Conversation,
  settings: InventorySettings,
  abilities: Abilities,
): Promise<Everything> {
  const asking: Asking = (call, read) => abilities.ask(conversation, call, read);
  const [endpoints, registrations, sipPeers, sipRegistrations, iaxPeers, iaxRegistrations] = await allOf([
    asking('endpoints', readEndpoints),
    asking('registrations', readRegistrations),
    asking('sip_peers', readOlderPeers('sip')),
    asking('sip_registrations', readOlderRegistrations('sip')),
    asking('iax2_peers', readOlderPeers('iax2')),
    asking('iax2_registrations', readOlderRegistrations('iax2')),
  ]);
  if ([endpoints, sipPeers, iaxPeers].every(({ kind }) => kind === 'missing')) {
    abilities.forgetMissing();
    throw new Failure('service_unavailable', 'no channel driver is loaded (yet): neither PJSIP nor chan_sip nor IAX2');
  }
  const peers = [...listOf(sipPeers), ...listOf(iaxPeers)];
  const olderRegistrations = [...listOf(sipRegistrations), ...listOf(iaxRegistrations)];
  const [busyDevices, known] = await allOf([
    peers.length === 0 ? Promise.resolve(new Set<string>()) : ask(conversation, 'channels', readBusyDevices),
    endpoints.kind === 'refused'
      ? askDevices(asking)
      : askContacts(conversation, asking, { endpoints: listOf(endpoints), limit: settings.staticContacts }),
  ]);
  return {
    pjsip: tellApart(known, listOf(registrations), settings.trunkPattern),
    older: tellOlderApart(peers, olderRegistrations, settings.trunkPattern),
    busyDevices,
  };
}

/** Without the right to list endpoints, their device states are all there is. */
async function askDevices(asking: Asking): Promise<readonly KnownEndpoint[]> {
  const devices = await asking('device_states', readDeviceStates);
  if (devices.kind === 'refused') throw missingRight();
  return devices.kind === 'read' ? endpointsFromDevices(devices.value) : [];
}

async function askContacts(
  conversation: Conversation,
  asking: Asking,
  { endpoints, limit }: { readonly endpoints: readonly Endpoint[]; readonly limit: number },
): Promise<readonly KnownEndpoint[]> {
  if (endpoints.length === 0) return [];
  const registered = listOf(await asking('contacts', readRegisteredContacts));
  const names = endpointsWithStaticContacts(endpoints, registered);
  return joinContacts(endpoints, registered, await askStaticContacts(conversation, names, limit));
}

/** Names that are not all digits first: those are the trunks, and the limit must not cost their state. */
async function askStaticContacts(
  conversation: Conversation,
  names: readonly string[],
  limit: number,
): Promise<ReadonlyMap<string, readonly Contact[]>> {
  const ordered = [...names.filter((name) => !/^\d+$/.test(name)), ...names.filter((name) => /^\d+$/.test(name))];
  const details = await allOf(
    ordered.slice(0, limit).map(async (name) => {
      const contacts = await ask(conversation, 'endpoint', readEndpointContacts, { endpoint: name });
      return [name, contacts] as const;
    }),
  );
  return new Map(details);
}

/** A list; empty where its module is not loaded. Throws a `Failure` where the right is missing. */
function listOf<T>(outcome: Outcome<readonly T[]>): readonly T[] {
  if (outcome.kind === 'refused') throw missingRight();
  return outcome.kind === 'read' ? outcome.value : [];
}
