import type { Clock } from '../../clock.ts';
import type { Random } from '../kit/random.ts';
import type { World } from '../kit/world.ts';
import type { Legs } from './legs.ts';
import type { AsteriskModule, AsteriskSwitches, WriteClass } from './settings.ts';

/** The input from which an action builds its answer. */
export interface ActionContext {
  readonly world: World;
  readonly clock: Clock;
  readonly random: Random;
  readonly switches: AsteriskSwitches;
  /** Calls with media. */
  readonly legs: Legs;
  /** Version of the PBX, e.g. `22.10.1`. */
  readonly version: string;
  /** Version of the manager interface, e.g. `11.0.0`. */
  readonly amiVersion: string;
  /** Release line, e.g. 22. */
  readonly release: number;
  /** ActionID of the request; empty if it has none. */
  readonly actionId: string;
  /** Returns a parameter of the request by lower-case name; empty if it was not sent. */
  readonly parameter: (name: string) => string;
  /** Returns the actions that are registered now. */
  readonly known: () => readonly Action[];
  /** Write classes of the logged-in user. */
  readonly write: readonly WriteClass[];
}

/** One manager action. */
export interface Action {
  /** Name as listed by ListCommands; requests may use any case. */
  readonly name: string;
  /** Description in the answer to ListCommands. */
  readonly description: string;
  /** Write classes; the user needs at least one of them. If empty, no class is needed. */
  readonly classes: readonly WriteClass[];
  /** Module that registers the action. Absent for actions of the core. */
  readonly module?: AsteriskModule;
  /** Reports whether a version has the action. Default: all versions have it. */
  readonly isIn?: (version: string) => boolean;
  /** Returns the body of the answer. */
  readonly answer: (context: ActionContext) => string;
}
