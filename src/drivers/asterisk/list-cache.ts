import type { Clock } from '../../clock.ts';
import { copiedText } from '../../copied-text.ts';
import type { Log } from '../../log.ts';
import type { DriverSetup } from '../driver.ts';
import { hasChannel } from './device-states.ts';
import { type Inventory, isNumber } from './pjsip/phones-and-trunks.ts';
import type { OlderDriver, OlderRegistration } from './older/lists.ts';
import type { Endpoint, Registration } from './pjsip/lists.ts';
import { StatesBeforeRestart } from './first-qualify.ts';

/** Maximum number of endpoints without an address of record that are remembered because they had a call. */
const maximumCallers = 1_000;

/**
 * The lists of one PBX as last read. With them, a round in which one list fails can still classify the rows of the
 * others. The cache provides only the kind of a row, never its state.
 */
export class ListCache {
  readonly #clock: Clock;
  readonly #timing: DriverSetup['timing'];
  readonly former = new StatesBeforeRestart();
  /** The last list of outbound registrations; undefined before the first one. */
  registrations: readonly Registration[] | undefined;
  readonly olderRegistrations = new Map<OlderDriver, readonly OlderRegistration[]>();
  readonly #log: Log;
  readonly #callers = new Set<string>();
  #kinds: ReadonlyMap<string, 'phone' | 'trunk'> = new Map();
  #endpoints: ReadonlySet<string> = new Set();
  #staticContacts: ReadonlySet<string> = new Set();
  #pairs: ReadonlySet<string> = new Set();
  #leftOut = '';
  #maintenance: { readonly names: ReadonlySet<string>; readonly readAt: number } | undefined;

  /** Monotonic time (ms) at which contacts were last read. */
  #contactsReadAt = -Infinity;

  constructor({ clock, log, timing }: Pick<DriverSetup, 'clock' | 'log' | 'timing'>) {
    this.#clock = clock;
    this.#log = log;
    this.#timing = timing;
  }

  /** Whether phones that a round could not read are still shown with their former row, which has more detail than a device state. */
  get showsFormerContacts(): boolean {
    return this.#clock.monotonicTime() - this.#contactsReadAt < this.#timing.staleAfterMs;
  }

  /** Whether an endpoint without an address of record has been seen with a call; from then on, it is a trunk. */
  hasCalled(name: string): boolean {
    return this.#callers.has(name);
  }

  /** The kind of an endpoint whose name is not all digits, when its contacts were last read; undefined if it was not known. */
  formerKind(name: string): 'phone' | 'trunk' | undefined {
    return this.#kinds.get(name);
  }

  isEndpoint(name: string): boolean {
    return this.#endpoints.has(name);
  }

  hadStaticContact(name: string): boolean {
    return this.#staticContacts.has(name);
  }

  /** Whether this trunk was a registration together with an endpoint or peer. */
  wasPaired(trunk: string): boolean {
    return this.#pairs.has(trunk);
  }

  /** The endpoints in maintenance as last reported; undefined if they are not known or the report is too old to be shown. */
  get maintenance(): ReadonlySet<string> | undefined {
    const last = this.#maintenance;
    const isFresh = last !== undefined && this.#clock.monotonicTime() - last.readAt < this.#timing.staleAfterMs;
    return isFresh ? last.names : undefined;
  }

  /** Call with the endpoints in maintenance; undefined if Asterisk does not support maintenance. */
  rememberMaintenance(names: ReadonlySet<string> | undefined): void {
    this.#maintenance = names && { names, readAt: this.#clock.monotonicTime() };
  }

  /** Call with each list of endpoints that was read. */
  rememberEndpoints(endpoints: readonly Endpoint[]): void {
    this.#endpoints = new Set(endpoints.map(({ name }) => name));
    const callers = endpoints.filter((endpoint) => endpoint.aors.length === 0 && hasChannel(endpoint));
    for (const { name } of callers) if (this.#callers.size < maximumCallers) this.#callers.add(name);
  }

  /** Call with the endpoints that have static contacts, if the registered contacts were read. */
  rememberStaticContacts(names: readonly string[]): void {
    this.#contactsReadAt = this.#clock.monotonicTime();
    this.#staticContacts = new Set(names);
  }

  /** Call with the inventory of a round in which the contacts were read. Numbers are left out, because their kind is known. */
  rememberInventory({ phones, trunks, leftOut }: Inventory): void {
    this.#kinds = new Map([
      ...phones.flatMap(({ name }) => (isNumber(name) ? [] : [[name, 'phone'] as const])),
      ...trunks.flatMap(({ endpoint }) => (endpoint === undefined ? [] : [[endpoint.name, 'trunk'] as const])),
    ]);
    const text = leftOut.join(', ');
    if (text === this.#leftOut) return;
    this.#leftOut = text;
    if (text !== '')
      this.#log.debug('endpoints without an address of record are neither phones nor trunks', { endpoints: text });
  }

  /** Call with the trunks that combine a registration with an endpoint or peer, if all lists were read. */
  rememberPairs(trunks: readonly string[]): void {
    this.#pairs = new Set(trunks.map(copiedText));
  }
}
