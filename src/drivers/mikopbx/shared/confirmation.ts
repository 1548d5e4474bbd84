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

  /** Whether a reading may be shown; `minimumMs` is how long the doubt has to last, besides a second reading. */
  allows(doubtful: boolean, minimumMs = 0): boolean {
    const now = this.#clock.monotonicTime();
    const first = this.#firstAt;
    if (!doubtful) this.#firstAt = undefined;
    else this.#firstAt ??= now;
    return !doubtful || (first !== undefined && now - first >= minimumMs);
  }
}

/** Does the same for single rows: the previous reading must have reported the same of the row. */
export class RowConfirmation {
  #before: ReadonlySet<string> = new Set();

  /** Takes the ids that look doubtful in this reading; returns those that looked doubtful twice in a row. */
  confirmed(doubtful: ReadonlySet<string>): ReadonlySet<string> {
    const both = new Set([...doubtful].filter((id) => this.#before.has(id)));
    this.#before = doubtful;
    return both;
  }
}

/**
 * Whether a list of peers shows no activity at all: some are down, none is reachable, and no contact is registered. The
 * API also reports this when Asterisk is down or has just started.
 */
export function isAllDown(peers: readonly Peer[]): boolean {
  const down = peers.some(({ state }) => state === 'unregistered' || state === 'unreachable');
  return down && !peers.some(({ state, registered }) => state === 'reachable' || registered === true);
}

/** The failure while everything is down at once and a second reading has not confirmed it. */
export function unconfirmed(what: 'phone' | 'trunk'): Failure {
  return new Failure(
    'service_unavailable',
    `every ${what} reads as down at once, as it does while Asterisk starts or stops: waiting for the next round to confirm it`,
  );
}
