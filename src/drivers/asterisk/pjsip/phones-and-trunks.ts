import { hasChannel } from '../device-states.ts';
import type { Contact, Endpoint, Registration } from './lists.ts';

/** An endpoint with everything that is known about its contacts. */
export interface KnownEndpoint extends Endpoint {
  /** Contacts whose status was read, registered and static. */
  readonly known: readonly Contact[];
  /** Contacts that are listed but whose status was not read: static contacts beyond the limit, or contacts that were just added. */
  readonly unread: readonly string[];
  /** Only the device state was reported, because the user lacks a right; contacts are not known. */
  readonly deviceOnly?: true;
}

/** A trunk: registrations, an endpoint, or both as one. */
export interface TrunkEntry {
  readonly name: string;
  /** One, or several if the wizard created them for one trunk; none for an endpoint that does not register. */
  readonly registrations: readonly Registration[];
  readonly endpoint?: KnownEndpoint;
}

/** The endpoints of a PBX, separated into phones and trunks. */
export interface Inventory {
  readonly phones: readonly KnownEndpoint[];
  readonly trunks: readonly TrunkEntry[];
  /** Names of endpoints at which nothing can register and that have had no call: neither phones nor trunks. */
  readonly leftOut: readonly string[];
}

/** Rules for whether an endpoint is a phone or a trunk, besides its registrations. */
export interface TrunkRules {
  readonly pattern?: RegExp | undefined;
  /** Whether an endpoint without an address of record has been seen with a call. */
  readonly hasCalled?: (name: string) => boolean;
  /**
   * Returns the kind of the endpoint when its contacts were last known; undefined if that is not known. Only for a read
   * that cannot distinguish registered from static contacts; absent if contacts were read.
   */
  readonly formerKind?: (name: string) => 'phone' | 'trunk' | undefined;
  /** Whether an endpoint with this name exists. Default: whether it is among the given endpoints. */
  readonly isEndpoint?: (name: string) => boolean;
}

/**
 * Names of the endpoints with contacts that are missing from the list of registered contacts: static contacts must be
 * read individually.
 */
export function endpointsWithStaticContacts(
  endpoints: readonly Endpoint[],
  registered: readonly Contact[],
): readonly string[] {
  const keys = new Set(registered.map((contact) => contact.key));
  return endpoints
    .filter((endpoint) => endpoint.contacts.some((key) => !keys.has(key)))
    .map((endpoint) => endpoint.name);
}

/** Each endpoint with its contacts, from the list of registered contacts and from the requests for single endpoints. */
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

/** The PJSIP endpoints among the devices, without contacts and addresses of record, which are not known. */
export function endpointsFromDevices(devices: ReadonlyMap<string, string>): readonly KnownEndpoint[] {
  return [...devices]
    .filter(([device]) => device.startsWith('PJSIP/'))
    .map(([device, deviceState]) => ({
      name: device.slice('PJSIP/'.length),
      aors: [],
      contacts: [],
      deviceState,
      activeChannels: 0,
      known: [],
      unread: [],
      deviceOnly: true,
    }));
}

/**
 * Separates phones from trunks. Every outbound registration is a trunk; registrations that the wizard created for the same
 * trunk count as one. An endpoint belongs to a registration if it has the same name or the registration names it. Any other
 * endpoint is a trunk if its name matches the pattern or, without a pattern, if it has a static contact and its name is not
 * all digits. An endpoint without an address of record cannot be a phone: it is a trunk if its name matches the pattern or
 * it has had a call.
 */
export function phonesAndTrunks(
  endpoints: readonly KnownEndpoint[],
  registrations: readonly Registration[],
  rules: TrunkRules,
): Inventory {
  const byName = new Map(endpoints.map((endpoint) => [endpoint.name, endpoint]));
  const { isEndpoint = (name) => byName.has(name) } = rules;
  const named = Map.groupBy(registrations, (registration) => trunkName(registration, isEndpoint));
  const paired = [...named].map(([name, group]): TrunkEntry => {
    const endpoint = group
      .map(({ endpoint: wanted = name }) => byName.get(wanted))
      .find((found) => found !== undefined);
    const own = endpoint ?? byName.get(name);
    return { name, registrations: group, ...(own === undefined ? {} : { endpoint: own }) };
  });
  const taken = new Set([...named.keys(), ...registrations.flatMap(({ endpoint }) => endpoint ?? [])]);
  const others = Map.groupBy(
    endpoints.filter((endpoint) => !taken.has(endpoint.name)),
    (endpoint) => kindOf(endpoint, rules),
  );
  const trunks = (others.get('trunk') ?? []).map((endpoint) => ({ name: endpoint.name, registrations: [], endpoint }));
  return {
    phones: others.get('phone') ?? [],
    trunks: [...paired, ...trunks],
    leftOut: (others.get('neither') ?? []).map(({ name }) => name),
  };
}

/**
 * Name of a registration's trunk. The wizard calls the registrations of its trunk NAME `NAME-reg-0`, `NAME-reg-1` ...
 * (`res_pjsip_config_wizard.c`), and the endpoint just NAME.
 */
function trunkName({ name, endpoint }: Registration, isEndpoint: (name: string) => boolean): string {
  const [, base] = /^(.+)-reg-\d+$/s.exec(name) ?? [];
  if (base === undefined || !isEndpoint(base) || isEndpoint(name) || isEndpoint(`${base}-reg-0`)) return name;
  return endpoint === undefined || endpoint === base ? base : name;
}

type Kind = 'phone' | 'trunk' | 'neither' | 'unknown';

function kindOf(endpoint: KnownEndpoint, rules: TrunkRules): Kind {
  const { pattern, formerKind } = rules;
  const { name } = endpoint;
  if (endpoint.deviceOnly !== true && endpoint.aors.length === 0) return kindOfBare(endpoint, rules);
  if (pattern !== undefined) return pattern.test(name) ? 'trunk' : 'phone';
  if (isNumber(name) || (endpoint.known.length === 0 && endpoint.unread.length === 0)) return 'phone';
  if (formerKind !== undefined) return formerKind(name) ?? 'unknown';
  return hasStaticContact(endpoint) ? 'trunk' : 'phone';
}

/** Nothing can register at such an endpoint, so it is not a phone. */
function kindOfBare(endpoint: KnownEndpoint, { pattern, hasCalled }: TrunkRules): Kind {
  const { name } = endpoint;
  const isTrunk = pattern?.test(name) === true || hasChannel(endpoint) || hasCalled?.(name) === true;
  return isTrunk ? 'trunk' : 'neither';
}

function hasStaticContact({ unread, known }: KnownEndpoint): boolean {
  return unread.length > 0 || known.some((contact) => !contact.registered);
}

/** Extensions are numbers; trunks have names. */
export function isNumber(name: string): boolean {
  return /^\d+$/.test(name);
}
