import type { Clock } from '../../clock.ts';
import type { Ledger } from './ledger.ts';

/** A vendor's rule for refusing clients. */
interface LockOutOptions {
  readonly clock: Clock;
  readonly ledger: Ledger;
  /** So many strikes lock the client. */
  readonly strikes: number;
  /** Only strikes of the last `windowMs` milliseconds count. Left out: strikes count until `forgive`, i.e. consecutive ones. */
  readonly windowMs?: number;
  /** How long the lock holds, in milliseconds; Infinity until an administrator lifts it. */
  readonly lockMs: number;
  /** Whether a strike during the lock starts the lock again. Default: false. */
  readonly extends?: boolean;
}

/** Counts strikes by client (address or account) and says who is locked. Serves for failed logins and for request rates alike. */
export interface LockOut {
  /** One more strike against this client; true when the client is locked now. */
  strike(client: string): boolean;
  /** Forgets the client's strikes, as a good login does with vendors that count consecutive failures. */
  forgive(client: string): void;
  /** Whether the client is locked now. */
  isLocked(client: string): boolean;
  /** Milliseconds until the lock ends; 0 when there is none. */
  lockedForMs(client: string): number;
  /** The administrator lifts the lock of one client, or all. */
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

/** Locks a client as the vendor's rule does, strike by strike. */
export function lock(lockOut: LockOut, client: string): void {
  while (!lockOut.strike(client));
}
