import type { Peer, PeerState } from '../../../snapshot/reading.ts';
import type { SkipCounter } from '../../kit/collectors.ts';
import { readDevices } from '../../kit/devices.ts';
import { StateTable } from '../../kit/state-table.ts';
import { deviceFacts, hasChannel } from '../device-states.ts';
import type { KnownEndpoint } from './phones-and-trunks.ts';
import type { Contact } from './lists.ts';
import { allQualified, type FirstQualify, stateBeforeRestart } from '../first-qualify.ts';

/** What is known about one contact. `unchecked`: Asterisk never checks it. `waiting`: it was not checked since Asterisk started. */
type ContactState = 'reachable' | 'unreachable' | 'unchecked' | 'waiting' | 'removed' | 'unknown';

/** Contact states of `res_pjsip`; `Created` is the name of `NonQualified` up to Asterisk 15. */
export const contactStates = new StateTable<ContactState>({
  Reachable: 'reachable',
  Unreachable: 'unreachable',
  NonQualified: 'unchecked',
  Created: 'unchecked',
  Unknown: 'unknown',
  Removed: 'removed',
});

/** The state that results from the best contact, and Asterisk's word for it. */
export interface Reachability {
  readonly state: PeerState;
  /** Reachable only because no contact is ever checked. */
  readonly neverChecked: boolean;
  /** Status of the best contact, or the device state if contacts could not be read. */
  readonly word: string;
}

/** The parts of a contact that determine the state of its endpoint. */
export type ContactStates = Pick<Contact, 'status' | 'registered' | 'qualifyFrequency'>;

/** The parts of an endpoint that determine its state. */
export interface EndpointStates extends Pick<KnownEndpoint, 'name' | 'unread' | 'deviceOnly' | 'deviceState'> {
  readonly known: readonly ContactStates[];
}

/** Best first: one contact that answers is enough, otherwise one without a known problem. */
const bestFirst: readonly ContactState[] = ['reachable', 'unchecked', 'unknown', 'waiting', 'unreachable', 'removed'];

/** The state of the endpoint from all its contacts. Unknown words are counted, and their contact is `unknown`. */
export function reachability(endpoint: EndpointStates, firstQualify: FirstQualify, skipped: SkipCounter): Reachability {
  const judged = endpoint.known.map((contact) => ({ contact, state: contactState(contact, firstQualify, skipped) }));
  const best = bestFirst.find((state) => judged.some((one) => one.state === state));
  const word = judged.find(({ state }) => state === best)?.contact.status ?? '';
  const answers = best === 'reachable' || best === 'unchecked' || best === 'unknown';
  if (!answers && (endpoint.deviceOnly === true || endpoint.unread.length > 0))
    return { state: deviceReachability(endpoint, firstQualify), neverChecked: false, word: endpoint.deviceState };
  const state = best === undefined ? 'unregistered' : peerState(best, endpoint, firstQualify);
  return {
    state,
    neverChecked: isNeverChecked(endpoint, best),
    word: best === undefined ? endpoint.deviceState : word,
  };
}

/** A phone as a peer. Unknown words for a contact are counted and shown as `unknown`. */
export function peerFromEndpoint(
  endpoint: KnownEndpoint,
  skipped: SkipCounter,
  firstQualify: FirstQualify = allQualified,
): Peer {
  const phones = endpoint.known.filter(isRegistered);
  const registered = phones.length;
  const hasOther = endpoint.unread.length > 0 || endpoint.known.some((contact) => !contact.registered);
  const isRegistrationUnknown = endpoint.deviceOnly === true || (registered === 0 && hasOther);
  const device = deviceFacts(endpoint.deviceState);
  return {
    id: endpoint.name,
    state: reachability(endpoint, firstQualify, skipped.of(endpoint.name)).state,
    ...bestRoundtrip(endpoint.known),
    ...(isRegistrationUnknown ? {} : { registered: registered > 0, contacts: registered }),
    ...readDevices(phones, [endpoint.name]),
    ...lastExpiry(phones),
    ...(device === undefined && endpoint.activeChannels === 0 ? {} : { inCall: hasChannel(endpoint) }),
  };
}

/** The latest expiry of the registrations of a phone, because a phone that is gone remains registered until then. */
function lastExpiry(phones: readonly Contact[]): Pick<Peer, 'registrationExpiry'> {
  const ends = phones.flatMap(({ expiresAt }) => expiresAt ?? []);
  return ends.length === 0 ? {} : { registrationExpiry: Math.max(...ends) };
}

/** Name of the endpoint's device, as used in channels and queues. */
export function endpointDevice(name: string): string {
  return `PJSIP/${name}`;
}

function contactState(contact: ContactStates, firstQualify: FirstQualify, skipped: SkipCounter): ContactState {
  const state = contactStates.read(contact.status, skipped);
  const { qualifyFrequency = 0 } = contact;
  if (state === 'unchecked' && qualifyFrequency > 0 && firstQualify.mayBeUnqualified(qualifyFrequency))
    return 'waiting';
  return state ?? 'unknown';
}

function peerState(best: ContactState, { name }: EndpointStates, firstQualify: FirstQualify): PeerState {
  if (best === 'unchecked') return 'reachable';
  if (best === 'waiting') return stateBeforeRestart(firstQualify, endpointDevice(name));
  return best === 'removed' ? 'unregistered' : best;
}

function isNeverChecked({ known }: EndpointStates, best: ContactState | undefined): boolean {
  return best === 'unchecked' && known.every(({ qualifyFrequency = 0 }) => qualifyFrequency === 0);
}

/** A device counts as usable even while its contacts wait for their first check, so its state proves nothing during that time. */
function deviceReachability({ name, deviceState }: EndpointStates, firstQualify: FirstQualify): PeerState {
  const device = deviceFacts(deviceState);
  if (device === undefined) return 'unknown';
  if (!device.reachable) return 'unreachable';
  return !device.inCall && firstQualify.mayBeUnqualified(0)
    ? stateBeforeRestart(firstQualify, endpointDevice(name))
    : 'reachable';
}

/** A contact that is being removed is no longer registered. */
export function isRegistered({ registered, status }: Contact): boolean {
  return registered && status.toLowerCase() !== 'removed';
}

/** The shortest roundtrip of the contacts that answered last time. */
export function bestRoundtrip(contacts: readonly Contact[]): { readonly roundtripMicroseconds?: number } {
  const answered = contacts.filter((contact) => contact.status.toLowerCase() === 'reachable');
  const roundtrips = answered.flatMap(({ roundtripMicroseconds }) =>
    roundtripMicroseconds === undefined ? [] : [roundtripMicroseconds],
  );
  return roundtrips.length === 0 ? {} : { roundtripMicroseconds: Math.min(...roundtrips) };
}
