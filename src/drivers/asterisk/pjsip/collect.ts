import type { Clock } from '../../../clock.ts';
import { withCopiedTexts } from '../../../copied-text.ts';
import type { Conversation } from '../../driver.ts';
import { ParallelRequests } from '../../kit/parallel-requests.ts';
import type { NamedList } from '../../kit/collectors.ts';
import { ask } from '../ask-action.ts';
import { readDeviceStates } from '../device-states.ts';
import {
  endpointsFromDevices,
  endpointsWithStaticContacts,
  type Inventory,
  isNumber,
  joinContacts,
  type KnownEndpoint,
  phonesAndTrunks,
  type TrunkEntry,
} from './phones-and-trunks.ts';
import { type AskList, type ListOutcome, notRead, rowsOf } from '../list-outcome.ts';
import type { ListCache } from '../list-cache.ts';
import {
  type Contact,
  type Endpoint,
  readEndpointContacts,
  readRegisteredContacts,
  type Registration,
} from './lists.ts';

/** Settings for reading phones and trunks. */
export interface InventorySettings {
  readonly trunkPattern?: RegExp;
  /** Maximum number of endpoints with static contacts that are read individually per round. */
  readonly staticContacts: number;
  /** Maximum number of requests in parallel. */
  readonly requestsPerTarget: number;
  readonly clock: Clock;
}

/** The result for PJSIP, or for chan_sip and chan_iax2 together: the rows that were read, and the lists that were not. */
export interface ChannelDriverRows<T> {
  readonly inventory: T;
  /** Whether any list with rows of phones, or of trunks, was read. An unreadable list is never an empty list. */
  readonly isRead: { readonly phones: boolean; readonly trunks: boolean };
  readonly notRead: { readonly phones: readonly NamedList<never>[]; readonly trunks: readonly NamedList<never>[] };
}

/** Dependencies for reading PJSIP. */
export interface PjsipContext {
  readonly conversation: Conversation;
  readonly askList: AskList;
  readonly settings: InventorySettings;
  readonly listCache: ListCache;
}

/**
 * The phones and trunks of PJSIP, from the lists of endpoints and registrations and from additional requests if needed.
 * If the user may not list endpoints, their device states are read instead.
 */
export async function collectPjsip(
  context: PjsipContext,
  endpoints: ListOutcome<readonly Endpoint[]>,
  registrations: ListOutcome<readonly Registration[]>,
): Promise<ChannelDriverRows<Inventory>> {
  const { listCache, settings } = context;
  const seen = endpoints.kind === 'refused' ? await askDevices(context) : await askContacts(context, endpoints);
  const known = rowsOf(registrations);
  if (registrations.kind === 'read') listCache.registrations = withCopiedTexts(registrations.value);
  const inventory = phonesAndTrunks(seen.endpoints ?? [], known ?? listCache.registrations ?? [], {
    pattern: settings.trunkPattern,
    hasCalled: (name) => listCache.hasCalled(name),
    ...(seen.contactsRead ? {} : { formerKind: (name: string) => listCache.formerKind(name) }),
    ...(seen.contactsRead ? {} : { isEndpoint: (name: string) => listCache.isEndpoint(name) }),
  });
  if (seen.contactsRead) listCache.rememberInventory(inventory);
  const missing = seen.notRead;
  const isRead = seen.endpoints !== undefined && endpoints.kind !== 'missing';
  return {
    inventory: { ...inventory, trunks: inventory.trunks.filter((entry) => isReported(entry, known, listCache)) },
    isRead: { phones: isRead, trunks: isRead || registrations.kind === 'read' },
    notRead: { phones: missing, trunks: [...missing, ...notRead('registrations', registrations)] },
  };
}

/**
 * Whether a trunk is reported. A registration is left out if its list was not read, or if it is accepted but its
 * endpoint was not read, because it is then only half of the trunk.
 */
function isReported(
  { name, registrations, endpoint }: TrunkEntry,
  read: readonly Registration[] | undefined,
  listCache: ListCache,
): boolean {
  if (registrations.length === 0) return true;
  if (read === undefined) return false;
  return endpoint !== undefined || !listCache.wasPaired(name) || !isRegistered(registrations);
}

