import type { z } from 'zod';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { Collector, Reading } from '../snapshot/reading.ts';
import type { FailureReason } from '../snapshot/failure-reason.ts';
import type { AllowedRequest, ApiAnswer, ApiRequest } from '../transport/request.ts';

/** The authorization of requests. The core adds it to every call of a conversation and never logs it. */
export interface Session {
  readonly headers?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  /** Monotonic time (ms) from which the session should be renewed before it is used again. */
  readonly renewAt?: number;
  /** Data for {@link Driver.renew}, e.g. a refresh token. */
  readonly renewal?: string;
  /** Time (ms) without a request after which the PBX ends the session. Absent if the PBX does not report it. */
  readonly idleMs?: number;
}

/** One request to the PBX and how its answer is interpreted. */
export interface Call<T> {
  readonly request: ApiRequest;
  /**
   * Pure: turns the answer into a value or throws a `Failure`. `session_lost` makes the core log in once and send the
   * call once more; with any other reason, only this call fails.
   */
  readonly read: (answer: ApiAnswer, session: Session) => T;
  /**
   * Whether the call supplies only names, rights, versions or details of single rows. Default: as in the family's list of
   * requests. An auxiliary call never costs a login, a session or another call's time. After a refusal, it fails for an
   * hour without being sent. A list of rows is never auxiliary.
   */
  readonly auxiliary?: boolean;
}

/** Sends requests without a session, for login, renewal and logout, within the round's deadline. */
export interface Sender {
  /** Sends a request and interprets its answer with `read` (pure; throws a `Failure`). The outcome is counted under the call's name. */
  ask<T>(request: ApiRequest, read: (answer: ApiAnswer) => T): Promise<T>;
}

/** Access to the PBX within one round. */
export interface Conversation {
  /** The enabled collectors of this target; a driver fills exactly these in its reading. */
  readonly collectors: ReadonlySet<Collector>;
  /** Milliseconds left of this round. */
  remainingMs(): number;
  /**
   * Sends the call with the session, at most `requests_per_target` calls in parallel, within the call's share of the
   * round. If the session turns out to be lost, one new login is made (shared by all calls of the round) and the call is
   * sent once more; a second loss in the same round fails with `session_lost`. If this happens with two sessions in a row
   * that served other calls, the call fails with `forbidden`. It is then retried at growing intervals, without a login.
   * An auxiliary call (see {@link Call.auxiliary}) only fails, and the driver continues without its data. Throws a
   * `Failure`.
   */
  ask<T>(call: Call<T>): Promise<T>;
}

/** Access to the PBX between two rounds, with the current session if there is one. It never logs in. */
export type SessionConversation = Pick<Conversation, 'ask' | 'remainingMs'>;

/** Requests that a driver must send between two rounds that are far apart. */
export interface BetweenRounds {
  /** Longest time (ms) between two requests or rounds; undefined while no request is necessary. */
  readonly longestPauseMs: () => number | undefined;
  /** Sends the requests. Never throws. */
  readonly ask: (conversation: SessionConversation) => Promise<void>;
}

/** Communicates with one PBX. Each target has its own driver object, which may keep facts and lists between rounds. */
export interface Driver {
  /** Logs in with the target's credentials. Called by the session keeper only, never twice at a time. Throws a `Failure`. */
  login(sender: Sender): Promise<Session>;
  /** Renews a session without the password, if the family supports that; a `Failure` leads to a login. */
  renew?(sender: Sender, session: Session): Promise<Session>;
  /** Ends the session on the PBX; best effort. */
  logout(sender: Sender, session: Session): Promise<void>;
  /**
   * Reads all enabled collectors. Each failing part is returned as a failed part (see `attempt` in `kit/collectors.ts`);
   * only a failure that ends the whole round is thrown.
   */
  collect(conversation: Conversation): Promise<Reading>;
  /** Default: no requests between two rounds. */
  readonly betweenRounds?: BetweenRounds;
}

/** Reasons for refused logins after which the family's own pauses delay the next login. */
export type SuspendingReason = Extract<
  FailureReason,
  'bad_credentials' | 'locked_out' | 'rate_limited' | 'two_factor_required' | 'forbidden' | 'redirect' | 'config'
>;

/** Whether a PBX counts logins by the address that they come from, for all its targets together, or by their account. */
export type CountedBy = 'address' | 'account';

