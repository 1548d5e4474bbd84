import type { CallQuality } from './call-quality.ts';
import type { FailureReason } from './failure-reason.ts';

/** The parts of a PBX that can be read, each on its own: `collect:` in the configuration, label `collector`. */
export const collectors = ['peers', 'trunks', 'calls', 'queues', 'system', 'storage', 'security', 'quality'] as const;
/** One of {@link collectors}. */
export type Collector = (typeof collectors)[number];

/** States of a peer: reachable, has a contact that does not answer, has no contact, switched off by the admin, not known. */
export const peerStates = ['reachable', 'unreachable', 'unregistered', 'disabled', 'unknown'] as const;
/** One of {@link peerStates}. */
export type PeerState = (typeof peerStates)[number];

/** States of a trunk. `unmonitored`: in service as configured, but nothing checks it. */
export const trunkStates = [
  'registered',
  'registering',
  'unregistered',
  'rejected',
  'failed',
  'reachable',
  'unreachable',
  'unmonitored',
  'disabled',
  'unknown',
] as const;
/** One of {@link trunkStates}. */
export type TrunkState = (typeof trunkStates)[number];

/** One registered device of a peer, by what it says of itself. */
export interface Device {
  /** Model and version, never an address, a MAC or an account; `unknown` where it says nothing. */
  readonly userAgent: string;
  /** `udp`, `tcp`, `tls`, `ws` or `wss`, where told. */
  readonly transport?: string;
}

/** One extension or phone of a PBX. A field that the PBX did not report is left out, never guessed. */
export interface Peer {
  /** The extension number or account as text (leading zeros kept): label `peer`. */
  readonly id: string;
  /** Name for people. */
  readonly name?: string;
  readonly state: PeerState;
  /** Whether a contact is registered. Leave out where the family cannot tell registration from reachability. */
  readonly registered?: boolean;
  /** Roundtrip of the last qualify in microseconds, best contact; 0 only if 0 was measured. */
  readonly roundtripMicroseconds?: number;
  /** Number of registered contacts. */
  readonly contacts?: number;
  /** Ringing, talking or on hold. */
  readonly inCall?: boolean;
  /**
   * Whether the PBX refuses its calls because the administrator said so, if reported; its state is independent of this.
   */
  readonly maintenance?: boolean;
  /** Its registered devices; left out where the PBX does not report them. */
  readonly devices?: readonly Device[];
  /** When the last registration ends unless it is renewed, in seconds since 1970. */
  readonly registrationExpiry?: number;
  /** States that it had since the previous round, in their order, where the PBX reported them; `state` is the one now. */
  readonly passed?: readonly PeerState[];
}

/** One trunk of a PBX. `pbx_trunk_up` follows from `state`. */
export interface Trunk {
  /** The family's unique key (its id, or its name if there is no id): label `trunk`. */
  readonly id: string;
  /** Name for people, where it differs from the id. */
  readonly name?: string;
  /** The family's word for the type of trunk, e.g. `pjsip`, `register`, `gsm`. */
  readonly kind?: string;
  /** Provider's host name as configured; never a phone's address. */
  readonly host?: string;
  /** The vendor's own word for the state. */
  readonly rawState?: string;
  readonly state: TrunkState;
  /** Only if registration is expected of this trunk. */
  readonly registered?: boolean;
  /** Roundtrip in microseconds, where told. */
  readonly roundtripMicroseconds?: number;
  /** States that it had since the previous round, as in {@link Peer.passed}. */
  readonly passed?: readonly TrunkState[];
}

/** Directions of `pbx_calls`; `all` where the family has only a total. */
export const callDirections = ['inbound', 'outbound', 'internal', 'all'] as const;
/** One of {@link callDirections}. */
export type CallDirection = (typeof callDirections)[number];
/** Active calls by direction; directions that the PBX does not distinguish are left out. */
export type Calls = Readonly<Partial<Record<CallDirection, number>>> & {
  /** How long the longest of them has been running, in seconds; left out if there is none, or it is not reported. */
  readonly longestSeconds?: number;
};

