import type { Clock } from '../../clock.ts';
import type { RefusedRequests, RoundTiming } from '../../drivers/driver.ts';
import type { FailureReason } from '../../snapshot/failure-reason.ts';
import type { RefusalUsage } from '../../snapshot/record.ts';
import { asFailure, Failure } from '../../transport/failure.ts';
import type { GuardedAddress } from './guarded-address.ts';
import { isCounted, isSuspending, type LoginIdentity, type Suspension } from './login-rules.ts';
import type { LoginQueue, LoginTimeLimit } from './login-queue.ts';
import type { LoginStore } from './refused-logins.ts';

/** Longest pause between logins that fail for reasons other than a refusal, in milliseconds. */
export const longestProblemPauseMs = 5 * 60_000;

/** Maximum time (ms) by which a pause ends early, so that a round that starts slightly ahead of schedule is not skipped. */
const earlyToleranceMs = 2_000;

/** Whether a login may be tried now. `suspended`: after refusals; `pausing`: delayed because the PBX could not be reached. */
export type LoginPermission = 'free' | 'suspended' | 'pausing';

/** Dependencies of a guard. */
export interface LoginGuardSetup {
  /** Returns the identity of the login, with the account's current secret. */
  readonly identify: () => LoginIdentity;
  readonly address: GuardedAddress;
  /** Allows one login at a time to this address. */
  readonly queue: LoginQueue;
  /** Saves refusals beyond the end of the program. Default: they are kept in memory only. */
  readonly store?: LoginStore;
  readonly clock: Clock;
  readonly timing: Pick<RoundTiming, 'intervalMs'>;
}

/**
 * Decides when the next login of one target may be tried, so that the PBX never locks the exporter out. Refusals of all
 * targets at the same address are counted together. Connection problems (refused connection, timeout, a PBX that is
 * down) affect this target alone: its next login waits for one interval, then for twice as long each time, up to five
 * minutes.
 */
export class LoginGuard implements RefusedRequests {
  #setup: LoginGuardSetup & { readonly who: LoginIdentity };
  #problems = 0;
  #lastProblem: Failure | undefined;
  #pausedUntil = 0;

  constructor(setup: LoginGuardSetup) {
    this.#setup = { ...setup, who: setup.identify() };
    this.#registerAccount();
  }

  /** Call when the secret of the account has changed. This may correct a refused login, so one more login is allowed. */
  secretChanged(): void {
    this.#setup = { ...this.#setup, who: this.#setup.identify() };
    this.#registerAccount();
  }

  /** Whether the PBX may allow a user only one session at a time. */
  get oneSession(): boolean {
    return this.#setup.who.rules.oneSession === true;
  }

  /** Reports whether a login may be tried now. */
  permission(): LoginPermission {
    const { clock, timing } = this.#setup;
    const now = clock.monotonicTime();
    if (this.suspension() !== undefined) return 'suspended';
    return now + Math.min(timing.intervalMs / 10, earlyToleranceMs) < this.#pausedUntil ? 'pausing' : 'free';
  }

  /** Returns why and until when logins are suspended; undefined if they are not. */
  suspension(): Suspension | undefined {
    const { address, who, clock } = this.#setup;
    return address.suspension(who, clock.monotonicTime());
  }

  /**
   * Allows one login despite any pause. Returns the reason if this is denied because another refusal could lock us out;
   * undefined if it is granted.
   */
  allowOneLogin(): Suspension | undefined {
    const { address, who, clock } = this.#setup;
    const suspension = address.allowOneLogin(who, clock.monotonicTime());
    if (suspension === undefined) this.#pausedUntil = 0;
    return suspension;
  }

  /** Returns the connection problem that currently delays logins; undefined if none does. */
  problem(): Failure | undefined {
    return this.permission() === 'pausing' ? this.#lastProblem : undefined;
  }

  /** Returns the wall-clock time (ms since 1970) until which logins are suspended; 0 if they are not. */
  suspendedUntilWall(): number {
    const suspension = this.suspension();
    return suspension === undefined ? 0 : this.wallTimeOf(suspension);
  }

  /** Returns the wall-clock time (ms since 1970) at which a suspension ends. */
  wallTimeOf({ until }: Suspension): number {
    const { clock } = this.#setup;
    return clock.wallTime() + until - clock.monotonicTime();
  }

  /** Returns how many of the allowed refusals are spent; undefined if the PBX does not count refusals. */
  usedRefusals(): RefusalUsage | undefined {
    const { address, who, clock } = this.#setup;
    return address.usedRefusals(who, clock.monotonicTime());
  }

