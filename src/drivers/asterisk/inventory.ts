import type { Contact, Endpoint, Registration } from './pjsip.ts';

/** An endpoint with everything that is known of its contacts. */
export interface KnownEndpoint extends Endpoint {
  /** Contacts whose status was read, registered and static. */
  readonly known: readonly Contact[];
  /** Contacts that are listed but whose status was not read: static ones beyond the limit, or ones that just came. */
  readonly unread: readonly string[];
  /** Nothing but the device state was told, because the user lacks a right: contacts are not known. */
  readonly deviceOnly?: true;
}

/** A trunk: a registration, an endpoint, or both as one. */
export interface TrunkEntry {
  readonly name: string;
  readonly registration?: Registration;
  readonly endpoint?: KnownEndpoint;
}

/** The endpoints of a PBX, told apart into phones and trunks. */
export interface Inventory {
  readonly phones: readonly KnownEndpoint[];
  readonly trunks: readonly TrunkEntry[];
}

/** Names of the endpoints that hold contacts missing in the list of registered ones: static contacts have to be asked for one by one. */
export function endpointsWithStaticContacts(
  endpoints: readonly Endpoint[],
  registered: readonly Contact[],
): readonly string[] {
  const keys = new Set(registered.map((contact) => contact.key));
  return endpoints
    .filter((endpoint) => endpoint.contacts.some((key) => !keys.has(key)))
    .map((endpoint) => endpoint.name);
}

/** Each endpoint with its contacts: those of the list of registered ones, and those that were asked for endpoint by endpoint. */
export function joinContacts(
  endpoints: readonly Endpoint[],
  registered: readonly Contact[],
  details: ReadonlyMap<string, readonly Contact[]>,
): readonly KnownEndpoint[] {
  const byKey = new Map(registered.map((contact) => [contact.key, contact]));
  return endpoints.map((endpoint) => {
    const extra = new Map((details.get(endpoint.name) ?? []).map((contact) => [contact.key, contact]));
    const pairs = endpoint.contacts.map((key) => ({ key, contact: byKey.get(key) ?? extra.get(key) }));
    return {
      ...endpoint,
      known: pairs.flatMap(({ contact }) => (contact === undefined ? [] : [contact])),
      unread: pairs.filter(({ contact }) => contact === undefined).map(({ key }) => key),
    };
  });
}

/** The PJSIP endpoints among the devices, with nothing known of their contacts. */
export function endpointsFromDevices(devices: ReadonlyMap<string, string>): readonly KnownEndpoint[] {
  return [...devices]
    .filter(([device]) => device.startsWith('PJSIP/'))
    .map(([device, deviceState]) => ({
      name: device.slice('PJSIP/'.length),
      contacts: [],
      deviceState,
      activeChannels: 0,
      known: [],
      unread: [],
      deviceOnly: true,
    }));
}

/**
 * Tells phones from trunks. Every outbound registration is a trunk; an endpoint that bears its name or is named by it
 * belongs to it. Any other endpoint is a trunk if its name matches `pattern`, or, without a pattern, if it has a static
 * contact and its name is not all digits.
 */
export function tellApart(
  endpoints: readonly KnownEndpoint[],
  registrations: readonly Registration[],
  pattern: RegExp | undefined,
): Inventory {
  const byName = new Map(endpoints.map((endpoint) => [endpoint.name, endpoint]));
  const paired = registrations.map((registration) => {
    const endpoint = byName.get(registration.endpoint ?? registration.name) ?? byName.get(registration.name);
    return { name: registration.name, registration, ...(endpoint === undefined ? {} : { endpoint }) };
  });
  const taken = new Set(registrations.flatMap((registration) => [registration.name, registration.endpoint]));
  const others = endpoints.filter((endpoint) => !taken.has(endpoint.name));
  const isTrunk = (endpoint: KnownEndpoint): boolean => pattern?.test(endpoint.name) ?? looksLikeTrunk(endpoint);
  return {
    phones: others.filter((endpoint) => !isTrunk(endpoint)),
    trunks: [...paired, ...others.filter(isTrunk).map((endpoint) => ({ name: endpoint.name, endpoint }))],
  };
}

function looksLikeTrunk(endpoint: KnownEndpoint): boolean {
  const hasStatic = endpoint.unread.length > 0 || endpoint.known.some((contact) => !contact.registered);
  return hasStatic && !/^\d+$/.test(endpoint.name);
}
