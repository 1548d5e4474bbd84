/** A time during which the simulated PBX refused a client for its failed logins. */
export interface LockedPeriod {
  /** The client's address or account name, whatever the vendor counts by. */
  readonly client: string;
  /** Monotonic milliseconds. */
  readonly from: number;
  /** Monotonic milliseconds; Infinity when only an administrator lifts it. */
  readonly until: number;
}

/** Why a session ended. */
export type SessionEnd = 'logout' | 'expired' | 'revoked';

/**
 * What the PBX itself would count: requests, logins, sessions, locked periods, connections.
 * Tests read the plain numbers; the simulator's parts call the `count...` methods.
 */
export class Ledger {
  /** Requests by the vendor's name of the call, e.g. `login`. */
  readonly requests: Record<string, number> = {};
  /** All requests, whatever they asked for. */
  requestsTotal = 0;
  /** Requests being worked on now, and the most there ever were at one time. */
  requestsInFlight = 0;
  requestsInFlightPeak = 0;
  /** Logins that were accepted. */
  loginsGood = 0;
  /** Logins that were refused, in total and by the reason, e.g. `wrong-password`. */
  loginsRefused = 0;
  readonly loginsRefusedByReason: Record<string, number> = {};
  /** Sessions ever opened, and the most that lived at one time. */
  sessionsOpened = 0;
  sessionsPeak = 0;
  /** Sessions ended, by why. */
  readonly sessionsEnded: Record<SessionEnd, number> = { logout: 0, expired: 0, revoked: 0 };
  /** Every time a client was locked out. */
  readonly lockedPeriods: LockedPeriod[] = [];
  /** Requests or connections refused because the client was locked out. */
  refusedWhileLocked = 0;
  /** Connections ever accepted, open now, and the most open at one time. */
  connectionsAccepted = 0;
  connectionsOpen = 0;
  connectionsOpenPeak = 0;
  /** Times a switched-on fault was applied, by its kind. */
  readonly faults: Record<string, number> = {};

  readonly #sessionCounters: (() => number)[] = [];

  /** Sessions alive at this moment. */
  get sessionsLive(): number {
    return this.#sessionCounters.reduce((sum, count) => sum + count(), 0);
  }

  /** Logins that were accepted or refused. */
  get loginsJudged(): number {
    return this.loginsGood + this.loginsRefused;
  }

  /** How often clients were locked out. */
  get bans(): number {
    return this.lockedPeriods.length;
  }

  /** How often one call was asked; 0 when never. */
  requestsOf(call: string): number {
    return this.requests[call] ?? 0;
  }

  /** Lets {@link sessionsLive} include the sessions of one more store. */
  watchSessions(count: () => number): void {
    this.#sessionCounters.push(count);
  }

  /** A request came in. */
  countRequest(call: string): void {
    this.requestsTotal += 1;
    this.requests[call] = (this.requests[call] ?? 0) + 1;
    this.requestsInFlight += 1;
    this.requestsInFlightPeak = Math.max(this.requestsInFlightPeak, this.requestsInFlight);
  }

  /** The request is answered, or its connection is gone. */
  countRequestDone(): void {
    this.requestsInFlight -= 1;
  }

  /** A login was accepted. */
  countGoodLogin(): void {
    this.loginsGood += 1;
  }

  /** A login was refused. */
  countRefusedLogin(reason: string): void {
    this.loginsRefused += 1;
    this.loginsRefusedByReason[reason] = (this.loginsRefusedByReason[reason] ?? 0) + 1;
  }

  /** A session was opened. */
  countSessionOpened(): void {
    this.sessionsOpened += 1;
    this.sessionsPeak = Math.max(this.sessionsPeak, this.sessionsLive);
  }

  /** A session ended. */
  countSessionEnded(how: SessionEnd): void {
    this.sessionsEnded[how] += 1;
  }

  /** A client was locked out. */
  countLockedPeriod(period: LockedPeriod): void {
    this.lockedPeriods.push(period);
  }

  /** A connection was accepted. */
  countConnectionOpened(): void {
    this.connectionsAccepted += 1;
    this.connectionsOpen += 1;
    this.connectionsOpenPeak = Math.max(this.connectionsOpenPeak, this.connectionsOpen);
  }

  /** A connection ended. */
  countConnectionClosed(): void {
    this.connectionsOpen -= 1;
  }

  /** A fault was applied. */
  countFault(kind: string): void {
    this.faults[kind] = (this.faults[kind] ?? 0) + 1;
  }
}
