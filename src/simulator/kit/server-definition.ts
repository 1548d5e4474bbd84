import type { Clock } from '../../clock.ts';
import type { FaultPlan } from './fault-plan.ts';
import type { Ledger } from './ledger.ts';
import type { SimulatorRequest } from './request.ts';
import type { Reaction } from './response.ts';

/** How the PBX treats a new connection before it reads anything. */
export type Admission = 'serve' | 'close' | 'reset';

/** Certificate and key in PEM. */
export interface SimulatorTls {
  readonly certificate: string;
  readonly key: string;
}

/** The family's part of a simulated server. */
export interface ServerDefinition {
  /** Answers one request. */
  readonly handle: (request: SimulatorRequest) => Reaction | Promise<Reaction>;
  /** Returns the vendor's name of the call, for the ledger and the scopes of faults. Must not have side effects. */
  readonly nameCall: (request: SimulatorRequest) => string;
  /** Milliseconds after which the PBX closes an idle connection. Default: 5000. */
  readonly idleMs?: number;
  /** Decides whether to serve a new connection, e.g. by bans or connection limits. Default: serve. */
  readonly admit?: (clientAddress: string, openConnections: number) => Admission;
  /** Maximum number of connections served simultaneously; others wait in order of arrival. Default: no limit. */
  readonly connectionsAtOnce?: number;
  /** Whether answers have a `Date` header. Default: true. */
  readonly sendDate?: boolean;
}

/** The part of a simulated server that is the same for all families. */
export interface ServerOptions {
  readonly clock: Clock;
  readonly ledger: Ledger;
  readonly faults: FaultPlan;
  /** Port on loopback; 0 picks a free one, which is kept across restarts. Default: 0. */
  readonly port?: number;
  /** Loopback address. Default: 127.0.0.1. */
  readonly host?: string;
  /** Delay in milliseconds between counting a login and sending the answer. Default: 0. */
  readonly loginDelayMs?: number;
  /** Certificate and key for HTTPS. Absent: the server uses HTTP. */
  readonly tls?: SimulatorTls;
}
