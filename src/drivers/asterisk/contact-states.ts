import type { PeerState } from '../../snapshot/reading.ts';
import type { SkipCounter } from '../kit/collectors.ts';
import { deviceFacts } from './device-states.ts';
import type { KnownEndpoint } from './inventory.ts';
import type { Contact } from './pjsip.ts';
import { type Waiting, waitingState } from './waiting.ts';

/** What is known of one contact. `unchecked`: nobody asks it. `waiting`: it was not asked since Asterisk started. */
type ContactState = 'reachable' | 'unreachable' | 'unchecked' | 'waiting' | 'removed' | 'unknown';

/** Contact states of `res_pjsip`; `Created` is what `NonQualified` was called up to Asterisk 15. */
const contactStates: ReadonlyMap<string, ContactState> = new Map([
  ['reachable', 'reachable'],
  ['unreachable', 'unreachable'],
  ['nonqualified', 'unchecked'],
  ['created', 'unchecked'],
  ['unknown', 'unknown'],
  ['removed', 'removed'],
]);

/** What the best contact decides, and the word of Asterisk that did. */
export interface Reachability {
  readonly state: PeerState;
  /** Reachable only because no contact is ever checked. */
  readonly neverChecked: boolean;
  /** Status of the deciding contact, or the device state where contacts could not be asked for. */
  readonly word: string;
}

/** Best first: one contact that answers is enough, then one that nothing is said against. */
const bestFirst: readonly ContactState[] = ['reachable', 'unchecked', 'unknown', 'waiting', 'unreachable', 'removed'];

/** How the endpoint is by all its contacts. Words that are not known are counted, their contact is `unknown`. */
export function reachability(endpoint: KnownEndpoint, waiting: Waiting, skipped: SkipCounter): Reachability {
  const judged = endpoint.known.map((contact) => ({ contact, state: contactState(contact, waiting, skipped) }));
  const best = bestFirst.find((state) => judged.some((one) => one.state === state));
  const word = judged.find(({ state }) => state === best)?.contact.status ?? '';
  const answers = best === 'reachable' || best === 'unchecked' || best === 'unknown';
  if (!answers && (endpoint.deviceOnly === true || endpoint.unread.length > 0))
    return { state: deviceReachability(endpoint, waiting), neverChecked: false, word: endpoint.deviceState };
  const state = best === undefined ? 'unregistered' : peerState(best, endpoint, waiting);
  return {
    state,
    neverChecked: isNeverChecked(endpoint, best),
    word: best === undefined ? endpoint.deviceState : word,
  };
}

/** Name of the endpoint's device, as channels and queues bear it. */
export function endpointDevice(name: string): string {
  return `PJSIP/${name}`;
}

function contactState(contact: Contact, waiting: Waiting, skipped: SkipCounter): ContactState {
  const state = contactStates.get(contact.status.toLowerCase());
  if (state === undefined) skipped.add('unknown_state');
  const { qualifyFrequency = 0 } = contact;
  if (state === 'unchecked' && qualifyFrequency > 0 && waiting.mayWait(qualifyFrequency)) return 'waiting';
  return state ?? 'unknown';
}

function peerState(best: ContactState, { name }: KnownEndpoint, waiting: Waiting): PeerState {
  if (best === 'unchecked') return 'reachable';
  if (best === 'waiting') return waitingState(waiting, endpointDevice(name));
  return best === 'removed' ? 'unregistered' : best;
}

function isNeverChecked({ known }: KnownEndpoint, best: ContactState | undefined): boolean {
  return best === 'unchecked' && known.every(({ qualifyFrequency = 0 }) => qualifyFrequency === 0);
}

/** A device counts as usable also while its contacts wait for their first check, so that says nothing then. */
function deviceReachability({ name, deviceState }: KnownEndpoint, waiting: Waiting): PeerState {
  const device = deviceFacts(deviceState);
  if (device === undefined) return 'unknown';
  if (!device.reachable) return 'unreachable';
  return !device.inCall && waiting.mayWait(0) ? waitingState(waiting, endpointDevice(name)) : 'reachable';
}
