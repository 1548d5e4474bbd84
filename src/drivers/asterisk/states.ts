import type { Peer, PeerState, Trunk, TrunkState } from '../../snapshot/reading.ts';
import type { SkipCounter } from '../parts.ts';
import { deviceFacts } from './device-states.ts';
import type { KnownEndpoint, TrunkEntry } from './inventory.ts';
import type { Contact } from './pjsip.ts';

/** Contact states of `res_pjsip`; `created` is what `NonQualified` was called up to Asterisk 15. */
const contactStates: ReadonlyMap<string, PeerState> = new Map([
  ['reachable', 'reachable'],
  ['unreachable', 'unreachable'],
  ['nonqualified', 'unknown'],
  ['created', 'unknown'],
  ['unknown', 'unknown'],
  ['removed', 'unknown'],
]);

const registrationStates: ReadonlyMap<string, TrunkState> = new Map([
  ['registered', 'registered'],
  ['rejected', 'rejected'],
  ['unregistered', 'unregistered'],
]);

/** A phone as a peer. Contact words that are not known are counted and shown as `unknown`. */
export function peerFromEndpoint(endpoint: KnownEndpoint, skipped: SkipCounter): Peer {
  const registered = endpoint.known.filter((contact) => contact.registered).length;
  const untold = endpoint.deviceOnly === true || (registered === 0 && endpoint.contacts.length > 0);
  const device = deviceFacts(endpoint.deviceState);
  return {
    id: endpoint.name,
    state: endpointState(endpoint, skipped),
    ...bestRoundtrip(endpoint.known),
    ...(untold ? {} : { registered: registered > 0, contacts: registered }),
    ...(device === undefined && endpoint.activeChannels === 0
      ? {}
      : { inCall: device?.inCall === true || endpoint.activeChannels > 0 }),
  };
}

/** A registration, an endpoint or both as one trunk. */
export function trunkFromEntry(entry: TrunkEntry, skipped: SkipCounter): Trunk {
  const { registration, endpoint } = entry;
  const uri = registration?.serverUri ?? configuredUri(endpoint);
  const state = registration === undefined ? endpointTrunkState(endpoint, skipped) : registrationState(entry, skipped);
  return {
    id: entry.name,
    state,
    kind: registration === undefined ? 'pjsip endpoint' : 'pjsip registration',
    rawState: registration === undefined ? endpointWord(endpoint, state) : (registration.status ?? ''),
    ...(uri === '' ? {} : { host: uriHost(uri) }),
    ...bestRoundtrip(endpoint?.known ?? []),
    ...trunkRegistered(entry, state),
  };
}

/** Best first: one contact that answers is enough; a contact that was never asked leaves the matter open. */
function endpointState(endpoint: KnownEndpoint, skipped: SkipCounter): PeerState {
  if (endpoint.deviceOnly === true) return deviceReachability(endpoint);
  if (endpoint.contacts.length === 0) return 'unregistered';
  const states = endpoint.known.map((contact) => contactState(contact, skipped));
  if (states.includes('reachable')) return 'reachable';
  if (states.includes('unknown')) return 'unknown';
  return endpoint.unread.length === 0 ? 'unreachable' : deviceReachability(endpoint);
}

function deviceReachability({ deviceState }: KnownEndpoint): PeerState {
  const device = deviceFacts(deviceState);
  if (device === undefined) return 'unknown';
  return device.reachable ? 'reachable' : 'unreachable';
}

function contactState(contact: Contact, skipped: SkipCounter): PeerState {
  const state = contactStates.get(contact.status.toLowerCase());
  if (state === undefined) skipped.add('unknown_state');
  return state ?? 'unknown';
}

function endpointTrunkState(endpoint: KnownEndpoint | undefined, skipped: SkipCounter): TrunkState {
  if (endpoint === undefined) return 'unknown';
  const neverAsked = endpoint.known.length > 0 && endpoint.known.every((contact) => contact.qualifyFrequency === 0);
  const state = endpointState(endpoint, skipped);
  return state === 'unknown' && neverAsked && endpoint.unread.length === 0 ? 'unmonitored' : state;
}

/** A registration that is accepted while the provider's contact does not answer is a trunk out of service. */
function registrationState({ registration, endpoint }: TrunkEntry, skipped: SkipCounter): TrunkState {
  const word = registration?.status?.toLowerCase() ?? '';
  const state = registrationStates.get(word);
  if (state === undefined && word !== '') skipped.add('unknown_state');
  if (state !== 'registered' || endpoint === undefined) return state ?? 'unknown';
  return endpointState(endpoint, skipped) === 'unreachable' ? 'unreachable' : state;
}

function trunkRegistered({ registration, endpoint }: TrunkEntry, state: TrunkState): Pick<Trunk, 'registered'> {
  if (state === 'unknown') return {};
  if (registration !== undefined) return { registered: registration.status?.toLowerCase() === 'registered' };
  const expected =
    endpoint !== undefined &&
    endpoint.deviceOnly !== true &&
    endpoint.unread.length === 0 &&
    endpoint.known.every((contact) => contact.registered);
  return expected ? { registered: endpoint.known.length > 0 } : {};
}

/** The word that decided: that of a contact, or the device state where contacts could not be asked for. */
function endpointWord(endpoint: KnownEndpoint | undefined, state: TrunkState): string {
  if (endpoint === undefined) return '';
  const words = endpoint.known.map((contact) => contact.status);
  const deciding = words.find((word) => contactStates.get(word.toLowerCase()) === state);
  const other = endpoint.unread.length === 0 ? words[0] : undefined;
  return deciding ?? other ?? endpoint.deviceState;
}

/** The fixed address of a trunk. One that registers comes from a device's address, which is not shown. */
function configuredUri(endpoint: KnownEndpoint | undefined): string {
  return endpoint?.known.find((contact) => !contact.registered)?.uri ?? '';
}

function bestRoundtrip(contacts: readonly Contact[]): { readonly roundtripMicroseconds?: number } {
  const answered = contacts.filter((contact) => contact.status.toLowerCase() === 'reachable');
  const roundtrips = answered.flatMap(({ roundtripMicroseconds }) =>
    roundtripMicroseconds === undefined ? [] : [roundtripMicroseconds],
  );
  return roundtrips.length === 0 ? {} : { roundtripMicroseconds: Math.min(...roundtrips) };
}

/** Host of a SIP URI without user, port and parameters; the text itself where it is no SIP URI. */
function uriHost(uri: string): string {
  const rest = uri.replace(/^<?sips?:/i, '').replace(/[;?>].*$/s, '');
  const host = rest.slice(rest.lastIndexOf('@') + 1);
  return host.startsWith('[') ? host.replace(/\]:\d+$/, ']') : host.replace(/:\d+$/, '');
}
