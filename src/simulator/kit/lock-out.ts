import type { Clock } from '../../clock.ts';
import type { Ledger } from './ledger.ts';

/** A vendor's rule for locking out clients. */
interface LockOutOptions {
  readonly clock: Clock;
  readonly ledger: Ledger;
  /** Number of violations after which the client is locked. */
  readonly violations: number;
  /** Only violations within the last `windowMs` milliseconds count. Absent: all violations since the last `reset` count. */
  readonly windowMs?: number;
  /** Duration of the lock in milliseconds; Infinity if only an administrator can lift it. */
  readonly lockMs: number;
  /** Whether a violation during the lock restarts it. Default: false. */
  readonly extends?: boolean;
}

/** Counts violations by client (address or account) and locks clients out. Used for failed logins and for request rates. */
export interface LockOut {
  /** Records a violation by this client; true if the client is locked now. */
  recordViolation(client: string): boolean;
  /** Resets the client's violations, as an accepted login does on PBXs that count consecutive failures. */
  reset(client: string): void;
  /** Reports whether the client is locked now. */
  isLocked(client: string): boolean;
  /** Returns the milliseconds until the lock ends; 0 if there is none. */
  lockedForMs(client: string): number;
  /** Removes the lock of one client, or all locks, as an administrator can. */
  unlock(client?: string): void;
}

/** Makes a {@link LockOut} without violations. */
export function createLockOut(options: LockOutOptions): LockOut {
  const { clock, ledger, windowMs = Infinity } = options;
  const violations = new Map<string, readonly number[]>();
  const lockedUntil = new Map<string, number>();
  const lockedForMs = (client: string): number =>
    Math.max(0, (lockedUntil.get(client) ?? -Infinity) - clock.monotonicTime());
  const lock = (client: string, now: number): void => {
    lockedUntil.set(client, now + options.lockMs);
    violations.delete(client);
    ledger.countLockedPeriod({ client, from: now, until: now + options.lockMs });
  };
  return {
    lockedForMs,
    isLocked: (client) => lockedForMs(client) > 0,
    recordViolation(client) {
      const now = clock.monotonicTime();
      if (lockedForMs(client) > 0) {
        if (options.extends === true) lockedUntil.set(client, now + options.lockMs);
        return true;
      }
      const recent = [...(violations.get(client) ?? []).filter((time) => now - time < windowMs), now];
      violations.set(client, recent);
      if (recent.length < options.violations) return false;
      lock(client, now);
      return true;
    },
    reset: (client) => void violations.delete(client),
    unlock(client) {
      if (client === undefined) lockedUntil.clear();
      else lockedUntil.delete(client);
    },
  };
}

/** Adds violations until the vendor's rule locks the client. */
export function lock(lockOut: LockOut, client: string): void {
  while (!lockOut.recordViolation(client));
}
