import type { Clock } from '../../clock.ts';
import type { FaultPlan } from './fault-plan.ts';
import type { Ledger } from './ledger.ts';
import type { SimulatorRequest } from './request.ts';
import type { Reaction } from './response.ts';

/** What the PBX does with a new connection before it reads anything. */
export type Admission = 'serve' | 'close' | 'reset';

/** Certificate and key in PEM. */
export interface SimulatorTls {
  readonly certificate: string;
  readonly key: string;
}

/** What a family tells its server. */
export interface ServerDefinition {
  /** Answers one request. */
  readonly handle: (request: SimulatorRequest) => Reaction | Promise<Reaction>;
  /** The vendor's name of what is asked, for the ledger and for aiming faults. Must not have side effects. */
  readonly nameCall: (request: SimulatorRequest) => string;
  /** Milliseconds after which the PBX closes an idle kept connection. Default: 5000. */
  readonly idleMs?: number;
  /** Decides on a new connection: bans that drop packets, connection limits. Default: serve. */
  readonly admit?: (clientAddress: string, openConnections: number) => Admission;
  /** Connections that are served at a time; more wait in the order in which they came. Default: any number. */
  readonly connectionsAtOnce?: number;
  /** Whether answers bear a `Date` header. Default: true. */
  readonly sendDate?: boolean;
}

/** What the server needs besides. */
export interface ServerOptions {
  readonly clock: Clock;
  readonly ledger: Ledger;
  readonly faults: FaultPlan;
  /** Port on loopback; 0 for any free one, which is then kept over stop and start. Default: 0. */
  readonly port?: number;
  /** Loopback address. Default: 127.0.0.1. */
  readonly host?: string;
  /** How long a login is not answered once it is counted, in milliseconds. Default: 0. */
  readonly loginDelayMs?: number;
  /** Serve HTTPS with this certificate. */
  readonly tls?: SimulatorTls;
}
