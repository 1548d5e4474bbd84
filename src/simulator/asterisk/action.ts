import type { Clock } from '../../clock.ts';
import type { Random } from '../kit/random.ts';
import type { World } from '../kit/world.ts';
import type { Legs } from './legs.ts';
import type { AsteriskModule, AsteriskSwitches, WriteClass } from './settings.ts';

/** What an action's answer is made from. */
export interface ActionContext {
  readonly world: World;
  readonly clock: Clock;
  readonly random: Random;
  readonly switches: AsteriskSwitches;
  /** Calls with media. */
  readonly legs: Legs;
  /** Version text of the PBX. */
  readonly version: string;
  /** Version text of its manager interface. */
  readonly amiVersion: string;
  /** Release line, e.g. 22. */
  readonly release: number;
  /** The request's ActionID; empty when it had none. */
  readonly actionId: string;
  /** A parameter of the request by lower-case name; empty when it was not sent. */
  readonly parameter: (name: string) => string;
  /** Name, description and classes of every action that is known now. */
  readonly known: () => readonly Action[];
  /** Classes of the user that asks. */
  readonly write: readonly WriteClass[];
}

/** One manager action. */
export interface Action {
  /** Spelling as listed; requests may use any case. */
  readonly name: string;
  /** What ListCommands says of it. */
  readonly description: string;
  /** One of these classes is enough; none needed when empty. */
  readonly classes: readonly WriteClass[];
  /** The module that registers it; left out for the core's own. */
  readonly module?: AsteriskModule;
  /** Which versions have it. Default: all. */
  readonly isIn?: (version: string) => boolean;
  /** The answer's body. */
  readonly answer: (context: ActionContext) => string;
}
