import type { Clock, Timer } from '../../clock.ts';
import { isConnectionFault } from './fault.ts';
import type { ConnectionFault, Fault, FaultKind } from './fault.ts';
import type { SimulatorRequest } from './request.ts';

/** Limits when a fault applies. Default: to every request (or connection) until cleared. */
export interface FaultScope {
  /** Number of times the fault applies before it is removed. Not for `refuse`: refused connections cannot be counted. */
  readonly times?: number;
  /** Number of matching requests that are answered normally before the fault applies. */
  readonly after?: number;
  /** Milliseconds of the simulator's clock after which the fault is removed. */
  readonly durationMs?: number;
  /** Applies the fault only to this call, by the vendor's name (as in the ledger). */
  readonly call?: string;
  /** Applies the fault only to requests for which this returns true. */
  readonly matches?: (request: SimulatorRequest) => boolean;
}

/** The faults of one simulator. */
export interface Faults {
  /** Switches a fault on. If several are on, the first that matches applies. Resolves when it is in force. */
  set(fault: Fault, scope?: FaultScope): Promise<void>;
  /** Switches off the faults of one kind, or all. Resolves when they are off (after `refuse`: when listening again). */
  clear(kind?: FaultKind): Promise<void>;
  /** The active faults, in the order in which they were set. */
  readonly active: readonly Fault[];
}

interface ActiveFault {
  readonly fault: Fault;
  readonly scope: FaultScope;
  passed: number;
  struck: number;
  timer: Timer | undefined;
}

/** {@link Faults} plus the methods by which the server takes the fault to apply now. */
export class FaultPlan implements Faults {
  readonly #clock: Clock;
  #entries: ActiveFault[] = [];
  /** Called when a fault is set, cleared or expires; the server then opens or closes its listening socket if needed. */
  onChange: () => Promise<void> = () => Promise.resolve();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get active(): readonly Fault[] {
    return this.#entries.map((entry) => entry.fault);
  }

  /** Whether the server must refuse connections now. */
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

  /** Returns the fault to apply to a new connection and counts it. */
  takeForConnection(): ConnectionFault | undefined {
    for (const entry of this.#entries) {
      if (!isConnectionFault(entry.fault) || !this.#applies(entry)) continue;
      return entry.fault;
    }
    return undefined;
  }

  /** Returns the fault to apply to this request and counts it. */
  takeForRequest(request: SimulatorRequest): Exclude<Fault, ConnectionFault> | undefined {
    for (const { fault, entry } of this.#entries.map((entry) => ({ fault: entry.fault, entry }))) {
      if (isConnectionFault(fault) || !fits(entry.scope, request) || !this.#applies(entry)) continue;
      return fault;
    }
    return undefined;
  }

  #applies(entry: ActiveFault): boolean {
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
