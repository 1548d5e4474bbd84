import type { PeerState } from '../../snapshot/reading.ts';

/** The state of contacts that wait for their first check after a start of Asterisk. */
export interface FirstQualify {
  /** Whether a contact with this qualify frequency (in seconds) may not have been checked since the start. */
  mayBeUnqualified(frequencySeconds: number): boolean;
  /** Whether the device answered its last check; undefined if that is not known. */
  before(device: string): 'reachable' | 'unreachable' | undefined;
}

/**
 * The state of a device whose contacts wait for their first check: the previous one if it was reachable or unreachable,
 * otherwise `unknown`.
 */
export function stateBeforeRestart(firstQualify: FirstQualify, device: string): PeerState {
  return firstQualify.before(device) ?? 'unknown';
}

/** No contact waits, because no start was detected. */
export const allQualified: FirstQualify = { mayBeUnqualified: () => false, before: () => undefined };

/** The last states of the devices, by device name (`PJSIP/1001`, `SIP/201`), so that a start of Asterisk does not lose them. */
export class StatesBeforeRestart implements Pick<FirstQualify, 'before'> {
  #whole: ReadonlyMap<string, PeerState> = new Map();
  #partial: ReadonlyMap<string, PeerState> = new Map();

  before(device: string): 'reachable' | 'unreachable' | undefined {
    const state = this.#partial.get(device) ?? this.#whole.get(device);
    return state === 'reachable' || state === 'unreachable' ? state : undefined;
  }

  /** Call with the devices of a round. If the read was incomplete, the other devices keep their state from the last complete one. */
  remember(states: ReadonlyMap<string, PeerState>, isWhole: boolean): void {
    this.#partial = states;
    if (isWhole) this.#whole = states;
  }
}
