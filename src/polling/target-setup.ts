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

/** What a reload may change of a target while it lives: how its values are shown, and when it is polled. */
export interface TargetPresentation {
  readonly identity: TargetIdentity;
  /** Rows that are left out. Default: none. */
  readonly exclusions?: Exclusions;
  readonly intervalMs: number;
  readonly timeoutMs: number;
  /** How peers are shown that are not listed, where the family lists only those that are present. Default: not at all. */
  readonly absence?: AbsenceSettings;
}

/** See `peers.remember` and `peers.expected_file`. */
export interface AbsenceSettings {
  readonly rememberMs: number;
  /** Labels `peer` that have to be there, from a file that may have changed. Never rejects. Default: none. */
  readonly expected?: () => Promise<readonly string[]>;
}

/** What a target is made from. */
export interface TargetSetup extends TargetPresentation {
  readonly family: Family;
  readonly account: Account;
  /** Reads the account's secret again before each login; resolves to whether it is another one. Default: it never changes. */
  readonly refreshSecret?: () => Promise<boolean>;
  readonly options: Readonly<Record<string, unknown>>;
  readonly url: URL;
  readonly collect: readonly Collector[];
  readonly requestsPerTarget: number;
  readonly transport: Transport;
  /** Says what answers at the address, where that explains why the PBX never let the exporter in. Default: nothing is said. */
  readonly identify?: () => Promise<Explanation>;
  /** The peers that were seen at this PBX, which outlive this target. Default: none yet. */
  readonly seenPeers?: SeenPeersSource;
  /** The guards of all targets, which outlive this one. Default: guards of its own. */
  readonly guards?: LoginGuards;
  /** What the transport checks certificates with: a change of it may be what corrects a refused login. */
  readonly tls?: TlsSettings;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  /** Told about each request, for the histogram of durations. */
  readonly observeRequest: RequestObserver;
  /** Told about each new record. */
  readonly onRecord: (target: Target) => void;
}

/** The times of a target as they are whenever they are asked for. */
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

/** The guard of a target's logins. */
export function guardOf(
  { identity, family, url, account, options, tls, clock, guards }: TargetSetup,
  timing: RoundTiming,
): LoginGuard {
  const login = { target: identity.name, url, account, options, tls, rules: family.guard, timing };
  return (guards ?? new LoginGuards(clock)).guardOf(login);
}

/** What the target's driver is made from. */
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

/** What is kept of a reading. */
export function limitsOf({ peerLimit, staleAfterMs, registrationExpiry = false }: TargetIdentity): ReadingLimits {
  return { peers: peerLimit, staleAfterMs, registrationExpiry };
}
