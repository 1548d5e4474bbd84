/** A period during which the simulated PBX refused a client because of its failed logins. */
export interface LockedPeriod {
  /** The client's address or account name, depending on the vendor's rule. */
  readonly client: string;
  /** Monotonic milliseconds. */
  readonly from: number;
  /** Monotonic milliseconds; Infinity if only an administrator can lift the lock. */
  readonly until: number;
}

/** Why a session ended. */
export type SessionEnd = 'logout' | 'expired' | 'revoked';

/**
 * The PBX's own counts of requests, logins, sessions, locked periods and connections.
 * Tests read the numbers; the parts of the simulator call the `count...` methods.
 */
export class Ledger {
  /** Requests by the vendor's name of the call, e.g. `login`. */
  readonly requests: Record<string, number> = {};
  /** Requests of any call. */
  requestsTotal = 0;
  /** Requests in progress now, and their maximum so far. */
  requestsInFlight = 0;
  requestsInFlightPeak = 0;
  /** Logins that were accepted. */
  loginsGood = 0;
  /** Logins that were refused, in total and by reason, e.g. `wrong-password`. */
  loginsRefused = 0;
  readonly loginsRefusedByReason: Record<string, number> = {};
  /** Sessions opened so far, and the maximum that were alive simultaneously. */
  sessionsOpened = 0;
  sessionsPeak = 0;
  /** Sessions ended, by reason. */
  readonly sessionsEnded: Record<SessionEnd, number> = { logout: 0, expired: 0, revoked: 0 };
  /** Every period during which a client was locked out. */
  readonly lockedPeriods: LockedPeriod[] = [];
  /** Requests or connections refused because the client was locked out. */
  refusedWhileLocked = 0;
  /** Connections accepted so far, connections open now, and the maximum that were open simultaneously. */
  connectionsAccepted = 0;
  connectionsOpen = 0;
  connectionsOpenPeak = 0;
  /** Number of times a fault was applied, by kind. */
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

  /** Number of times clients were locked out. */
  get bans(): number {
    return this.lockedPeriods.length;
  }

  /** Returns the number of requests for one call; 0 if there were none. */
  requestsOf(call: string): number {
    return this.requests[call] ?? 0;
  }

  /** Adds the sessions of one more store to {@link sessionsLive}. */
  watchSessions(count: () => number): void {
    this.#sessionCounters.push(count);
  }

  /** Counts a request that has arrived. */
  countRequest(call: string): void {
    this.requestsTotal += 1;
    this.requests[call] = (this.requests[call] ?? 0) + 1;
    this.requestsInFlight += 1;
    this.requestsInFlightPeak = Math.max(this.requestsInFlightPeak, this.requestsInFlight);
  }

  /** Counts a request as done: it was answered, or its connection was closed. */
  countRequestDone(): void {
    this.requestsInFlight -= 1;
  }

  /** Counts an accepted login. */
  countGoodLogin(): void {
    this.loginsGood += 1;
  }

  /** Counts a refused login. */
  countRefusedLogin(reason: string): void {
    this.loginsRefused += 1;
    this.loginsRefusedByReason[reason] = (this.loginsRefusedByReason[reason] ?? 0) + 1;
  }

  /** Counts a session that was opened. */
  countSessionOpened(): void {
    this.sessionsOpened += 1;
    this.sessionsPeak = Math.max(this.sessionsPeak, this.sessionsLive);
  }

  /** Counts a session that ended. */
  countSessionEnded(how: SessionEnd): void {
    this.sessionsEnded[how] += 1;
  }

  /** Counts a period during which a client is locked out. */
  countLockedPeriod(period: LockedPeriod): void {
    this.lockedPeriods.push(period);
  }

  /** Counts an accepted connection. */
  countConnectionOpened(): void {
    this.connectionsAccepted += 1;
    this.connectionsOpen += 1;
    this.connectionsOpenPeak = Math.max(this.connectionsOpenPeak, this.connectionsOpen);
  }

  /** Counts a connection that was closed. */
  countConnectionClosed(): void {
    this.connectionsOpen -= 1;
  }

  /** Counts a fault that was applied. */
  countFault(kind: string): void {
    this.faults[kind] = (this.faults[kind] ?? 0) + 1;
  }
}
