import type { Contact } from '../kit/world.ts';

/** `sip-user-ping-min` and `sip-user-ping-max`, as they are when nobody sets them. */
const [leastGood, mostGood] = [1, 3];
/** What a ping without an answer is measured as, in milliseconds: the time after which SIP gives up. */
const lostMs = 32_000.53;

/** What a row says of its pings. */
export interface PingWords {
  readonly status: 'Reachable' | 'Unreachable';
  readonly time: string;
}

interface PingState {
  /** Good pings, up to the most that count. */
  good: number;
  status: PingWords['status'];
  ms: number;
}

/**
 * The state of phones according to their answers to OPTIONS. Until a contact is pinged or registers again, its row shows
 * the state from the simulated world. After that, the rules of `sip-user-ping-min` and `-max` apply: three lost pings in
 * a row make a healthy phone unreachable, and one good ping brings it back. The time of a good ping is written only
 * while the count is below its maximum.
 */
export class PhonePings {
  readonly #states = new WeakMap<Contact, PingState>();

  /** One interval: each contact is asked. `answer` gives the milliseconds, undefined for no answer (or one that counts as none). */
  ask(contacts: Iterable<Contact>, answer: (contact: Contact) => number | undefined): void {
    for (const contact of contacts) this.#note(contact, answer(contact));
  }

  /** The row is recreated, as a REGISTER does on a profile without `multiple-registrations`. */
  register(contact: Contact): void {
    this.#states.set(contact, { good: 0, status: 'Reachable', ms: 0 });
  }

  /** What the row of a contact says now. */
  wordsOf(contact: Contact): PingWords {
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
