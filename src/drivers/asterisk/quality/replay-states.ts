import type { PeerState, TrunkState } from '../../../snapshot/reading.ts';
import { SkipCounter } from '../../kit/collectors.ts';
import type { FirstQualify } from '../first-qualify.ts';
import { reachability } from '../pjsip/peers.ts';
import type { TrunkEntry } from '../pjsip/phones-and-trunks.ts';
import { trunkFromEntry } from '../pjsip/trunks.ts';
import type { ContactEvent, RegistrationEvent, StateEvent } from './events.ts';
import type { FormerContact, FormerPhone, ReplayStart } from './replay-start.ts';

/** States that rows went through between two reads of the lists, by name. */
export interface PassedStates {
  readonly phones: ReadonlyMap<string, readonly PeerState[]>;
  readonly trunks: ReadonlyMap<string, readonly TrunkState[]>;
}

/** The result without events. */
export function noStates(): PassedStates {
  return { phones: new Map(), trunks: new Map() };
}

/** Maximum number of states of one row between two rounds; enough to describe a line that flaps all the time. */
const maximumStates = 100;

/**
 * Applies events in order to the lists as last read, by the same rules that parse the lists. Rows that are not in the lists
 * are ignored: the next lists are authoritative. Pure.
 */
export function replayStates(
  before: ReplayStart,
  events: readonly StateEvent[],
  firstQualify: FirstQualify,
): PassedStates {
  if (events.length === 0) return noStates();
  const replay = new Replay(before, firstQualify);
  for (const event of events) {
    if (event.kind === 'registration') replay.register(event);
    else replay.contact(event);
  }
  return replay.passed;
}

class Replay {
  readonly passed = { phones: new Map<string, PeerState[]>(), trunks: new Map<string, TrunkState[]>() };
  readonly #phones: Map<string, FormerPhone>;
  readonly #trunks: Map<string, TrunkEntry>;
  /** Names of trunks by their endpoint. */
  readonly #trunkNames: ReadonlyMap<string, string>;
  readonly #firstQualify: FirstQualify;

  constructor({ phones, trunks }: ReplayStart, firstQualify: FirstQualify) {
    this.#phones = new Map(phones.map((phone) => [phone.name, phone]));
    this.#trunks = new Map(trunks.map((trunk) => [trunk.name, trunk]));
    this.#trunkNames = new Map(
      trunks.flatMap(({ name, endpoint }) => (endpoint === undefined ? [] : [[endpoint.name, name] as const])),
    );
    this.#firstQualify = firstQualify;
  }

  register(event: RegistrationEvent): void {
    const trunk = registered([...this.#trunks.values()], event);
    if (trunk !== undefined) this.#changeTrunk(trunk);
  }

  contact(event: ContactEvent): void {
    const trunk = this.#trunks.get(this.#trunkNames.get(event.endpoint) ?? '');
    if (trunk?.endpoint !== undefined) {
      const { kind: _kind, ...facts } = event;
      const contacts = contactsAfter(trunk.endpoint, event, { ...facts, registered: true, userAgent: '' });
      this.#changeTrunk({ ...trunk, endpoint: { ...trunk.endpoint, ...contacts } });
    }
    const phone = this.#phones.get(event.endpoint);
    if (phone === undefined) return;
    const { key, status } = event;
    const changed = { ...phone, ...contactsAfter(phone, event, { key, status, registered: true }) };
    this.#phones.set(phone.name, changed);
    note(this.passed.phones, phone.name, reachability(changed, this.#firstQualify, new SkipCounter()).state);
  }

  #changeTrunk(trunk: TrunkEntry): void {
    this.#trunks.set(trunk.name, trunk);
    note(this.passed.trunks, trunk.name, trunkFromEntry(trunk, new SkipCounter(), this.#firstQualify).state);
  }
}

function note<State>(states: Map<string, State[]>, name: string, state: State): void {
  const known = states.get(name) ?? [];
  if (known.length < maximumStates) states.set(name, [...known, state]);
}

/** The contacts of an endpoint, as far as their status was read, and the keys of the others. */
interface Contacts<Contact extends FormerContact> {
  readonly known: readonly Contact[];
  readonly unread: readonly string[];
}

/** The contacts after the event. A removed contact is left out, as in the lists; `added` is the contact if it was not known. */
function contactsAfter<Contact extends FormerContact>(
  { known, unread }: Contacts<Contact>,
  { key, status }: ContactEvent,
  added: Contact,
): Contacts<Contact> {
  const others = known.filter((contact) => contact.key !== key);
  const without = unread.filter((one) => one !== key);
  if (status.toLowerCase() === 'removed') return { known: others, unread: without };
  const former = known.find((contact) => contact.key === key) ?? added;
  return { known: [...others, { ...former, status }], unread: without };
}

/** The trunk of the registration, with its new status; undefined if no trunk or several have these addresses. */
function registered(trunks: readonly TrunkEntry[], event: RegistrationEvent): TrunkEntry | undefined {
  const isMeant = ({ clientUri, serverUri }: { readonly clientUri?: string; readonly serverUri: string }): boolean =>
    clientUri === event.clientUri && serverUri === event.serverUri;
  const found = trunks.flatMap((trunk) =>
    trunk.registrations.filter(isMeant).map((registration) => ({ trunk, registration })),
  );
  const [only] = found;
  if (only === undefined || found.length > 1) return undefined;
  const registrations = only.trunk.registrations.map((one) =>
    one === only.registration ? { ...one, status: event.status } : one,
  );
  return { ...only.trunk, registrations };
}
