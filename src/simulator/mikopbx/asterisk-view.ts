import type { Clock } from '../../clock.ts';
import type { CallState, Contact, Extension, Trunk, World } from '../kit/world.ts';
import type { Traits } from './releases.ts';
import type { MikoSwitches, TrunkType } from './settings.ts';

/** For this long after a start of Asterisk no contact has been checked yet, in milliseconds. */
const firstCheckMs = 60_000;

/** A contact as Asterisk sees it now. */
export interface SeenContact {
  readonly contact: Contact;
  readonly web: boolean;
  readonly status: 'Reachable' | 'Unreachable' | 'NonQualified';
}

/** Asterisk's own view of the world: what PHP asks it for. */
export class AsteriskView {
  readonly world: World;
  readonly traits: Traits;
  readonly switches: MikoSwitches;
  readonly #clock: Clock;
  #startedAt = -Infinity;
  /** API processes whose connection to Asterisk died with its last life. */
  #processesOutOfDate = 0;

  constructor(clock: Clock, world: World, parts: { readonly traits: Traits; readonly switches: MikoSwitches }) {
    this.#clock = clock;
    this.world = world;
    this.traits = parts.traits;
    this.switches = parts.switches;
  }

  /** Asterisk restarts: contacts wait for their first check, and each API process has to connect again. */
  restart(): void {
    this.#startedAt = this.#clock.monotonicTime();
    this.#processesOutOfDate = 3;
  }

  /** Whether the process that takes this question still has a dead connection; each one has so once. */
  takeDeadConnection(): boolean {
    if (this.#processesOutOfDate === 0) return false;
    this.#processesOutOfDate -= 1;
    return true;
  }

  /** Extensions that are in Asterisk's configuration: switched-off ones are not. */
  extensions(): readonly Extension[] {
    return this.world.extensions.filter(({ state }) => state !== 'disabled');
  }

  /** Contacts of an extension, web phones first. */
  contactsOf(extension: Extension): readonly SeenContact[] {
    const seen = extension.contacts.map((contact) => ({
      contact,
      web: this.switches.isWebPhone(contact),
      status: this.#statusOf(contact),
    }));
    return [...seen.filter(({ web }) => web), ...seen.filter(({ web }) => !web)];
  }

  /** Device state of an endpoint with these contacts. */
  deviceState(contacts: readonly SeenContact[], call: CallState): string {
    const unchecked = this.switches.qualifyFrequency === 0;
    const available = contacts.some(({ status }) => status === 'Reachable' || (unchecked && status === 'NonQualified'));
    if (!available) return 'Unavailable';
    if (call === 'idle') return 'Not in use';
    if (call === 'on-hold') return 'On Hold';
    const early = this.traits.generation === 'A' || this.traits.generation === 'B';
    return call === 'ringing' && early ? 'Ringing' : 'Busy';
  }

  /** Trunks with their type and the id that this release gives them. */
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
