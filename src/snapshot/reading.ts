import type { CallQuality } from './call-quality.ts';
import type { FailureReason } from './failure-reason.ts';

/** Separately readable parts of a PBX: `collect:` in the configuration, label `collector`. */
export const collectors = ['peers', 'trunks', 'calls', 'queues', 'system', 'storage', 'security', 'quality'] as const;
/** One of {@link collectors}. */
export type Collector = (typeof collectors)[number];

/** States of a peer: reachable, contact does not answer, no contact, switched off by the admin, unknown. */
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

/** A registered device of a peer, as described by itself. */
export interface Device {
  /** Model and version, never an address, a MAC or an account; `unknown` if not reported. */
  readonly userAgent: string;
  /** `udp`, `tcp`, `tls`, `ws` or `wss`; absent if not reported. */
  readonly transport?: string;
}

/** An extension or phone of a PBX. Fields that the PBX did not report are absent, never guessed. */
export interface Peer {
  /** The extension number or account as text (leading zeros kept): label `peer`. */
  readonly id: string;
  /** Display name. */
  readonly name?: string;
  readonly state: PeerState;
  /** Whether a contact is registered; absent if the family cannot distinguish registration from reachability. */
  readonly registered?: boolean;
  /** Roundtrip of the last qualify in microseconds, for the best contact; 0 only if 0 was measured. */
  readonly roundtripMicroseconds?: number;
  /** Number of registered contacts. */
  readonly contacts?: number;
  /** Whether the peer is ringing, talking or on hold. */
  readonly inCall?: boolean;
  /** Whether an administrator has put the peer into maintenance, so that the PBX refuses its calls; independent of `state`. */
  readonly maintenance?: boolean;
  /** Registered devices; absent if the PBX does not report them. */
  readonly devices?: readonly Device[];
  /** When the last registration expires unless it is renewed, in seconds since 1970. */
  readonly registrationExpiry?: number;
  /** States since the previous round in order, if the PBX reported them; `state` is the current one. */
  readonly passed?: readonly PeerState[];
}

/** A trunk of a PBX. `state` determines `pbx_trunk_up`. */
export interface Trunk {
  /** The family's unique key (its id, or its name if there is no id): label `trunk`. */
  readonly id: string;
  /** Display name, if it differs from the id. */
  readonly name?: string;
  /** The family's word for the type of trunk, e.g. `pjsip`, `register`, `gsm`. */
  readonly kind?: string;
  /** Configured host name of the provider; never the address of a phone. */
  readonly host?: string;
  /** The vendor's own word for the state. */
  readonly rawState?: string;
  readonly state: TrunkState;
  /** Whether the trunk is registered; absent if it is not configured to register. */
  readonly registered?: boolean;
  /** Roundtrip in microseconds; absent if not reported. */
  readonly roundtripMicroseconds?: number;
  /** States since the previous round, as in {@link Peer.passed}. */
  readonly passed?: readonly TrunkState[];
}

/** Directions of `pbx_calls`; `all` if the family has only a total. */
export const callDirections = ['inbound', 'outbound', 'internal', 'all'] as const;
/** One of {@link callDirections}. */
export type CallDirection = (typeof callDirections)[number];
/** Active calls by direction; directions that the PBX does not distinguish are absent. */
export type Calls = Readonly<Partial<Record<CallDirection, number>>> & {
  /** Duration of the longest active call in seconds; absent if there is no call, or if it is not reported. */
  readonly longestSeconds?: number;
};

/** States of an agent in a queue, label `state` of `pbx_queue_agents`. */
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

/** A call queue. */
export interface Queue {
  /** Number or name of the queue: label `queue`. */
  readonly id: string;
  readonly waitingCallers?: number;
  /** Number of agents by state. If the field is present, missing states count as 0. */
  readonly agents?: Readonly<Partial<Record<AgentState, number>>>;
}

/** Limited resources of a PBX, label `resource` of `pbx_used` and `pbx_limit`. */
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
/** Amounts of resources: bytes if the name ends in `_bytes`, otherwise counts. */
export type Amounts = Readonly<Partial<Record<Resource, number>>>;

/** Used amounts and limits of resources; each is absent if not reported. */
export interface Usage {
  readonly used?: Amounts;
  /** Maximum allowed by the PBX or its licence; absent if there is no limit. */
  readonly limits?: Amounts;
}

/**
 * Kinds of licence, label `kind` of `pbx_license_expiry_timestamp_seconds`: use of the PBX, or maintenance (upgrades and
 * support).
 */
export const licenseKinds = ['license', 'maintenance'] as const;
/** One of {@link licenseKinds}. */
export type LicenseKind = (typeof licenseKinds)[number];

/** Facts about the PBX itself. */
export interface SystemFacts extends Usage {
  readonly version?: string;
  readonly model?: string;
  /** Seconds since the PBX, or its telephony core, started. */
  readonly uptimeSeconds?: number;
  /** Number of calls since the last start of the telephony core; absent if it does not count them. */
  readonly callsProcessed?: number;
  /** Licence expiry times in seconds since 1970, by kind. */
  readonly licenseExpiries?: Readonly<Partial<Record<LicenseKind, number>>>;
}

/** Facts about addresses banned by the PBX. */
export interface SecurityFacts {
  /** Number of addresses that are banned now. */
  readonly bannedAddresses?: number;
  /** Set if the address of the exporter is among them. */
  readonly ownAddressBanned?: true;
}

/** Reasons why rows were omitted or kept as unknown, label `reason` of `pbx_rows_skipped_total`. */
export const skipReasons = ['malformed', 'limit', 'unknown_state'] as const;
/** One of {@link skipReasons}. */
export type SkipReason = (typeof skipReasons)[number];
/** Number of rows by reason. */
export type SkippedRows = Readonly<Partial<Record<SkipReason, number>>>;

/** A complete read of a collector. */
export interface GoodPart<T> {
  readonly ok: true;
  readonly value: T;
  readonly skipped?: SkippedRows;
  /** Monotonic time (ms) of the oldest row if rows of earlier rounds are included; absent if all are from this round. */
  readonly oldestReadAt?: number;
}

/** A failed or partial read of a collector. */
export interface FailedPart<T> {
  readonly ok: false;
  readonly reason: FailureReason;
  /** One sentence for display; never contains a secret, a body or a URL with a query. */
  readonly detail?: string;
  /** The rows of a partial read. */
  readonly value?: T;
  readonly skipped?: SkippedRows;
  /** As in {@link GoodPart}. */
  readonly oldestReadAt?: number;
}

/** The result of one collector in a round. */
export type Part<T> = GoodPart<T> | FailedPart<T>;

/** The type of the values of each collector. */
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

/** All data of one round: one part per enabled collector. */
export type Reading = {
  readonly [Name in Collector]?: Part<CollectorValues[Name]>;
};
