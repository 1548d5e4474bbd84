import type { PeerState } from '../../snapshot/reading.ts';

/** After a start of Asterisk contacts wait for their first check. What is told of them meanwhile. */
export interface FirstQualify {
  /** Whether a contact that is checked every so many seconds may not have been asked since the start. */
  mayBeUnqualified(frequencySeconds: number): boolean;
  /** Whether the device answered when it was last asked; undefined if that is not known. */
  before(device: string): 'reachable' | 'unreachable' | undefined;
}

/** The state of a device whose contacts wait for their first check: the previous one, as far as it is one of a contact. */
export function stateBeforeRestart(firstQualify: FirstQualify, device: string): PeerState {
  return firstQualify.before(device) ?? 'unknown';
}

/** Nothing waits: no start was noticed. */
export const allQualified: FirstQualify = { mayBeUnqualified: () => false, before: () => undefined };

/** What the devices answered, by device name (`PJSIP/1001`, `SIP/201`), so that a start of Asterisk does not lose it. */
export class StatesBeforeRestart implements Pick<FirstQualify, 'before'> {
  #whole: ReadonlyMap<string, PeerState> = new Map();
  #partial: ReadonlyMap<string, PeerState> = new Map();

  before(device: string): 'reachable' | 'unreachable' | undefined {
    const state = this.#partial.get(device) ?? this.#whole.get(device);
    return state === 'reachable' || state === 'unreachable' ? state : undefined;
  }

  /** Call with the devices of a round; where the read was not whole, the others stay as they were in the last whole one. */
  remember(states: ReadonlyMap<string, PeerState>, isWhole: boolean): void {
    this.#partial = states;
    if (isWhole) this.#whole = states;
  }
}
