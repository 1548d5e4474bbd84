import type { Clock } from '../../clock.ts';
import type { Ledger } from './ledger.ts';

/** A vendor's rule for locking out clients. */
interface LockOutOptions {
  readonly clock: Clock;
  readonly ledger: Ledger;
  /** Number of strikes after which the client is locked. */
  readonly strikes: number;
  /** Only strikes within the last `windowMs` milliseconds count. Absent: all strikes since the last `forgive` count. */
  readonly windowMs?: number;
  /** Duration of the lock in milliseconds; Infinity if only an administrator can lift it. */
  readonly lockMs: number;
  /** Whether a strike during the lock restarts it. Default: false. */
  readonly extends?: boolean;
}

/** Counts strikes by client (address or account) and locks clients out. Used for failed logins and for request rates. */
export interface LockOut {
  /** Adds a strike against this client; true if the client is locked now. */
  strike(client: string): boolean;
  /** Forgets the client's strikes, as an accepted login does on PBXs that count consecutive failures. */
  forgive(client: string): void;
  /** Reports whether the client is locked now. */
  isLocked(client: string): boolean;
  /** Returns the milliseconds until the lock ends; 0 if there is none. */
  lockedForMs(client: string): number;
  /** Lifts the lock of one client, or all locks, as an administrator can. */
  lift(client?: string): void;
}

/** Makes a {@link LockOut} without strikes. */
export function createLockOut(options: LockOutOptions): LockOut {
  const { clock, ledger, windowMs = Infinity } = options;
  const strikes = new Map<string, readonly number[]>();
  const lockedUntil = new Map<string, number>();
  const lockedForMs = (client: string): number =>
    Math.max(0, (lockedUntil.get(client) ?? -Infinity) - clock.monotonicTime());
  const lock = (client: string, now: number): void => {
    lockedUntil.set(client, now + options.lockMs);
    strikes.delete(client);
    ledger.countLockedPeriod({ client, from: now, until: now + options.lockMs });
  };
  return {
    lockedForMs,
    isLocked: (client) => lockedForMs(client) > 0,
    strike(client) {
      const now = clock.monotonicTime();
      if (lockedForMs(client) > 0) {
        if (options.extends === true) lockedUntil.set(client, now + options.lockMs);
        return true;
      }
      const recent = [...(strikes.get(client) ?? []).filter((time) => now - time < windowMs), now];
      strikes.set(client, recent);
      if (recent.length < options.strikes) return false;
      lock(client, now);
      return true;
    },
    forgive: (client) => void strikes.delete(client),
    lift(client) {
      if (client === undefined) lockedUntil.clear();
      else lockedUntil.delete(client);
    },
  };
}

/** Adds strikes until the vendor's rule locks the client. */
export function lock(lockOut: LockOut, client: string): void {
  while (!lockOut.strike(client));
}
