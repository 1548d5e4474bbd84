import { type AmiAnswer, listItems, field } from './ami-message.ts';
import { StateTable } from '../kit/state-table.ts';
import type { Endpoint } from './pjsip/lists.ts';

/** The meaning of a device state for a phone. */
export interface DeviceFacts {
  readonly reachable: boolean;
  readonly inCall: boolean;
}

/** States of Asterisk's core, compared by their letters only: `Not in use` and `NOT_INUSE`, `Ring+Inuse` and `RINGINUSE` are the same. */
export const deviceStates = new StateTable<DeviceFacts>(
  {
    'Not in use': { reachable: true, inCall: false },
    'In use': { reachable: true, inCall: true },
    Busy: { reachable: true, inCall: true },
    Ringing: { reachable: true, inCall: true },
    'Ring+Inuse': { reachable: true, inCall: true },
    'On Hold': { reachable: true, inCall: true },
    Unavailable: { reachable: false, inCall: false },
  },
  (word) => word.replaceAll(/[^a-z]/g, ''),
);

/** The meaning of the state; undefined for `Unknown`, `Invalid` and unrecognized words. */
export function deviceFacts(state: string): DeviceFacts | undefined {
  return deviceStates.find(state);
}

/** Whether an endpoint has a channel. Asterisk 16 does not report the number of channels, so the device state counts as well. */
export function hasChannel({ deviceState, activeChannels }: Pick<Endpoint, 'deviceState' | 'activeChannels'>): boolean {
  return activeChannels > 0 || deviceFacts(deviceState)?.inCall === true;
}

/** `DeviceStateList`: state by device, e.g. `PJSIP/1001`. Throws a `Failure` if the list is incomplete. */
export function readDeviceStates(answer: AmiAnswer): ReadonlyMap<string, string> {
  const items = listItems(answer, 'DeviceStateChange');
  return new Map(items.map((item) => [field(item, 'device'), field(item, 'state')]));
}
