import { createHash } from 'node:crypto';
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
  readonly id: string;
  readonly address: string;
  readonly port: number;
  readonly userAgent: string;
  readonly static: boolean;
  readonly status: 'Reachable' | 'Unreachable' | 'NonQualified';
  /** Roundtrip in whole microseconds, or `N/A` if it was not measured. */
  readonly roundtrip: string;
}

/** Describes a contact as the PJSIP modules do; with `neverAsked`, its status is always `NonQualified`. */
export function describeContact(
  aor: string,
  contact: Contact,
  { user, neverAsked = false }: { readonly user: string; readonly neverAsked?: boolean },
): EndpointContact {
  const transport = contact.transport === 'udp' ? '' : `;transport=${contact.transport}`;
  const uri = `sip:${user}${contact.address}:${contact.port}${transport}`;
  const hash = createHash('md5').update(`${aor}/${uri}`).digest('hex');
  const status = ({ reachable: 'Reachable', unreachable: 'Unreachable', unasked: 'NonQualified' } as const)[
    neverAsked ? 'unasked' : contact.state
  ];
  const measured = status === 'Reachable' ? contact.roundtripMicroseconds : undefined;
  return {
    aor,
    uri,
    id: contact.static ? `${aor}@@${hash}` : `${aor};@${hash}`,
    address: contact.address,
    port: contact.port,
    userAgent: contact.static ? '' : contact.userAgent,
    static: contact.static,
    status,
    roundtrip: measured === undefined ? 'N/A' : String(Math.round(measured)),
  };
}

/** Returns all PJSIP endpoints: extensions that are not disabled, then trunks, then endpoints without addresses of record. */
export function listEndpoints(context: ActionContext): readonly Endpoint[] {
  const { world, switches } = context;
  const phones = world.extensions
    .filter((extension) => extension.state !== 'disabled' && switches.technologyOf(extension) === 'pjsip')
    .map(({ number, call, contacts }) =>
      makeEndpoint(context, [{ name: number, contacts }], { user: `${number}@`, call, outboundAuth: '' }),
    );
  const trunks = pjsipTrunks(context).map((trunk) => {
    const outboundAuth = trunk.kind === 'register' ? `${trunk.name}-auth` : '';
    const aor = { name: trunk.name, contacts: [trunkContact(trunk)] };
    return makeEndpoint(context, [aor], { user: '', call: 'idle', outboundAuth });
  });
  return [...phones, ...trunks, ...bareEndpoints(context)];
}

function makeEndpoint(
  { switches }: ActionContext,
  [own]: readonly [AddressOfRecord],
  { user, call, outboundAuth }: { readonly user: string; readonly call: CallState; readonly outboundAuth: string },
): Endpoint {
  const aors = [own, ...(switches.moreAors.get(own.name) ?? [])].map(({ name, contacts }) => ({
    name,
    contacts: contacts.map((contact) =>
      describeContact(name, contact, { user, neverAsked: switches.neverQualified.has(name) }),
    ),
  }));
  const contacts = aors.flatMap((aor) => aor.contacts);
  return { name: own.name, aors, contacts, call, channels: call === 'idle' ? 0 : 1, outboundAuth };
}

function bareEndpoints({ switches }: ActionContext): readonly Endpoint[] {
  return [...switches.bareEndpoints].map(([name, channels]) => ({
    name,
    aors: [],
    contacts: [],
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