/** States of a queue's agent, label `state` of `pbx_queue_agents`. */
export const agentStates = [
  'available',
  'ringing',
  'in_call',
  'on_hold',
  'paused',
  'wrap_up',
  'unavailable',
  'unknown',
] as const;
/** One of {@link agentStates}. */
export type AgentState = (typeof agentStates)[number];

/** One call queue. */
export interface Queue {
  /** The queue's number or name: label `queue`. */
  readonly id: string;
  readonly waitingCallers?: number;
  /** Agents by state; states without agents may be left out, they count as 0 when the field is present. */
  readonly agents?: Readonly<Partial<Record<AgentState, number>>>;
}

/** What a PBX has only so much of, label `resource` of `pbx_used` and `pbx_limit`. */
export const resources = [
  'calls',
  'channels',
  'extensions',
  'users',
  'online_users',
  'trunks',
  'recording_bytes',
  'disk_bytes',
] as const;
/** One of {@link resources}. */
export type Resource = (typeof resources)[number];
/** Amounts of some resources: bytes where the name says so, else how many. */
export type Amounts = Readonly<Partial<Record<Resource, number>>>;

/** How much of what a PBX has is in use, each side only if it is told. */
export interface Usage {
  readonly used?: Amounts;
  /** What the PBX or its licence allows at most; left out if there is no limit. */
  readonly limits?: Amounts;
}

/**
 * What a licence grants until its end, label `kind` of `pbx_license_expiry_timestamp_seconds`: use of the PBX, or new
 * versions and help.
 */
export const licenseKinds = ['license', 'maintenance'] as const;
/** One of {@link licenseKinds}. */
export type LicenseKind = (typeof licenseKinds)[number];

/** What the PBX says of itself. */
export interface SystemFacts extends Usage {
  readonly version?: string;
  readonly model?: string;
  /** Seconds since the PBX (its telephony core) started. */
  readonly uptimeSeconds?: number;
  /** Calls since the telephony core started, where it counts them: falls to 0 with each start. */
  readonly callsProcessed?: number;
  /** When a licence ends: seconds since 1970, by kind. */
  readonly licenseExpiries?: Readonly<Partial<Record<LicenseKind, number>>>;
}

/** Whom the PBX keeps out. */
export interface SecurityFacts {
  /** Addresses that are banned now. */
  readonly bannedAddresses?: number;
  /** Whether the address is among them that we ask from. */
  readonly ownAddressBanned?: true;
}

/** Why rows were left out or kept as unknown, label `reason` of `pbx_rows_skipped_total`. */
export const skipReasons = ['malformed', 'limit', 'unknown_state'] as const;
/** One of {@link skipReasons}. */
export type SkipReason = (typeof skipReasons)[number];
/** How many rows, by reason. */
export type SkippedRows = Readonly<Partial<Record<SkipReason, number>>>;

/** A collector's read that was whole. */
export interface GoodPart<T> {
  readonly ok: true;
  readonly value: T;
  readonly skipped?: SkippedRows;
  /** Monotonic time (ms) of the oldest row, where rows of earlier rounds are carried along; default: all are of this round. */
  readonly oldestReadAt?: number;
}

/** A collector's read that failed, or got only some of the rows (`value` then holds what was read). */
export interface FailedPart<T> {
  readonly ok: false;
  readonly reason: FailureReason;
  /** One sentence for people; never a secret, a body or a URL with a query. */
  readonly detail?: string;
  /** What a partial read did bring. */
  readonly value?: T;
  readonly skipped?: SkippedRows;
  /** As in {@link GoodPart}. */
  readonly oldestReadAt?: number;
}

/** One collector's share of a round. */
export type Part<T> = GoodPart<T> | FailedPart<T>;

/** What each collector reads. */
export interface CollectorValues {
  readonly peers: readonly Peer[];
  readonly trunks: readonly Trunk[];
  readonly calls: Calls;
  readonly queues: readonly Queue[];
  readonly system: SystemFacts;
  readonly storage: Usage;
  readonly security: SecurityFacts;
  readonly quality: CallQuality;
}

/** Everything one round read: one part per enabled collector. */
export type Reading = {
  readonly [Name in Collector]?: Part<CollectorValues[Name]>;
};