  /**
   * Sends a login when its turn comes. Logins to one address run one at a time, so the result of each is known before
   * the next. `send` must call its argument before it repeats a request of the login. Throws a `Failure`: `suspended` if
   * no login may be tried or its turn did not come in time; otherwise the reason why the login failed.
   */
  async login<T>(time: LoginTimeLimit, send: (mayRepeat: () => boolean) => Promise<T>): Promise<T> {
    const { queue } = this.#setup;
    this.#checkPermission();
    const leave = await queue.enter(time);
    try {
      return await this.#remembered(send);
    } finally {
      leave();
    }
  }

  /** Call for a refused request that the PBX counts like a refused login. */
  count(reason: FailureReason): void {
    const { address, who, clock, store } = this.#setup;
    address.requestRefused(who, reason, clock.monotonicTime());
    store?.counted(reason);
  }

  /** Throws a `Failure` while one more refused request could lock us out. */
  check(): void {
    const { address, who, clock } = this.#setup;
    const now = clock.monotonicTime();
    const suspension = address.refusalLimitReached(who, now);
    if (suspension === undefined) return;
    const left = suspension.until - now;
    throw new Failure(suspension.reason, `${suspension.detail}; waiting ${Math.ceil(left / 60_000)} min`, {
      retryAfterMs: left,
    });
  }

  /** Call once a session has served its first call. Only this resets the pauses after connection problems; a login alone does not. */
  proven(): void {
    this.#problems = 0;
  }

  /** Call after a session was refused before it served any call. */
  sessionRefused(): void {
    this.#slowDown(new Failure('session_lost', 'the PBX refused a new session immediately'));
  }

  #registerAccount(): void {
    const { who, address, clock } = this.#setup;
    address.configured(who, clock.monotonicTime());
  }

  /** Records the login before it is sent: if the program is killed in between, the login counts as refused. */
  async #remembered<T>(send: (mayRepeat: () => boolean) => Promise<T>): Promise<T> {
    const { store, who, address } = this.#setup;
    const at = await store?.begin(who, address);
    try {
      this.#checkPermission();
    } catch (thrown) {
      if (at !== undefined) store?.ended(at);
      throw thrown;
    }
    return this.#send(send, at);
  }

  async #send<T>(send: (mayRepeat: () => boolean) => Promise<T>, at = 0): Promise<T> {
    const { address, who, clock, store } = this.#setup;
    let repeats = 0;
    const mayRepeat = (): boolean => {
      const may = address.repeats(who, clock.monotonicTime());
      if (may) repeats += 1;
      return may;
    };
    address.began(who, clock.monotonicTime());
    try {
      const value = await send(mayRepeat);
      address.accepted(who, clock.monotonicTime());
      store?.accepted(at, who);
      return value;
    } catch (thrown) {
      const failure = asFailure(thrown);
      for (let repeat = 0; repeat < repeats && isCounted(failure); repeat += 1) this.count(failure.reason);
      throw this.#failed(failure, at);
    }
  }

  /**
   * Counts a failed login and returns its failure. A missing path that has worked before is a temporary problem, not a
   * configuration error.
   */
  #failed(failure: Failure, at: number): Failure {
    const { address, who, clock, store } = this.#setup;
    if (failure.login === 'path_missing' && address.hasWorked(who)) {
      const problem = new Failure(
        'service_unavailable',
        'the login of this PBX worked before, but is missing now: the PBX, or a proxy in front of it, may be starting',
        failure.status === undefined ? {} : { status: failure.status },
      );
      this.#slowDown(problem);
      store?.ended(at);
      return problem;
    }
    const now = clock.monotonicTime();
    if (failure.login === 'not_sent') {
      address.loginNotSent(who, failure, now);
      store?.ended(at);
      return failure;
    }
    if (isSuspending(failure)) {
      const facts = address.refused(who, failure, now);
      store?.refused(at, who, failure, facts);
      return failure;
    }
    // An unanswered login stays recorded if it counts.
    if (failure.reason === 'timeout' && address.unanswered(who, now)) return failure;
    this.#slowDown(failure);
    store?.ended(at);
    return failure;
  }

  #checkPermission(): void {
    const permission = this.permission();
    if (permission === 'free') return;
    const wait = permission === 'suspended' ? 'waiting before the next login' : 'waiting briefly before the next login';
    throw new Failure('suspended', this.suspension()?.detail ?? wait);
  }

  #slowDown(problem: Failure): void {
    const { clock, timing } = this.#setup;
    this.#problems += 1;
    this.#lastProblem = problem;
    this.#pausedUntil =
      clock.monotonicTime() + Math.min(longestProblemPauseMs, timing.intervalMs * 2 ** (this.#problems - 1));
  }
}
