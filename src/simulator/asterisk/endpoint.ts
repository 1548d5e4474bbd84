import { hash } from 'node:crypto';
import type { CallState, Contact, Trunk } from '../kit/world.ts';
import type { ActionContext } from './action.ts';
import type { AddressOfRecord } from './settings.ts';

/** A PJSIP endpoint (phone or trunk) with its addresses of record. */
export interface Endpoint {
  readonly name: string;
  /** Empty for guests and for endpoints matched only by `identify`. */
  readonly aors: readonly EndpointAor[];
  /** Contacts of all addresses of record. */
  readonly contacts: readonly EndpointContact[];
  readonly call: CallState;
  readonly channels: number;
  readonly outboundAuth: string;
}

/** An address of record as shown in the lists. */
export interface EndpointAor {
  readonly name: string;
  readonly contacts: readonly EndpointContact[];
}

/** A contact as shown in the lists. */
export interface EndpointContact {
  readonly aor: string;
  readonly uri: string;
  readonly address: string;
  readonly port: number;
  readonly userAgent: string;
  readonly static: boolean;
  readonly status: 'Reachable' | 'Unreachable' | 'NonQualified';
  /** Roundtrip in whole microseconds, or `N/A` if it was not measured. */
  readonly roundtrip: string;
}

/** How a contact is shown depends on its endpoint and address of record. */
export interface ContactOwner {
  /** Start of the URI up to and including `@`, or empty. */
  readonly user: string;
  /** Whether the address of record is never qualified, so that the status is always `NonQualified`. */
  readonly neverAsked?: boolean;
}

/** Returns the URI of a contact, such as `sip:1001@192.0.2.10:5060`. */
export function contactUri(contact: Contact, { user }: ContactOwner): string {
  const transport = contact.transport === 'udp' ? '' : `;transport=${contact.transport}`;
  return `sip:${user}${contact.address}:${contact.port}${transport}`;
}

const statusWords = { reachable: 'Reachable', unreachable: 'Unreachable', unasked: 'NonQualified' } as const;

/** Returns the status of a contact as the PJSIP modules report it. */
export function contactStatus(contact: Contact, { neverAsked = false }: ContactOwner): EndpointContact['status'] {
  return statusWords[neverAsked ? 'unasked' : contact.state];
}

/** Describes a contact as the PJSIP modules do. */
export function describeContact(aor: string, contact: Contact, owner: ContactOwner): EndpointContact {
  const status = contactStatus(contact, owner);
  return {
    aor,
    uri: contactUri(contact, owner),
    address: contact.address,
    port: contact.port,
    userAgent: contact.static ? '' : contact.userAgent,
    static: contact.static,
    status,
    roundtrip: shownRoundtrip(status, contact),
  };
}

/** Returns the roundtrip of a contact with this status in whole microseconds, or `N/A` if it was not measured. */
export function shownRoundtrip(status: string, { roundtripMicroseconds }: Contact): string {
  if (status !== 'Reachable' || roundtripMicroseconds === undefined) return 'N/A';
  return String(Math.round(roundtripMicroseconds));
}

/** Returns the id of a contact, which ends with a hash of 32 hexadecimal digits. */
export function contactId({ aor, uri, static: isStatic }: EndpointContact): string {
  return `${aor}${isStatic ? '@@' : ';@'}${hash('md5', `${aor}/${uri}`)}`;
}

/** An endpoint as it is configured, with the contacts of the simulated world. */
export interface EndpointSource {
  readonly name: string;
  readonly user: string;
  readonly aors: readonly AddressOfRecord[];
  readonly call: CallState;
  readonly channels: number;
  readonly outboundAuth: string;
}

