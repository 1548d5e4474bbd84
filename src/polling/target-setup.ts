import type { Clock } from '../clock.ts';
import type { Account, DriverSetup, Family, RefusedRequests, RoundTiming } from '../drivers/driver.ts';
import type { Log } from '../log.ts';
import type { Collector } from '../snapshot/reading.ts';
import type { ReadingLimits } from '../snapshot/merge-reading.ts';
import type { TargetIdentity } from '../snapshot/record.ts';
import type { TlsSettings } from '../transport/http.ts';
import type { Transport } from '../transport/request.ts';
import type { RequestObserver } from './exchange.ts';
import type { Explanation } from './identities.ts';
import type { Exclusions } from './bounded-reading.ts';
import type { LoginGuard } from './login-guard/login-guard.ts';
import { LoginGuards } from './login-guard/login-guards.ts';
import type { SeenPeersSource } from './seen-peers.ts';
import type { Target } from './target.ts';

/** Settings of a target that a reload may change without replacing it: how its values are shown and when it is polled. */
export interface TargetPresentation {
  readonly identity: TargetIdentity;
  /** Rows to leave out. Default: none. */
  readonly exclusions?: Exclusions;
  readonly intervalMs: number;
  readonly timeoutMs: number;
  /** How absent peers are shown, for a family that lists only present peers. Default: not at all. */
  readonly absence?: AbsenceSettings;
}

/** The settings `peers.remember` and `peers.expected_file`. */
export interface AbsenceSettings {
  readonly rememberMs: number;
  /** Reads the labels `peer` of the expected peers from their file, which may have changed. Never rejects. Default: none. */
  readonly expected?: () => Promise<readonly string[]>;
}

/** Settings and dependencies of a target. */
export interface TargetSetup extends TargetPresentation {
  readonly family: Family;
  readonly account: Account;
  /**
   * Reads the account's secret again and resolves to whether it has changed. Called before each login. Default: the
   * secret never changes.
   */
  readonly refreshSecret?: () => Promise<boolean>;
  readonly options: Readonly<Record<string, unknown>>;
  readonly url: URL;
  readonly collect: readonly Collector[];
  readonly requestsPerTarget: number;
  readonly transport: Transport;
  /** Explains failures by the product at the address, as long as no login has succeeded. Default: no explanation. */
  readonly identify?: () => Promise<Explanation>;
  /** Source of the peers that were seen on this PBX; it outlives the target. Default: a source for this target only. */
  readonly seenPeers?: SeenPeersSource;
  /** The login guards of all targets; they outlive the target. Default: guards for this target only. */
  readonly guards?: LoginGuards;
  /** TLS settings of the transport. They identify the login, too, because changing them may correct a refused login. */
  readonly tls?: TlsSettings;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  /** Called after each request, for the histogram of durations. */
  readonly observeRequest: RequestObserver;
  /** Called after each new record. */
  readonly onRecord: (target: Target) => void;
}

/** Returns the times of a target, always read from its current presentation. */
export function timingOf(current: () => TargetPresentation): RoundTiming {
  return {
    get intervalMs() {
      return current().intervalMs;
    },
    get staleAfterMs() {
      return current().identity.staleAfterMs;
    },
  };
}

/** Returns the guard of a target's logins. */
export function guardOf(
  { identity, family, url, account, options, tls, clock, guards }: TargetSetup,
  timing: RoundTiming,
): LoginGuard {
  const login = { target: identity.name, url, account, options, tls, rules: family.guard, timing };
  return (guards ?? new LoginGuards(clock)).guardOf(login);
}

/** Returns the setup of the target's driver. */
export function driverSetup(setup: TargetSetup, timing: RoundTiming, refusedRequests: RefusedRequests): DriverSetup {
  const { identity, account, options, url, requestsPerTarget, clock, random, log } = setup;
  return {
    pbx: identity.name,
    account,
    options,
    url,
    timing,
    requestsPerTarget,
    refusedRequests,
    clock,
    random,
    log,
  };
}

/** Returns the limits for what is kept of a reading. */
export function limitsOf({ peerLimit, staleAfterMs, registrationExpiry = false }: TargetIdentity): ReadingLimits {
  return { peers: peerLimit, staleAfterMs, registrationExpiry };
}
