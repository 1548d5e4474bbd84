import type { Trunk, TrunkState } from '../../../snapshot/reading.ts';
import type { SkipCounter } from '../../kit/collectors.ts';
import { StateTable } from '../../kit/state-table.ts';
import { bestRoundtrip, isRegistered, type Reachability, reachability } from './peers.ts';
import type { KnownEndpoint, TrunkEntry } from './phones-and-trunks.ts';
import type { Registration } from './lists.ts';
import { allQualified, type FirstQualify } from '../first-qualify.ts';

/** Words of an outbound registration, worst first. */
export const registrationStates = new StateTable<TrunkState>({
  Rejected: 'rejected',
  Unregistered: 'unregistered',
  '': 'unknown',
  Registered: 'registered',
});

/** Registrations, an endpoint or both as one trunk. */
export function trunkFromEntry(
  entry: TrunkEntry,
  skipped: SkipCounter,
  firstQualify: FirstQualify = allQualified,
): Trunk {
  const { name, registrations, endpoint } = entry;
  const counted = skipped.of(name);
  const other = endpoint && reachability(endpoint, firstQualify, counted);
  const worst = worstOf(registrations);
  if (worst === undefined) return endpointTrunk(name, endpoint, other);
  const state = registrationState(worst, other, counted);
  return {
    id: name,
    state,
    kind: 'pjsip registration',
    rawState: worst.status ?? '',
    ...host(worst.serverUri),
    ...bestRoundtrip(endpoint?.known ?? []),
    ...(state === 'unknown' ? {} : { registered: isWord(worst, 'registered') }),
  };
}

function endpointTrunk(name: string, endpoint: KnownEndpoint | undefined, other: Reachability | undefined): Trunk {
  const identity = { id: name, kind: 'pjsip endpoint' };
  if (endpoint === undefined || other === undefined) return { ...identity, state: 'unknown' };
  // Nothing can register at such an endpoint and nothing is checked; its device state only reflects its calls.
  if (endpoint.aors.length === 0 && endpoint.deviceOnly !== true) return { ...identity, state: 'unmonitored' };
  const state: TrunkState = other.neverChecked && endpoint.unread.length === 0 ? 'unmonitored' : other.state;
  return {
    ...identity,
    state,
    rawState: other.word,
    ...host(configuredUri(endpoint)),
    ...bestRoundtrip(endpoint.known),
    ...expectedRegistration(endpoint, state),
  };
}

/** The registration with the worst status; the first one if several have the same status. */
function worstOf(registrations: readonly Registration[]): Registration | undefined {
  const order = Object.keys(registrationStates.states).map((word) => word.toLowerCase());
  const rank = ({ status = '' }: Registration): number => {
    const place = order.indexOf(status.toLowerCase());
    return place < 0 ? order.indexOf('') : place;
  };
  return registrations.toSorted((one, another) => rank(one) - rank(another))[0];
}

/** A trunk whose registration is accepted is out of service if the provider's contact does not answer. */
function registrationState(
  { status = '' }: Registration,
  endpoint: Reachability | undefined,
  skipped: SkipCounter,
): TrunkState {
  const state = registrationStates.read(status, skipped);
  if (state === 'registered' && endpoint?.state === 'unreachable') return 'unreachable';
  return state ?? 'unknown';
}

/** A trunk whose address is not in the configuration waits for the other side to register. */
function expectedRegistration(endpoint: KnownEndpoint, state: TrunkState): Pick<Trunk, 'registered'> {
  const isExpected =
    state !== 'unknown' &&
    endpoint.deviceOnly !== true &&
    endpoint.unread.length === 0 &&
    endpoint.known.every(isRegistered);
  return isExpected ? { registered: endpoint.known.length > 0 } : {};
}

function isWord({ status = '' }: Registration, word: string): boolean {
  return status.toLowerCase() === word;
}

/** The fixed address of a trunk. The address of a registered contact belongs to a device and is not shown. */
function configuredUri({ known }: KnownEndpoint): string {
  return known.find((contact) => !contact.registered)?.uri ?? '';
}

function host(uri: string): { readonly host?: string } {
  return uri === '' ? {} : { host: uriHost(uri) };
}

/** Host of a SIP URI without user, port and parameters; the text itself if it is not a SIP URI. */
function uriHost(uri: string): string {
  const rest = uri.replace(/^<?sips?:/i, '').replace(/[;?>].*$/s, '');
  const name = rest.slice(rest.lastIndexOf('@') + 1);
  return name.startsWith('[') ? name.replace(/\]:\d+$/, ']') : name.replace(/:\d+$/, '');
}