/** Returns all PJSIP endpoints: extensions that are not disabled, then trunks, then endpoints without addresses of record. */
export function endpointSources(context: ActionContext): readonly EndpointSource[] {
  const { world, switches } = context;
  const phones = world.extensions
    .filter((extension) => extension.state !== 'disabled' && switches.technologyOf(extension) === 'pjsip')
    .map(({ number, call, contacts }) =>
      makeSource(context, { name: number, contacts }, { user: `${number}@`, call, outboundAuth: '' }),
    );
  const trunks = pjsipTrunks(context).map((trunk) => {
    const outboundAuth = trunk.kind === 'register' ? `${trunk.name}-auth` : '';
    const aor = { name: trunk.name, contacts: [trunkContact(trunk)] };
    return makeSource(context, aor, { user: '', call: 'idle', outboundAuth });
  });
  return [...phones, ...trunks, ...bareEndpoints(context)];
}

function makeSource(
  { switches }: ActionContext,
  own: AddressOfRecord,
  { user, call, outboundAuth }: Pick<EndpointSource, 'user' | 'call' | 'outboundAuth'>,
): EndpointSource {
  const aors = [own, ...(switches.moreAors.get(own.name) ?? [])];
  return { name: own.name, user, aors, call, channels: call === 'idle' ? 0 : 1, outboundAuth };
}

/** Returns all PJSIP endpoints as the lists show them, in the order of `endpointSources`. */
export function listEndpoints(context: ActionContext): readonly Endpoint[] {
  return endpointSources(context).map((source) => describeEndpoint(context, source));
}

/** Returns the endpoint of this name, or undefined if there is none. */
export function findEndpoint(context: ActionContext, name: string): Endpoint | undefined {
  const found = endpointSources(context).find((source) => source.name === name);
  return found && describeEndpoint(context, found);
}

function describeEndpoint(
  { switches }: ActionContext,
  { name: endpoint, user, aors: sources, call, channels, outboundAuth }: EndpointSource,
): Endpoint {
  const aors = sources.map(({ name, contacts }) => {
    const owner = { user, neverAsked: switches.neverQualified.has(name) };
    return { name, contacts: contacts.map((contact) => describeContact(name, contact, owner)) };
  });
  return { name: endpoint, aors, contacts: aors.flatMap((aor) => aor.contacts), call, channels, outboundAuth };
}

function bareEndpoints({ switches }: ActionContext): readonly EndpointSource[] {
  return [...switches.bareEndpoints].map(([name, channels]) => ({
    name,
    user: '',
    aors: [],
    call: channels > 0 ? 'talking' : 'idle',
    channels,
    outboundAuth: '',
  }));
}

/** Returns the trunks that belong to PJSIP and are not disabled. */
export function pjsipTrunks(context: ActionContext): readonly Trunk[] {
  return context.world.trunks.filter(
    (trunk) =>
      trunk.state !== 'disabled' && trunk.kind !== 'line' && context.switches.trunkTechnologyOf(trunk) === 'pjsip',
  );
}

/** Makes the contact of a trunk: the configured address of the provider, hence static and not listed as registered. */
function trunkContact(trunk: Trunk): Contact {
  return {
    address: trunk.host,
    port: 5060,
    transport: 'udp',
    userAgent: '',
    state: trunkContactState(trunk),
    static: true,
    ...(trunk.roundtripMicroseconds === undefined ? {} : { roundtripMicroseconds: trunk.roundtripMicroseconds }),
  };
}

function trunkContactState(trunk: Trunk): Contact['state'] {
  if (trunk.state === 'unmonitored' || trunk.state === 'unknown') return 'unasked';
  return trunk.roundtripMicroseconds === undefined ? 'unreachable' : 'reachable';
}

const callWords = { ringing: 'Ringing', talking: 'In use', 'on-hold': 'On Hold' } as const;

/** Returns the device state of an endpoint; one contact that answers or was not checked makes it `Not in use`. */
export function deviceState(endpoint: Pick<Endpoint, 'contacts' | 'call'>): string {
  if (endpoint.call !== 'idle') return callWords[endpoint.call];
  return endpoint.contacts.some((contact) => contact.status !== 'Unreachable') ? 'Not in use' : 'Unavailable';
}

/** Converts a device state to the spelling of DeviceStateList. */
export function deviceStateCode(words: string): string {
  return words.toUpperCase().replace('NOT IN USE', 'NOT_INUSE').replaceAll(' ', '');
}
