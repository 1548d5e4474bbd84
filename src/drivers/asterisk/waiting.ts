import type { PeerState } from '../../snapshot/reading.ts';

/** After a start of Asterisk contacts wait for their first check. What is told of them meanwhile. */
export interface Waiting {
  /** Whether a contact that is checked every so many seconds may not have been asked since the start. */
  mayWait(frequencySeconds: number): boolean;
  /** Whether the device answered when it was last asked; undefined where that is not known. */
  before(device: string): 'reachable' | 'unreachable' | undefined;
}

/** The state of a device whose contacts wait for their first check: the one before, as far as it is one of a contact. */
export function waitingState(waiting: Waiting, device: string): PeerState {
  return waiting.before(device) ?? 'unknown';
}

/** Nothing waits: no start was noticed. */
export const nothingWaits: Waiting = { mayWait: () => false, before: () => undefined };

/** What the devices answered, by device name (`PJSIP/1001`, `SIP/201`), so that a start of Asterisk does not lose it. */
export class FormerStates implements Pick<Waiting, 'before'> {
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