/** Limits of a family that keep the exporter from being locked out by the PBX. */
export interface LoginGuard {
  /**
   * Pause in milliseconds after the first, second, ... login of one account that is refused for this reason; the last
   * number repeats. 0 = try again in the next round, without suspension. Default for a reason that is not listed: as for
   * `bad_credentials` if the PBX itself refused the login, otherwise 15 minutes.
   */
  readonly pauses?: Readonly<Partial<Record<SuspendingReason, readonly number[]>>>;
  /**
   * At most this many refused logins within any window of this length: one less than the number that locks us out. Without
   * a window, a refusal counts for 24 hours, or until a login from here is accepted. Absent if the PBX locks nobody out.
   */
  readonly refusals?: { readonly most: number; readonly windowMs?: number; readonly by: CountedBy };
  /** At most this many logins, accepted or refused, within any window of this length. */
  readonly limit?: { readonly logins: number; readonly windowMs: number; readonly by: CountedBy };
  /**
   * Whether the PBX may allow a user only one session at a time. If so, the old session is ended before the next login,
   * which would otherwise be refused. Default: the next session is opened first, so that a valid one always exists.
   */
  readonly oneSession?: boolean;
}

/** Refused requests that a PBX counts towards a lock of the address, besides refused logins; shared by all targets at the same address. */
export interface RefusedRequests {
  /** Call for a refused request that counts like a refused login. */
  count(reason: FailureReason): void;
  /** Throws a `Failure` with the last refusal's reason while one more refused request could lock us out. */
  check(): void;
}

/** The account of a target, with its secrets in clear text. Only the driver receives it. */
export type Account =
  | { readonly kind: 'password'; readonly username: string; readonly password: string }
  | { readonly kind: 'token'; readonly token: string };

/**
 * Times of a target in milliseconds. A reload may change them during the life of a driver, so read them when needed and
 * keep no copy.
 */
export interface RoundTiming {
  readonly intervalMs: number;
  readonly staleAfterMs: number;
}

/** The settings and dependencies of a driver. */
export interface DriverSetup {
  /** Name of the target, for log lines only. */
  readonly pbx: string;
  readonly account: Account;
  /** Already checked against the family's `options` schema. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Base URL as configured, without credentials, e.g. to detect a path prefix. */
  readonly url: URL;
  readonly timing: RoundTiming;
  readonly requestsPerTarget: number;
  readonly refusedRequests: RefusedRequests;
  readonly clock: Clock;
  /** Returns a number from 0 (inclusive) to 1 (exclusive). */
  readonly random: () => number;
  readonly log: Log;
}

/** The definition of a PBX family, with everything that the rest of the program needs. */
export interface Family {
  /** Name in the configuration and in labels, e.g. `yeastar-s`. */
  readonly name: string;
  /** Name for people, e.g. `Yeastar S-Series`. */
  readonly title: string;
  /** Kinds of account that the family accepts. */
  readonly accounts: readonly Account['kind'][];
  /**
   * Returns warnings about a user name and a password, as sentences that quote neither. The configuration reports them.
   * Default: no warnings.
   */
  readonly accountWarnings?: (username: string, password: string) => readonly string[];
  /** Collectors that the family supports. */
  readonly collectors: readonly Collector[];
  /** Every request that a driver of this family can send. */
  readonly requests: readonly AllowedRequest[];
  readonly guard: LoginGuard;
  /**
   * Whether the PBX lists only peers that are present. If so, a peer that is missing from a complete read is shown as
   * `unregistered`, for `peers.remember`. Default: a missing peer no longer exists.
   */
  readonly presenceOnly?: boolean;
  /** Time in milliseconds after which the exporter closes an idle HTTP connection; 0 = a new connection for every request. */
  readonly idleConnectionMs: number;
  /** Usual ports of its web server, as a hint if the configured port belongs to another service, e.g. `8088 (http) or 8089 (https)`. */
  readonly webPorts?: string;
  /** Whether the same host and port serve the PBX's own web page. Default: yes. */
  readonly servesWebPage?: boolean;
  /** Largest answer in bytes after decompression; default 32 MiB. */
  readonly maximumAnswerBytes?: number;
  /** Headers that are added to every request, e.g. a `user-agent` that the PBX requires. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Strict schema of the target's `options:`; unknown keys are refused. */
  readonly options: z.ZodObject;
  /** Interval in milliseconds below which a warning is issued, and the reason. */
  readonly shortestInterval?: { readonly ms: number; readonly because: string };
  /** Path suffixes that the driver adds itself, e.g. `/rawman`. The configuration removes them from a base URL, with a warning. */
  readonly addedPaths?: readonly string[];
  /**
   * Returns the base URL for requests, e.g. with `/api` added if it is missing. Default: as configured, without a
   * trailing slash.
   */
  readonly baseUrl?: (configured: URL) => URL;
  create(setup: DriverSetup): Driver;
}
