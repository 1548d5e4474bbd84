import type { Clock } from '../clock.ts';
import type { Faults } from './kit/fault-plan.ts';
import type { Ledger } from './kit/ledger.ts';
import type { SimulatorTls } from './kit/server-definition.ts';
import type { World } from './kit/world.ts';

/** What every family's simulator can be told; a family adds its own switches. */
export interface SimulatorOptions {
  readonly clock: Clock;
  /** Same seed, same world and same tokens. Default: 1. */
  readonly seed?: number;
  /** Port on loopback; 0 for any free one. Default: 0. */
  readonly port?: number;
  /** Loopback address. Default: 127.0.0.1. */
  readonly host?: string;
  /** Serve HTTPS with this certificate instead of HTTP. */
  readonly tls?: SimulatorTls;
  /** The world to show. Default: one made up from `seed`, `peers` and `trunks`. */
  readonly world?: World;
  /** Extensions of the made-up world. */
  readonly peers?: number;
  /** Trunks of the made-up world. */
  readonly trunks?: number;
  /** How long the PBX takes to answer a login that it has judged and counted, in milliseconds. Default: 0. */
  readonly loginDelayMs?: number;
}

/** What a target's configuration needs to log in to the simulator. */
export type SimulatorAccount = { readonly username: string; readonly password: string } | { readonly token: string };

/** A simulated PBX on loopback. */
export interface Simulator {
  /** The family's name as in the configuration, e.g. `asterisk`. */
  readonly family: string;
  /** Starts to listen; resolves to the base URL for the configuration. May be called twice. */
  start(): Promise<URL>;
  /** Stops listening and drops every connection. May be called twice. */
  stop(): Promise<void>;
  /** Ends every session, as a restart of the PBX would; nothing happens where the account needs none. */
  endSessions(): void;
  /** What can be so in the PBX that keeps the exporter out, as far as its family knows it. */
  readonly conditions: Conditions;
  /** What the PBX itself would count. */
  readonly ledger: Ledger;
  /** Switches for misbehaviour on the wire. */
  readonly faults: Faults;
  /** What is so in the PBX; may be changed while it runs. */
  readonly world: World;
  /** What to log in with. Made up. */
  readonly account: SimulatorAccount;
  /** Family options (`options:` of the target) that this PBX needs, e.g. a SIP domain. Left out when none. */
  readonly targetOptions?: Readonly<Record<string, string | number | boolean>>;
}

/** One family in the list of simulators. */
export interface SimulatorFamily {
  readonly family: string;
  /** Makes a simulator; nothing happens before `start`. */
  create(options: SimulatorOptions): Simulator;
}

/** What the administrator of a PBX, or the PBX itself, can have done to the account or address of the exporter. */
export const conditionNames = {
  'right-missing': 'the account lacks the right to one of the lists',
  'account-locked': 'too many wrong passwords have locked the account',
  'address-blocked': 'the address of the exporter is blocked',
} as const;

/** One of {@link conditionNames}. */
export type Condition = keyof typeof conditionNames;

/** How a PBX gets into each condition that its family knows. */
export type Conditions = Readonly<Partial<Record<Condition, () => void>>>;

/** The address that connections on loopback come from. */
export const ownAddress = '127.0.0.1';
