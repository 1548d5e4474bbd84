import { createHash } from 'node:crypto';
import type { CallState, Contact, Trunk } from '../kit/world.ts';
import type { ActionContext } from './action.ts';

/** A PJSIP endpoint with its contacts. To Asterisk phones and trunks look the same. */
export interface Endpoint {
  readonly name: string;
  readonly contacts: readonly EndpointContact[];
  readonly call: CallState;
  readonly outboundAuth: string;
}

/** A contact as the lists show it. */
export interface EndpointContact {
  readonly uri: string;
  readonly id: string;
  readonly address: string;
  readonly port: number;
  readonly userAgent: string;
  readonly static: boolean;
  readonly status: 'Reachable' | 'Unreachable' | 'NonQualified';
  /** Digits, or `N/A` where there is no sample. */
  readonly roundtrip: string;
}

/** The contact in the words of the PJSIP modules. */
export function describeContact(aor: string, user: string, contact: Contact): EndpointContact {
  const transport = contact.transport === 'udp' ? '' : `;transport=${contact.transport}`;
  const uri = `sip:${user}${contact.address}:${contact.port}${transport}`;
  const hash = createHash('md5').update(`${aor}/${uri}`).digest('hex');
  const status = ({ reachable: 'Reachable', unreachable: 'Unreachable', unasked: 'NonQualified' } as const)[
    contact.state
  ];
  const measured = status === 'Reachable' ? contact.roundtripMicroseconds : undefined;
  return {
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

/** All PJSIP endpoints: extensions that are configured (a disabled one is not), then trunks. */
export function listEndpoints(context: ActionContext): readonly Endpoint[] {
  const { world, switches } = context;
  const phones = world.extensions
    .filter((extension) => extension.state !== 'disabled' && switches.technologyOf(extension) === 'pjsip')
    .map((extension) => ({
      name: extension.number,
      call: extension.call,
      outboundAuth: '',
      contacts: extension.contacts.map((contact) => describeContact(extension.number, `${extension.number}@`, contact)),
    }));
  return [...phones, ...pjsipTrunks(context).map((trunk) => trunkEndpoint(trunk))];
}

/** Trunks that PJSIP knows. */
export function pjsipTrunks(context: ActionContext): readonly Trunk[] {
  return context.world.trunks.filter(
    (trunk) =>
      trunk.state !== 'disabled' && trunk.kind !== 'line' && context.switches.trunkTechnologyOf(trunk) === 'pjsip',
  );
}

/** A trunk's contact is the provider's address from the configuration: static, in no list of registered contacts. */
function trunkEndpoint(trunk: Trunk): Endpoint {
  const contact: Contact = {
    address: trunk.host,
    port: 5060,
    transport: 'udp',
    userAgent: '',
    state: trunkContactState(trunk),
    static: true,
    ...(trunk.roundtripMicroseconds === undefined ? {} : { roundtripMicroseconds: trunk.roundtripMicroseconds }),
  };
  return {
    name: trunk.name,
    call: 'idle',
    outboundAuth: trunk.kind === 'register' ? `${trunk.name}-auth` : '',
    contacts: [describeContact(trunk.name, '', contact)],
  };
}

function trunkContactState(trunk: Trunk): Contact['state'] {
  if (trunk.state === 'unmonitored' || trunk.state === 'unknown') return 'unasked';
  return trunk.roundtripMicroseconds === undefined ? 'unreachable' : 'reachable';
}

const callWords = { ringing: 'Ringing', talking: 'In use', 'on-hold': 'On Hold' } as const;

/** One contact that answers, or was not asked, is enough for an endpoint to be usable. */
export function deviceState(endpoint: Pick<Endpoint, 'contacts' | 'call'>): string {
  if (endpoint.call !== 'idle') return callWords[endpoint.call];
  return endpoint.contacts.some((contact) => contact.status !== 'Unreachable') ? 'Not in use' : 'Unavailable';
}

/** The same state as DeviceStateList spells it. */
export function deviceStateCode(words: string): string {
  return words.toUpperCase().replace('NOT IN USE', 'NOT_INUSE').replaceAll(' ', '');
}
