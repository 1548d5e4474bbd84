import type { Clock } from '../../../clock.ts';
import type { Peer } from '../../../snapshot/reading.ts';
import { Failure } from '../../../transport/failure.ts';

/**
 * Holds back a reading in which everything is down until a second reading agrees. Right after a start of the PBX's
 * telephony core (Asterisk), and while it stops, the API also reports working phones and trunks as down.
 */
export class Confirmation {
  readonly #clock: Clock;
  #firstAt: number | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Reports whether a reading may be shown. A doubtful one may be shown only if the previous one was doubtful, too, and
   * the doubt began at least `minimumMs` ago.
   */
  allows(doubtful: boolean, minimumMs = 0): boolean {
    const now = this.#clock.monotonicTime();
    const first = this.#firstAt;
    if (!doubtful) this.#firstAt = undefined;
    else this.#firstAt ??= now;
    return !doubtful || (first !== undefined && now - first >= minimumMs);
  }
}

/** Confirms doubtful states of single rows: the previous reading must have reported the same state. */
export class RowConfirmation {
  #before: ReadonlySet<string> = new Set();

  /** Records the ids that are doubtful in this reading. Returns those that were already doubtful in the previous one. */
  confirmed(doubtful: ReadonlySet<string>): ReadonlySet<string> {
    const both = new Set([...doubtful].filter((id) => this.#before.has(id)));
    this.#before = doubtful;
    return both;
  }
}

/**
 * Reports whether a list of peers shows no activity at all: some are down, none is reachable, and no contact is
 * registered. The API also reports this while Asterisk is down or has just started.
 */
export function isAllDown(peers: readonly Peer[]): boolean {
  const down = peers.some(({ state }) => state === 'unregistered' || state === 'unreachable');
  return down && !peers.some(({ state, registered }) => state === 'reachable' || registered === true);
}

/** The failure if everything is down and no second reading has confirmed it yet. */
export function unconfirmed(what: 'phone' | 'trunk'): Failure {
  return new Failure(
    'service_unavailable',
    `every ${what} reads as down at once, as it does while Asterisk starts or stops: waiting for the next round to confirm it`,
  );
}
