import type { Clock, Timer } from '../../clock.ts';
import { isConnectionFault } from './fault.ts';
import type { ConnectionFault, Fault, FaultKind } from './fault.ts';
import type { SimulatorRequest } from './request.ts';

/** When a fault strikes. Default: every request (or connection) until cleared. */
export interface FaultScope {
  /** Strike so many times, then be gone. Not for `refuse`, which nobody can count. */
  readonly times?: number;
  /** Let so many matching requests pass first. */
  readonly after?: number;
  /** Be gone after so many milliseconds of the simulator's clock. */
  readonly durationMs?: number;
  /** Strike only this call (the family's name, see the ledger). */
  readonly call?: string;
  /** Strike only requests for which this holds. */
  readonly matches?: (request: SimulatorRequest) => boolean;
}

/** The switches for misbehaviour of one simulator. */
export interface Faults {
  /** Switches a fault on; several may be on, the first that fits strikes. Resolves when it is in force. */
  set(fault: Fault, scope?: FaultScope): Promise<void>;
  /** Switches off one kind, or all. Resolves when the PBX is in order again (after `refuse`: is listening). */
  clear(kind?: FaultKind): Promise<void>;
  /** The faults that are on, in the order in which they were set. */
  readonly active: readonly Fault[];
}

interface ActiveFault {
  readonly fault: Fault;
  readonly scope: FaultScope;
  passed: number;
  struck: number;
  timer: Timer | undefined;
}

/** The simulator's side of {@link Faults}: it asks which fault strikes now. */
export class FaultPlan implements Faults {
  readonly #clock: Clock;
  #entries: ActiveFault[] = [];
  /** Called when faults come or go that concern listening: the server closes or opens its socket. */
  onChange: () => Promise<void> = () => Promise.resolve();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get active(): readonly Fault[] {
    return this.#entries.map((entry) => entry.fault);
  }

  /** Whether connections are to be refused now. */
  get refuses(): boolean {
    return this.#entries.some((entry) => entry.fault.kind === 'refuse');
  }

  async set(fault: Fault, scope: FaultScope = {}): Promise<void> {
    const entry: ActiveFault = { fault, scope, passed: 0, struck: 0, timer: undefined };
    this.#entries.push(entry);
    if (scope.durationMs !== undefined) {
      entry.timer = this.#clock.after(scope.durationMs, () => {
        this.#remove(entry);
        void this.onChange();
      });
    }
    await this.onChange();
  }

  async clear(kind?: FaultKind): Promise<void> {
    const going = this.#entries.filter((entry) => kind === undefined || entry.fault.kind === kind);
    for (const entry of going) this.#remove(entry);
    await this.onChange();
  }

  /** The fault that strikes a new connection. */
  takeForConnection(): ConnectionFault | undefined {
    for (const entry of this.#entries) {
      if (!isConnectionFault(entry.fault) || !this.#strikes(entry)) continue;
      return entry.fault;
    }
    return undefined;
  }

  /** The fault that strikes this request. */
  takeForRequest(request: SimulatorRequest): Exclude<Fault, ConnectionFault> | undefined {
    for (const { fault, entry } of this.#entries.map((entry) => ({ fault: entry.fault, entry }))) {
      if (isConnectionFault(fault) || !fits(entry.scope, request) || !this.#strikes(entry)) continue;
      return fault;
    }
    return undefined;
  }

  #strikes(entry: ActiveFault): boolean {
    if (entry.passed < (entry.scope.after ?? 0)) {
      entry.passed += 1;
      return false;
    }
    entry.struck += 1;
    if (entry.struck >= (entry.scope.times ?? Infinity)) this.#remove(entry);
    return true;
  }

  #remove(entry: ActiveFault): void {
    entry.timer?.stop();
    this.#entries = this.#entries.filter((other) => other !== entry);
  }
}

function fits(scope: FaultScope, request: SimulatorRequest): boolean {
  return (scope.call === undefined || scope.call === request.call) && (scope.matches?.(request) ?? true);
}
