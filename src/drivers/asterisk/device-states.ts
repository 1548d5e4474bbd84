import { type AmiAnswer, listItems } from './ami-message.ts';
import { field } from './fields.ts';
import type { Endpoint } from './pjsip/lists.ts';

/** What a device state tells of a phone. */
export interface DeviceFacts {
  readonly reachable: boolean;
  readonly inCall: boolean;
}

/** States of Asterisk's core by their letters alone: `Not in use` and `NOT_INUSE`, `Ring+Inuse` and `RINGINUSE` are the same. */
const deviceStates: ReadonlyMap<string, DeviceFacts> = new Map([
  ['notinuse', { reachable: true, inCall: false }],
  ['inuse', { reachable: true, inCall: true }],
  ['busy', { reachable: true, inCall: true }],
  ['ringing', { reachable: true, inCall: true }],
  ['ringinuse', { reachable: true, inCall: true }],
  ['onhold', { reachable: true, inCall: true }],
  ['unavailable', { reachable: false, inCall: false }],
]);

/** What the state tells; undefined for `Unknown`, `Invalid` and words that are not known. */
export function deviceFacts(state: string): DeviceFacts | undefined {
  return deviceStates.get(state.toLowerCase().replaceAll(/[^a-z]/g, ''));
}

/** Whether an endpoint has a channel. Asterisk 16 writes no number of channels, so its device state counts as well. */
export function hasChannel({ deviceState, activeChannels }: Pick<Endpoint, 'deviceState' | 'activeChannels'>): boolean {
  return activeChannels > 0 || deviceFacts(deviceState)?.inCall === true;
}

/** `DeviceStateList`: state by device, e.g. `PJSIP/1001`. Throws a `Failure` when the list is not whole. */
export function readDeviceStates(answer: AmiAnswer): ReadonlyMap<string, string> {
  const items = listItems(answer, 'DeviceStateChange');
  return new Map(items.map((item) => [field(item, 'device'), field(item, 'state')]));
}
