import type { Contact } from '../kit/world.ts';

/** Default values of `sip-user-ping-min` and `sip-user-ping-max`. */
const [leastGood, mostGood] = [1, 3];
/** Ping time of an unanswered ping, in milliseconds: the SIP timeout. */
const lostMs = 32_000.53;

/** Ping fields of a registration. */
export interface PingStatus {
  readonly status: 'Reachable' | 'Unreachable';
  readonly time: string;
}

interface PingState {
  /** Number of successful pings, at most `sip-user-ping-max`. */
  good: number;
  status: PingStatus['status'];
  ms: number;
}

/**
 * The state of phones according to their answers to OPTIONS. Until a contact is pinged or registers again, its row shows
 * the state from the simulated world. After that, the rules of `sip-user-ping-min` and `-max` apply: three consecutive
 * unanswered pings make a healthy phone unreachable, and one answered ping makes it reachable again. The time of an
 * answered ping is recorded only while the count is below its maximum.
 */
export class PhonePings {
  readonly #states = new WeakMap<Contact, PingState>();

  /** Pings each contact once. `answer` returns the ping time in milliseconds; undefined if there is no valid answer. */
  ask(contacts: Iterable<Contact>, answer: (contact: Contact) => number | undefined): void {
    for (const contact of contacts) this.#note(contact, answer(contact));
  }

  /** Replaces the row of a contact, as a REGISTER does on a profile without `multiple-registrations`. */
  register(contact: Contact): void {
    this.#states.set(contact, { good: 0, status: 'Reachable', ms: 0 });
  }

  /** Returns the ping fields of a contact. */
  statusOf(contact: Contact): PingStatus {
    const { status, ms } = this.#states.get(contact) ?? settled(contact);
    return { status, time: ms.toFixed(2) };
  }

  #note(contact: Contact, ms: number | undefined): void {
    const state = this.#states.get(contact) ?? settled(contact);
    this.#states.set(contact, state);
    if (ms === undefined) {
      state.good = Math.max(0, state.good - 1);
      state.ms = lostMs;
      if (state.good < leastGood) state.status = 'Unreachable';
      return;
    }
    if (state.good < mostGood) state.ms = ms;
    state.good = Math.min(mostGood, state.good + 1);
    state.status = 'Reachable';
  }
}

function settled({ state, roundtripMicroseconds = 0 }: Contact): PingState {
  if (state === 'unreachable') return { good: 0, status: 'Unreachable', ms: lostMs };
  if (state === 'unasked') return { good: 0, status: 'Reachable', ms: 0 };
  return { good: mostGood, status: 'Reachable', ms: roundtripMicroseconds / 1000 };
}
