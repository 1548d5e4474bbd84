import type { CallQuality } from './call-quality.ts';
import type { Clocks } from './clocks.ts';
import type { FailureReason } from './failure-reason.ts';
import { type ReadTimes, withoutStaleRows } from './carried-rows.ts';
import type { MissingCall } from './round-outcome.ts';
import type { Collector, CollectorValues, SkipReason, TrunkState, Usage } from './reading.ts';

/** How `pbx_peer_info` shows names of people: in plain text, as a keyed hash, or not at all. */
export const peerNameModes = ['plain', 'hash', 'none'] as const;
/** One of {@link peerNameModes}. */
export type PeerNameMode = (typeof peerNameModes)[number];

/** The facts about a target that change only with its configuration. */
export interface TargetIdentity {
  /** Label `pbx`. */
  readonly name: string;
  readonly family: string;
  /** Additional labels, on `pbx_target_info` only. */
  readonly labels: Readonly<Record<string, string>>;
  readonly peerNames: PeerNameMode;
  /** Peers beyond this number (in the order of the PBX) have no separate series, but the totals include them. */
  readonly peerLimit: number;
  /** Maximum number of user agents counted separately; the rest count as `other`. Default: {@link defaultUserAgents}. */
  readonly userAgents?: number;
  /** Whether the devices of each peer have series. Default: false. */
  readonly peerDevices?: boolean;
  /** Whether registration expiry times are kept. Default: false. */
  readonly registrationExpiry?: boolean;
  readonly staleAfterMs: number;
}

/** Values of one collector that may still be shown. */
export interface Retained<T> {
  readonly value: T;
  /** Read time (ms, `ageTime`): monotonic time, minus the time that the machine has slept since. */
  readonly readAt: number;
  /** Read time of the oldest row, if rows of earlier rounds were carried over. */
  readonly oldestReadAt?: number;
  /** Read times of the rows missing from the last, partial read, by id. */
  readonly carried?: ReadTimes;
}

/** The last good (or partial) values of each collector. */
export type RetainedParts = {
  readonly [Name in Collector]?: Retained<CollectorValues[Name]>;
};

/** The result of one collector in the last round. */
export interface CollectorOutcome {
  readonly success: boolean;
  readonly reason?: FailureReason;
  /** One sentence that is safe to display. */
  readonly detail?: string;
}

/** Refused logins that the PBX may have counted, and the number that it allows. */
export interface RefusalUsage {
  readonly used: number;
  /** Maximum number without a lockout; one more locks the exporter out. */
  readonly most: number;
  /** How long each refusal counts, in milliseconds. */
  readonly windowMs: number;
  readonly by: 'address' | 'account';
  /** Names of the refused targets. */
  readonly targets: readonly string[];
}

/** The last round of a target, successful or not. */
export interface RoundFacts {
  /** Wall clock (ms since 1970) at the end of the round. */
  readonly endedAtWall: number;
  readonly durationMs: number;
  /** Absent if the round succeeded. */
  readonly reason?: FailureReason;
  readonly detail?: string;
}

/** Counters of one target since the program started or the target was added. */
export interface Counters {
  readonly roundFailures: Readonly<Partial<Record<FailureReason, number>>>;
  readonly logins: { readonly success: number; readonly failure: number };
  readonly collectorFailures: Readonly<Partial<Record<Collector, Readonly<Partial<Record<FailureReason, number>>>>>>;
  /** By call, then by result: `ok` or a failure reason. */
  readonly requests: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly rowsSkipped: Readonly<Partial<Record<Collector, Readonly<Partial<Record<SkipReason, number>>>>>>;
  /** Changes of reachability between rounds, by peer. Contains only peers of the last good read. */
  readonly peerReachableChanges: ReadonlyMap<string, number>;
  /** Changes of state between rounds, by trunk. Contains only trunks of the last good read. */
  readonly trunkStateChanges: ReadonlyMap<string, number>;
  /** Finished call legs and missed events; absent if never reported. */
  readonly quality?: Pick<CallQuality, 'finished' | 'eventGaps'>;
  /** Last known reachability of peers that are unknown now. Absent if there are none. */
  readonly lastReachable?: ReadonlyMap<string, boolean>;
  /** Last known state of trunks that are unknown now. Absent if there are none. */
  readonly lastTrunkState?: ReadonlyMap<string, TrunkState>;
}

