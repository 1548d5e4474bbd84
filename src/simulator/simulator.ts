import type { Clock } from '../clock.ts';
import type { Faults } from './kit/fault-plan.ts';
import type { Ledger } from './kit/ledger.ts';
import type { SimulatorTls } from './kit/server-definition.ts';
import type { World } from './kit/world.ts';

/** Options that every family's simulator accepts; a family may add its own. */
export interface SimulatorOptions {
  readonly clock: Clock;
  /** Seed of the made-up world and of the tokens; equal seeds give equal worlds and tokens. Default: 1. */
  readonly seed?: number;
  /** Port on loopback; 0 picks a free one. Default: 0. */
  readonly port?: number;
  /** Loopback address. Default: 127.0.0.1. */
  readonly host?: string;
  /** Certificate and key for HTTPS. Absent: the simulator serves HTTP. */
  readonly tls?: SimulatorTls;
  /** State of the simulated PBX. Default: made up from `seed`, `peers` and `trunks`. */
  readonly world?: World;
  /** Number of extensions in the made-up world. */
  readonly peers?: number;
  /** Number of trunks in the made-up world. */
  readonly trunks?: number;
  /** Delay in milliseconds between accepting or refusing a login and sending the answer. Default: 0. */
  readonly loginDelayMs?: number;
}

/** Credentials that a target needs to log in to the simulator. */
export type SimulatorAccount = { readonly username: string; readonly password: string } | { readonly token: string };

/** A simulated PBX on loopback. */
export interface Simulator {
  /** The family's name as in the configuration, e.g. `asterisk`. */
  readonly family: string;
  /** Starts listening; resolves to the base URL for the configuration. May be called twice. */
  start(): Promise<URL>;
  /** Stops listening and drops every connection. May be called twice. */
  stop(): Promise<void>;
  /** Ends every session, as a restart of the PBX would. Does nothing if the account needs no session. */
  endSessions(): void;
  /** Conditions of the PBX that keep the exporter out, as far as the family has them. */
  readonly conditions: Conditions;
  /** The PBX's own counts of requests, logins and sessions. */
  readonly ledger: Ledger;
  /** Faults on the wire that can be switched on. */
  readonly faults: Faults;
  /** State of the simulated PBX; may be changed while the simulator runs. */
  readonly world: World;
  /** Made-up credentials that the simulator accepts. */
  readonly account: SimulatorAccount;
  /** Family options (`options:` of the target) that this PBX needs, e.g. a SIP domain. Absent if it needs none. */
  readonly targetOptions?: Readonly<Record<string, string | number | boolean>>;
}

/** One family in the list of simulators. */
export interface SimulatorFamily {
  readonly family: string;
  /** Makes a simulator; nothing happens before `start`. */
  create(options: SimulatorOptions): Simulator;
}

/** Conditions that the PBX or its administrator can impose on the account or address of the exporter. */
export const conditionNames = {
  'right-missing': 'the account lacks the right to one of the lists',
  'account-locked': 'too many wrong passwords have locked the account',
  'address-blocked': 'the address of the exporter is blocked',
} as const;

/** One of {@link conditionNames}. */
export type Condition = keyof typeof conditionNames;

/** Functions that put the PBX into a condition; a condition that the family lacks is absent. */
export type Conditions = Readonly<Partial<Record<Condition, () => void>>>;

/** Client address of connections over loopback. */
export const ownAddress = '127.0.0.1';
