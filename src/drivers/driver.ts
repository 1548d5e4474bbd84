import type { z } from 'zod';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { Collector, Reading } from '../snapshot/reading.ts';
import type { FailureReason } from '../snapshot/failure-reason.ts';
import type { AllowedRequest, ApiAnswer, ApiRequest } from '../transport/request.ts';

/** What authorizes a request: the core adds it to every call of a conversation and never logs it. */
export interface Session {
  readonly headers?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  /** Monotonic time (ms) from which the session should be renewed before it is used again. */
  readonly renewAt?: number;
  /** What {@link Driver.renew} needs, e.g. a refresh token. */
  readonly renewal?: string;
  /** The PBX ends the session after this long (ms) without a request; absent if it does not report it. */
  readonly idleMs?: number;
}

/** One question to the PBX and how its answer is understood. */
export interface Call<T> {
  readonly request: ApiRequest;
  /**
   * Pure: turns the answer into a value or throws a `Failure`.
   * `session_lost` makes the core log in once and ask once more; every other reason fails this call only.
   */
  readonly read: (answer: ApiAnswer, session: Session) => T;
  /**
   * Whether it brings only names, rights, versions or details of single rows. Default: as the family's list of
   * requests says. Such a call never costs a login, a session or another call's time; after a refusal it fails without
   * being sent for an hour. A list of rows is never auxiliary.
   */
  readonly auxiliary?: boolean;
}

/** What a driver may use to log in, renew and log out: requests without session, bounded by the round's deadline. */
export interface Sender {
  /** Sends a request and understands its answer with `read` (pure; throws a `Failure`). The outcome is counted under the call's name. */
  ask<T>(request: ApiRequest, read: (answer: ApiAnswer) => T): Promise<T>;
}

/** What a driver uses to read the PBX within one round. */
export interface Conversation {
  /** The enabled collectors of this target; a driver fills exactly these in its reading. */
  readonly collectors: ReadonlySet<Collector>;
  /** Milliseconds left of this round. */
  remainingMs(): number;
  /**
   * Sends the call with the session, at most `requests_per_target` at once, within the call's share of the round.
   * When the session turns out to be lost, one new login is made (shared by all calls of the round) and the call is
   * sent once more; a second loss in the same round fails with `session_lost`. A call that is refused like this with two
   * sessions in a row that served other calls fails with `forbidden`, and is asked again at growing pauses, without a login.
   * An auxiliary call (see {@link Call.auxiliary}) just fails; a driver continues without what it would have brought.
   * Throws a `Failure`.
   */
  ask<T>(call: Call<T>): Promise<T>;
}

/** What a driver may use to ask between two rounds: the session that is held, and none if there is none. It never logs in. */
export type HeldConversation = Pick<Conversation, 'ask' | 'remainingMs'>;

/** What has to be asked between two rounds that are far from each other. */
export interface BetweenRounds {
  /** More time (ms) than this may not pass between two questions or rounds; undefined while nothing has to be asked. */
  readonly longestPauseMs: () => number | undefined;
  /** Asks. Never throws. */
  readonly ask: (conversation: HeldConversation) => Promise<void>;
}

/** How to speak with one PBX. One driver object per target; it may keep facts and cached lists between rounds. */
export interface Driver {
  /** Logs in with the target's credentials. Called by the session keeper only, never twice at a time. Throws a `Failure`. */
  login(sender: Sender): Promise<Session>;
  /** Renews a session without the password where the family can; a `Failure` leads to a login. */
  renew?(sender: Sender, session: Session): Promise<Session>;
  /** Ends the session on the PBX; best effort. */
  logout(sender: Sender, session: Session): Promise<void>;
  /**
   * Reads all enabled collectors. Each failing part is returned as a failed part (see `attempt` in `kit/collectors.ts`);
   * only what ends the whole round is thrown.
   */
  collect(conversation: Conversation): Promise<Reading>;
  /** Default: nothing is asked between two rounds. */
  readonly betweenRounds?: BetweenRounds;
}

/** Reasons for which the next login is held back by the family's own pauses. */
export type SuspendingReason = Extract<
  FailureReason,
  'bad_credentials' | 'locked_out' | 'rate_limited' | 'two_factor_required' | 'forbidden' | 'redirect' | 'config'
>;

/** By what a PBX counts: the address that logins come from, whichever targets they belong to, or the account that they name. */
export type CountedBy = 'address' | 'account';

