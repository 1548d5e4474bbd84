import type { Clock } from '../../clock.ts';
import type { CallState, Contact, Extension, Trunk, World } from '../kit/world.ts';
import type { Traits } from './releases.ts';
import type { MikoSwitches, TrunkType } from './settings.ts';

/** Time after a start of Asterisk until contacts have been checked, in milliseconds. */
const firstCheckMs = 60_000;

/** A contact with its current status in Asterisk. */
export interface SeenContact {
  readonly contact: Contact;
  readonly web: boolean;
  readonly status: 'Reachable' | 'Unreachable' | 'NonQualified';
}

/** The state of the world as Asterisk reports it to PHP. */
export class AsteriskView {
  readonly world: World;
  readonly traits: Traits;
  readonly switches: MikoSwitches;
  readonly #clock: Clock;
  #startedAt = -Infinity;
  /** Number of API processes whose connection broke at the last restart of Asterisk. */
  #processesOutOfDate = 0;

  constructor(clock: Clock, world: World, parts: { readonly traits: Traits; readonly switches: MikoSwitches }) {
    this.#clock = clock;
    this.world = world;
    this.traits = parts.traits;
    this.switches = parts.switches;
  }

  /** Restarts Asterisk: contacts wait for their first check, and each API process has to reconnect. */
  restart(): void {
    this.#startedAt = this.#clock.monotonicTime();
    this.#processesOutOfDate = 3;
  }

  /** Reports whether the API process has a broken connection; true once for each process after a restart. */
  takeDeadConnection(): boolean {
    if (this.#processesOutOfDate === 0) return false;
    this.#processesOutOfDate -= 1;
    return true;
  }

  /** Returns the extensions in the configuration of Asterisk, which omits disabled ones. */
  extensions(): readonly Extension[] {
    return this.world.extensions.filter(({ state }) => state !== 'disabled');
  }

  /** Returns the contacts of an extension, web phones first. */
  contactsOf(extension: Extension): readonly SeenContact[] {
    const seen = extension.contacts.map((contact) => ({
      contact,
      web: this.switches.isWebPhone(contact),
      status: this.#statusOf(contact),
    }));
    return [...seen.filter(({ web }) => web), ...seen.filter(({ web }) => !web)];
  }

  /** Returns the device state of an endpoint with these contacts. */
  deviceState(contacts: readonly SeenContact[], call: CallState): string {
    const unchecked = this.switches.qualifyFrequency === 0;
    const available = contacts.some(({ status }) => status === 'Reachable' || (unchecked && status === 'NonQualified'));
    if (!available) return 'Unavailable';
    if (call === 'idle') return 'Not in use';
    if (call === 'on-hold') return 'On Hold';
    const early = this.traits.generation === 'A' || this.traits.generation === 'B';
    return call === 'ringing' && early ? 'Ringing' : 'Busy';
  }

  /** Returns the trunks with their type and their id in this release. */
  trunks(): readonly { readonly trunk: Trunk; readonly type: TrunkType; readonly id: string }[] {
    return this.world.trunks.map((trunk) => {
      const type = this.switches.trunkTypeOf(trunk);
      return { trunk, type, id: this.#trunkId(trunk, type) };
    });
  }

  /** Whether Asterisk has started so recently that no contact has been checked yet. */
  get isSettling(): boolean {
    return this.#clock.monotonicTime() - this.#startedAt < firstCheckMs;
  }

  #statusOf({ state }: Contact): SeenContact['status'] {
    if (this.isSettling || state === 'unasked') return 'NonQualified';
    return state === 'reachable' ? 'Reachable' : 'Unreachable';
  }

  #trunkId({ id }: Trunk, type: TrunkType): string {
    const technology = type.startsWith('iax') ? 'IAX' : 'SIP';
    if (this.traits.oldTrunkIds) return `${technology}-${1_601_534_000 + id}`;
    const digits = (0xab_12_c0_00 + id).toString(16).toUpperCase();
    return `${technology}-TRUNK-${digits}`;
  }
}