/** Everything known about one target. Immutable; replaced as a whole after every round. */
export interface TargetRecord {
  readonly up: boolean;
  /** Wall clock (ms since 1970) of the last change of `up`; absent before the first round. */
  readonly upSinceWall?: number;
  /** Absent before the first round. */
  readonly lastRound?: RoundFacts;
  /** Wall clock (ms since 1970) at the end of the last good round. */
  readonly lastSuccessAtWall?: number;
  readonly collectors: Readonly<Partial<Record<Collector, CollectorOutcome>>>;
  /** Auxiliary calls that failed when they were last made, in the order of their first failure. */
  readonly missing: readonly MissingCall[];
  readonly retained: RetainedParts;
  /** Earliest expiry time in the last certificate chain of the PBX, in seconds since 1970; absent if it never sent one. */
  readonly certificateExpiry?: Retained<number>;
  /** Both clocks at the end of the last round, for computing ages; absent before the first round. */
  readonly clocks?: Clocks;
  readonly counters: Counters;
  /** Wall clock (ms since 1970) until which logins are suspended; 0 if they are not. */
  readonly suspendedUntilWall: number;
  /** Absent if no login was refused or the PBX does not count refusals. */
  readonly refusals?: RefusalUsage | undefined;
}

/** The record of a target that was never polled. */
export const emptyRecord: TargetRecord = {
  up: false,
  collectors: {},
  missing: [],
  retained: {},
  counters: {
    roundFailures: {},
    logins: { success: 0, failure: 0 },
    collectorFailures: {},
    requests: {},
    rowsSkipped: {},
    peerReachableChanges: new Map(),
    trunkStateChanges: new Map(),
  },
  suspendedUntilWall: 0,
};

/** Returns the retained parts that are younger than `staleAfterMs` at `now` (ms, `ageTime` of the record's clocks). */
export function visibleParts(record: TargetRecord, staleAfterMs: number, now: number): RetainedParts {
  const isFresh = (readAt: number): boolean => now - readAt < staleAfterMs;
  const { peers, trunks, queues, ...others } = record.retained;
  const fresh = Object.entries(others).filter(([, part]) => isFresh(part.readAt));
  return {
    ...(peers && isFresh(peers.readAt) ? { peers: withoutStaleRows(peers, isFresh) } : {}),
    ...(trunks && isFresh(trunks.readAt) ? { trunks: withoutStaleRows(trunks, isFresh) } : {}),
    ...(queues && isFresh(queues.readAt) ? { queues: withoutStaleRows(queues, isFresh) } : {}),
    ...Object.fromEntries(fresh),
  };
}

/** Returns usage and limits from the collectors `system` and `storage`. If both report a resource, `storage` takes precedence. */
export function usageOf({ system, storage }: RetainedParts): Usage {
  return {
    used: { ...system?.value.used, ...storage?.value.used },
    limits: { ...system?.value.limits, ...storage?.value.limits },
  };
}

/** Returns the certificate expiry time (seconds since 1970) if the PBX sent it less than `staleAfterMs` before `now` (ms, `ageTime`). */
export function visibleCertificateExpiry(
  { certificateExpiry }: TargetRecord,
  staleAfterMs: number,
  now: number,
): number | undefined {
  const isFresh = certificateExpiry !== undefined && now - certificateExpiry.readAt < staleAfterMs;
  return isFresh ? certificateExpiry.value : undefined;
}

/** Returns the time (ms, as `now`) at which the next retained part or carried row becomes stale; Infinity if nothing is retained. */
export function nextExpiry(record: TargetRecord, staleAfterMs: number, now: number): number {
  const { retained, certificateExpiry } = record;
  const expiries = [...Object.values(retained), ...(certificateExpiry === undefined ? [] : [certificateExpiry])]
    .flatMap(({ readAt, carried = new Map() }: Retained<unknown>) => [readAt, ...carried.values()])
    .map((readAt) => readAt + staleAfterMs)
    .filter((expiry) => expiry > now);
  return Math.min(Infinity, ...expiries);
}