/** The family's numbers for staying away from the vendor's lock-out. */
export interface LoginGuard {
  /**
   * Pause in milliseconds after the first, second, ... refused login of one account for that reason; the last number
   * repeats. 0 = try again in the next round, without suspension. Default where a reason is not listed: as for
   * `bad_credentials` where the PBX itself refused the login, else 15 minutes.
   */
  readonly pauses?: Readonly<Partial<Record<SuspendingReason, readonly number[]>>>;
  /**
   * At most this many refused logins within any window of that length: one less than what locks us out. Without a window
   * a refusal counts for 24 hours, or until a login from here is accepted. Left out: the PBX locks nobody.
   */
  readonly refusals?: { readonly most: number; readonly windowMs?: number; readonly by: CountedBy };
  /** At most this many logins, good or bad, within any window of that length. */
  readonly limit?: { readonly logins: number; readonly windowMs: number; readonly by: CountedBy };
  /**
   * Whether the PBX may take one session of a user at a time: then the old one is ended before the next login, which would
   * be refused otherwise. Default: the next session is opened first, so that there is always a good one.
   */
  readonly oneSession?: boolean;
}

/** What a PBX that locks addresses counts besides refused logins; shared with all targets at the same address. */
export interface RefusedRequests {
  /** Call for a refused request that counts like a refused login. */
  count(reason: FailureReason): void;
  /** Throws a `Failure` with the last refusal's reason while one more refused request could lock us out. */
  check(): void;
}

/** The account a target logs in with. Values are revealed here only, for the driver. */
export type Account =
  | { readonly kind: 'password'; readonly username: string; readonly password: string }
  | { readonly kind: 'token'; readonly token: string };

/** Times of a target in milliseconds. A reload may change them while a driver lives: read them when they are needed, and keep no copy. */
export interface RoundTiming {
  readonly intervalMs: number;
  readonly staleAfterMs: number;
}

/** What a driver is made from. */
export interface DriverSetup {
  /** Name of the target, for only log lines. */
  readonly pbx: string;
  readonly account: Account;
  /** Already checked against the family's `options` schema. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Base URL as configured (no credentials in it), e.g. to see a path prefix. */
  readonly url: URL;
  readonly timing: RoundTiming;
  readonly requestsPerTarget: number;
  readonly refusedRequests: RefusedRequests;
  readonly clock: Clock;
  /** A number from 0 up to, not including, 1. */
  readonly random: () => number;
  readonly log: Log;
}

/** One PBX family: everything the rest of the program knows about it. */
export interface Family {
  /** Name in the configuration and in labels, e.g. `yeastar-s`. */
  readonly name: string;
  /** Name for people, e.g. `Yeastar S-Series`. */
  readonly title: string;
  /** Kinds of account that it takes. */
  readonly accounts: readonly Account['kind'][];
  /** What is odd about a user name and a password, as sentences that quote neither: the configuration warns of it. Default: nothing. */
  readonly accountDoubts?: (username: string, password: string) => readonly string[];
  /** Collectors that it can serve. */
  readonly collectors: readonly Collector[];
  /** Every request that a driver of this family can send. */
  readonly requests: readonly AllowedRequest[];
  readonly guard: LoginGuard;
  /**
   * Whether the PBX lists only peers that are present: then one that is missing from a good read is shown as `unregistered`, for
   * `peers.remember`. Default: a peer that is missing does not exist any more.
   */
  readonly presenceOnly?: boolean;
  /** Idle HTTP connections are closed by us after this many milliseconds; 0 = a new connection for every request. */
  readonly idleConnectionMs: number;
  /** Ports of its web server as they are set up as a rule, for who named another service's port, e.g. `8088 (http) or 8089 (https)`. */
  readonly webPorts?: string;
  /** Whether the same host and port show the PBX's own web page to a browser. Default: yes. */
  readonly servesWebPage?: boolean;
  /** Largest answer in bytes after decompression; default 32 MiB. */
  readonly maximumAnswerBytes?: number;
  /** Added to every request; e.g. a `user-agent` that the PBX insists on. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Strict schema of the target's `options:`; unknown keys are refused. */
  readonly options: z.ZodObject;
  /** Interval in milliseconds under which a warning is due, and why. */
  readonly shortestInterval?: { readonly ms: number; readonly because: string };
  /** Ends of a path that the driver adds itself, e.g. `/rawman`: the configuration cuts them off a base URL, with a warning. */
  readonly addedPaths?: readonly string[];
  /** The base URL that requests go to, e.g. with `/api` added where it is missing. Default: as configured, without a trailing slash. */
  readonly baseUrl?: (configured: URL) => URL;
  create(setup: DriverSetup): Driver;
}
