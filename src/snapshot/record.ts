import type { CallQuality } from './call-quality.ts';
import type { Clocks } from './clocks.ts';
import type { FailureReason } from './failure-reason.ts';
import { type ReadTimes, withoutStaleRows } from './carried-rows.ts';
import type { MissingCall } from './round-outcome.ts';
import type { Collector, CollectorValues, SkipReason, TrunkState, Usage } from './reading.ts';

/** How `pbx_peer_info` shows names of people: as they are, as a keyed hash, or not at all. */
export const peerNameModes = ['plain', 'hash', 'none'] as const;
/** One of {@link peerNameModes}. */
export type PeerNameMode = (typeof peerNameModes)[number];

/** What does not change about a target while its configuration stays. */
export interface TargetIdentity {
  /** Label `pbx`. */
  readonly name: string;
  readonly family: string;
  /** Extra labels, on `pbx_target_info` only. */
  readonly labels: Readonly<Record<string, string>>;
  readonly peerNames: PeerNameMode;
  /** Peers beyond this many (in the order of the PBX) have no series of their own; the totals count them all the same. */
  readonly peerLimit: number;
  /** Most user agents that are distinguished; the others count as `other`. Default: {@link defaultUserAgents}. */
  readonly userAgents?: number;
  /** Whether each peer's devices have a series. Default: false. */
  readonly peerDevices?: boolean;
  /** Whether it is kept until when each peer is registered. Default: false. */
  readonly registrationExpiry?: boolean;
  readonly staleAfterMs: number;
}

/** Values of one collector that may still be shown. */
export interface Held<T> {
  readonly value: T;
  /** When they were read (ms, `ageTime`): a monotonic time, earlier by as long as the machine has slept since. */
  readonly readAt: number;
  /** The same of the oldest row, where rows of earlier rounds were carried along. */
  readonly oldestReadAt?: number;
  /** Rows that the last read, a partial one, did not bring: by id, when they were read. */
  readonly carried?: ReadTimes;
}

/** The last good (or partial) values of each collector. */
export type HeldParts = {
  readonly [Name in Collector]?: Held<CollectorValues[Name]>;
};

/** How one collector did in the last round. */
export interface CollectorOutcome {
  readonly success: boolean;
  readonly reason?: FailureReason;
  /** One sentence for people, safe to show. */
  readonly detail?: string;
}

/** Refused logins that the PBX can have counted against us, of those that it allows. */
export interface SpentRefusals {
  readonly spent: number;
  /** Most that there may be: one more locks us out. */
  readonly most: number;
  /** How long each of them counts, in milliseconds. */
  readonly windowMs: number;
  readonly by: 'address' | 'account';
  /** Names of the targets that were refused. */
  readonly targets: readonly string[];
}

/** The last round of a target, whether it went well or not. */
export interface RoundFacts {
  /** Wall clock (ms since 1970) at its end. */
  readonly endedAtWall: number;
  readonly durationMs: number;
  /** Absent when the round went well. */
  readonly reason?: FailureReason;
  readonly detail?: string;
}

/** Counters of one target since the program started (or since the target was added). */
export interface Counters {
  readonly roundFailures: Readonly<Partial<Record<FailureReason, number>>>;
  readonly logins: { readonly success: number; readonly failure: number };
  readonly collectorFailures: Readonly<Partial<Record<Collector, Readonly<Partial<Record<FailureReason, number>>>>>>;
  /** By call, then by result: `ok` or a failure reason. */
  readonly requests: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly rowsSkipped: Readonly<Partial<Record<Collector, Readonly<Partial<Record<SkipReason, number>>>>>>;
  /** By peer: changes of `reachable` seen between rounds. Only peers of the last good read. */
  readonly peerReachableChanges: ReadonlyMap<string, number>;
  /** By trunk: changes of state seen between rounds. Only trunks of the last good read. */
  readonly trunkStateChanges: ReadonlyMap<string, number>;
  /** Finished call legs and missed events, as far as they were ever told. */
  readonly quality?: Pick<CallQuality, 'finished' | 'eventGaps'>;
  /** By peer that is unknown now: whether it was reachable when that was last known. Absent: of none. */
  readonly lastReachable?: ReadonlyMap<string, boolean>;
  /** By trunk that is unknown now: its state when that was last known. Absent: of none. */
  readonly lastTrunkState?: ReadonlyMap<string, TrunkState>;
}