/** The endpoints, as far as they could be read. */
interface SeenEndpoints {
  /** Undefined if they could not be read. */
  readonly endpoints: readonly KnownEndpoint[] | undefined;
  /** Whether static contacts can be distinguished from registered ones. */
  readonly contactsRead: boolean;
  readonly notRead: readonly NamedList<never>[];
}

/** Without the right to list endpoints, only their device states are available. */
async function askDevices({ askList }: PjsipContext): Promise<SeenEndpoints> {
  const devices = await askList('device_states', readDeviceStates);
  const missing = notRead('device_states', devices);
  if (missing.length > 0) return { endpoints: undefined, contactsRead: false, notRead: missing };
  const endpoints = devices.kind === 'read' ? endpointsFromDevices(devices.value) : [];
  return { endpoints, contactsRead: true, notRead: [] };
}

async function askContacts(context: PjsipContext, listed: ListOutcome<readonly Endpoint[]>): Promise<SeenEndpoints> {
  const { askList, listCache } = context;
  const endpoints = rowsOf(listed);
  if (endpoints === undefined) return { endpoints, contactsRead: false, notRead: notRead('endpoints', listed) };
  listCache.rememberEndpoints(endpoints);
  if (endpoints.length === 0) return { endpoints: [], contactsRead: true, notRead: [] };
  const contacts = await askList('contacts', readRegisteredContacts);
  const registered = rowsOf(contacts);
  const names = namesToAsk(endpoints, registered, listCache);
  const details = await askStaticContacts(context, names);
  return {
    endpoints: reportedEndpoints(joinContacts(endpoints, registered ?? [], details), registered, listCache),
    contactsRead: registered !== undefined,
    notRead: notRead('contacts', contacts),
  };
}

/**
 * Without the list of registered contacts, the state of an endpoint with contacts is its device state. As long as its
 * last complete row can still be shown, the endpoint is left out instead, because that row has more detail.
 */
function reportedEndpoints(
  endpoints: readonly KnownEndpoint[],
  registered: readonly Contact[] | undefined,
  listCache: ListCache,
): readonly KnownEndpoint[] {
  if (registered !== undefined || !listCache.showsFormerContacts) return endpoints;
  return endpoints.filter(({ unread }) => unread.length === 0);
}

/**
 * The endpoints whose contacts are requested: those with static contacts or, if these are not known, those that had some
 * at the last read.
 */
function namesToAsk(
  endpoints: readonly Endpoint[],
  registered: readonly Contact[] | undefined,
  listCache: ListCache,
): readonly string[] {
  if (registered === undefined)
    return endpoints.map(({ name }) => name).filter((name) => listCache.hadStaticContact(name));
  const names = endpointsWithStaticContacts(endpoints, registered);
  listCache.rememberStaticContacts(names);
  return names;
}

/**
 * Reads the static contacts of these endpoints. Names that are not all digits come first: they are the trunks, and the
 * limit must not exclude them. An endpoint without an answer gets the state of its device.
 */
async function askStaticContacts(
  { conversation, settings }: PjsipContext,
  names: readonly string[],
): Promise<ReadonlyMap<string, readonly Contact[]>> {
  const ordered = [...names.filter((name) => !isNumber(name)), ...names.filter((name) => isNumber(name))];
  const details = new Map<string, readonly Contact[]>();
  const { clock, requestsPerTarget: concurrency } = settings;
  const many = new ParallelRequests({ clock, concurrency, remainingMs: conversation.remainingMs() });
  await many.sendAll(ordered.slice(0, settings.staticContacts), async (name, timeoutMs) => {
    const contacts = await ask(conversation, 'endpoint', readEndpointContacts, { endpoint: name }, { timeoutMs });
    details.set(name, contacts);
  });
  return details;
}

function isRegistered(registrations: readonly Registration[]): boolean {
  return registrations.some(({ status }) => status?.toLowerCase() === 'registered');
}