/** Everything known about one target: immutable, replaced whole after every round. */
export interface TargetRecord {
  readonly up: boolean;
  /** Wall clock (ms since 1970) since which `up` has had this value; absent before the first round. */
  readonly upSinceWall?: number;
  /** Absent before the first round. */
  readonly lastRound?: RoundFacts;
  /** Wall clock (ms since 1970) at the end of the last good round. */
  readonly lastSuccessAtWall?: number;
  readonly collectors: Readonly<Partial<Record<Collector, CollectorOutcome>>>;
  /** Auxiliary calls that brought nothing when they were last asked, in the order in which they began to fail. */
  readonly missing: readonly MissingCall[];
  readonly held: HeldParts;
  /** When the first certificate in the chain sent by the PBX expires last, in seconds since 1970; absent if it never sent one. */
  readonly certificateExpiry?: Held<number>;
  /** Both clocks at the end of the last round; absent before it. Ages of held parts are told with their help. */
  readonly clocks?: Clocks;
  readonly counters: Counters;
  /** Wall clock (ms since 1970) until which we do not log in; 0 when not suspended. */
  readonly suspendedUntilWall: number;
  /** Absent while no login was refused, and where the PBX counts none. */
  readonly refusals?: SpentRefusals | undefined;
}

/** The record of a target that was never polled. */
export const emptyRecord: TargetRecord = {
  up: false,
  collectors: {},
  missing: [],
  held: {},
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

/** The held parts that may still be shown at a time (ms, `ageTime` of the record's clocks): younger than `staleAfterMs`. */
export function visibleParts(record: TargetRecord, staleAfterMs: number, now: number): HeldParts {
  const isFresh = (readAt: number): boolean => now - readAt < staleAfterMs;
  const { peers, trunks, queues, ...others } = record.held;
  const fresh = Object.entries(others).filter(([, part]) => isFresh(part.readAt));
  return {
    ...(peers && isFresh(peers.readAt) ? { peers: withoutStaleRows(peers, isFresh) } : {}),
    ...(trunks && isFresh(trunks.readAt) ? { trunks: withoutStaleRows(trunks, isFresh) } : {}),
    ...(queues && isFresh(queues.readAt) ? { queues: withoutStaleRows(queues, isFresh) } : {}),
    ...Object.fromEntries(fresh),
  };
}

/** Use and limits that are shown, from the collectors `system` and `storage`. If both report a resource, `storage` takes precedence. */
export function usageOf({ system, storage }: HeldParts): Usage {
  return {
    used: { ...system?.value.used, ...storage?.value.used },
    limits: { ...system?.value.limits, ...storage?.value.limits },
  };
}

/** When the PBX's certificate ends (seconds since 1970), if it was sent less than `staleAfterMs` before `now` (ms, `ageTime`). */
export function visibleCertificateExpiry(
  { certificateExpiry }: TargetRecord,
  staleAfterMs: number,
  now: number,
): number | undefined {
  const isFresh = certificateExpiry !== undefined && now - certificateExpiry.readAt < staleAfterMs;
  return isFresh ? certificateExpiry.value : undefined;
}

/** The time (ms, as `now`) at which the next held part, or a carried row of one, goes stale; Infinity when nothing is held. */
export function nextExpiry(record: TargetRecord, staleAfterMs: number, now: number): number {
  const { held, certificateExpiry } = record;
  const expiries = [...Object.values(held), ...(certificateExpiry === undefined ? [] : [certificateExpiry])]
    .flatMap(({ readAt, carried = new Map() }: Held<unknown>) => [readAt, ...carried.values()])
    .map((readAt) => readAt + staleAfterMs)
    .filter((expiry) => expiry > now);
  return Math.min(Infinity, ...expiries);
}
