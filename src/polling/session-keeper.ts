import type { Clock } from '../clock.ts';
import type { Driver, Sender, Session } from '../drivers/driver.ts';
import { asFailure, Failure } from '../transport/failure.ts';
import { checkHeaders } from '../transport/headers.ts';
import type { LoginGuard } from './login-guard/login-guard.ts';
import type { LoginTimeLimit } from './login-guard/login-queue.ts';

/** After a failed early renewal, the current session is used for at least this long (ms) before the next attempt. */
const earlyRenewalRetryMs = 5_000;
/** Timeout of the logout of a replaced session, in milliseconds. */
const logoutTimeoutMs = 2_000;

/** Sends logins and logouts: requests without a session, within the time of the round. */
export type LoginSender = Sender & LoginTimeLimit;

/** Called after every login, so that the round can count it. */
export type LoginObserver = (result: 'success' | 'failure') => void;

/**
 * Keeps one session per target: logs in if there is none, renews it when due, shares one login among all waiting calls,
 * and ends the session on request.
 */
export class SessionKeeper {
  readonly #driver: Driver;
  readonly #guard: LoginGuard;
  readonly #clock: Clock;
  readonly #beforeLogin: () => Promise<void>;
  #current: Session | undefined;
  /** Whether a call has succeeded with the current session. */
  #proven = false;
  /** Monotonic time (ms) before which no further early renewal is tried. */
  #earlyNotBefore = -Infinity;
  #pending: Promise<Session> | undefined;

  /** @param beforeLogin Awaited before each login, e.g. to read the secret again. Default: nothing. */
  constructor(driver: Driver, guard: LoginGuard, clock: Clock, beforeLogin = (): Promise<void> => Promise.resolve()) {
    this.#beforeLogin = beforeLogin;
    this.#driver = driver;
    this.#guard = guard;
    this.#clock = clock;
  }

  /** Whether there is a session, even if no call has succeeded with it yet. */
  get hasSession(): boolean {
    return this.#current !== undefined;
  }

  /** The current session; undefined if there is none, or if a login or renewal is in progress. */
  get currentSession(): Session | undefined {
    return this.#pending === undefined ? this.#current : undefined;
  }

  /** The login or renewal in progress, if any. */
  get pending(): Promise<Session> | undefined {
    return this.#pending;
  }

  /** Returns the session to use; logs in or renews it if necessary. Throws a `Failure`. */
  async session(sender: LoginSender, observe: LoginObserver): Promise<Session> {
    if (this.#pending !== undefined) return this.#pending;
    const current = this.#current;
    if (current === undefined) return this.#share(() => this.#loginWithoutSession(sender, observe));
    return this.#isDue(current) ? this.#share(() => this.#renewEarly(sender, observe, current)) : current;
  }

  /** Replaces a session that the PBX no longer accepts; calls that lost the same session share the new one. Throws a `Failure`. */
  async replace(lost: Session, sender: LoginSender, observe: LoginObserver): Promise<Session> {
    if (this.#pending !== undefined) return this.#pending;
    if (this.#current !== undefined && this.#current !== lost) return this.#current;
    if (!this.#proven) {
      this.drop(lost);
      throw new Failure('session_lost', 'the PBX refused the new session at its first use');
    }
    return this.#share(() => this.#renew(sender, lost, () => this.#loginWithoutSession(sender, observe)));
  }

  /** Call after each successful call with this session. */
  prove(session: Session): void {
    if (this.#current !== session || this.#proven) return;
    this.#proven = true;
    this.#guard.proven();
  }

  /** Reports whether this is the current session and no call has succeeded with it yet. */
  isUnproven(session: Session): boolean {
    return this.#current === session && !this.#proven;
  }

  /** Drops a refused session, unless a call has meanwhile succeeded with it. */
  dropUnproven(session: Session): void {
    if (!this.#proven) this.drop(session);
  }

  /** Drops a session that the PBX no longer accepts. If no call ever succeeded with it, the next logins are delayed. */
  drop(lost: Session): void {
    if (this.#current !== lost) return;
    this.#current = undefined;
    if (!this.#proven) this.#guard.sessionRefused();
  }

  /** Ends the session on the PBX, if there is one. Never throws. */
  async logout(sender: LoginSender): Promise<void> {
    const session = this.#current;
    this.#current = undefined;
    if (session === undefined) return;
    await this.#driver.logout(sender, session).catch(() => {});
  }

  async #share(work: () => Promise<Session>): Promise<Session> {
    this.#pending = work().finally(() => (this.#pending = undefined));
    return this.#pending;
  }

  /**
   * Reports whether the session should be renewed. It must have served a call first: a session that is due from the
   * start would otherwise be renewed for every call.
   */
  #isDue({ renewAt }: Session): boolean {
    const now = this.#clock.monotonicTime();
    return renewAt !== undefined && this.#proven && now >= renewAt && now >= this.#earlyNotBefore;
  }

  /** Replaces the session before it expires. If that fails, the old session is used until it ends. */
  async #renewEarly(sender: LoginSender, observe: LoginObserver, old: Session): Promise<Session> {
    const patient = withTimeout(sender, sender.remainingMs() / 2);
    try {
      return await this.#renew(patient, old, () => this.#replaceByLogin(patient, observe, old));
    } catch (thrown) {
      this.#earlyNotBefore = this.#clock.monotonicTime() + earlyRenewalRetryMs;
      if (this.#current !== old) throw thrown;
      return old;
    }
  }

  /** Replaces a session: by renewal if the family supports it, otherwise with `logIn`. */
  async #renew(sender: LoginSender, old: Session, logIn: () => Promise<Session>): Promise<Session> {
    if (this.#driver.renew === undefined || old.renewal === undefined) return logIn();
    try {
      return this.#keep(usable(await this.#driver.renew(sender, old)));
    } catch (thrown) {
      if (leavesSessionOpen(asFailure(thrown))) throw thrown;
      return logIn();
    }
  }

  /** Logs in and then ends the old session. If the PBX allows only one session per user, the old session is ended first. */
  async #replaceByLogin(sender: LoginSender, observe: LoginObserver, old: Session): Promise<Session> {
    if (this.#guard.permission() !== 'free') return old;
    const logoutSender = withTimeout(sender, logoutTimeoutMs);
    if (this.#guard.oneSession) await this.logout(logoutSender);
    const session = await this.#login(sender, observe);
    if (!this.#guard.oneSession) await this.#driver.logout(logoutSender, old).catch(() => {});
    return session;
  }

  /** Logs in when there is no session, or the PBX no longer accepts it. */
  async #loginWithoutSession(sender: LoginSender, observe: LoginObserver): Promise<Session> {
    this.#current = undefined;
    return this.#login(sender, observe);
  }

  async #login(sender: LoginSender, observe: LoginObserver): Promise<Session> {
    await this.#beforeLogin();
    const session = await this.#guard.login(sender, async (mayRepeat) => {
      try {
        const opened = usable(await this.#driver.login(withMayRepeat(sender, mayRepeat)));
        observe('success');
        return opened;
      } catch (thrown) {
        if (asFailure(thrown).login !== 'not_sent') observe('failure');
        throw thrown;
      }
    });
    return this.#keep(session);
  }

  #keep(session: Session): Session {
    this.#current = session;
    this.#proven = false;
    return session;
  }
}

/** Returns the sender with an upper limit for the timeout of its requests. */
function withTimeout(sender: LoginSender, milliseconds: number): LoginSender {
  return {
    signal: sender.signal,
    remainingMs: () => Math.min(sender.remainingMs(), milliseconds),
    ask: (request, read) =>
      sender.ask({ ...request, timeoutMs: Math.min(request.timeoutMs ?? Infinity, milliseconds) }, read),
  };
}

/** Returns the sender with requests that are repeated only if `mayRepeat` allows it. */
function withMayRepeat(sender: Sender, mayRepeat: () => boolean): Sender {
  return { ask: (request, read) => sender.ask({ ...request, mayRepeat }, read) };
}

/**
 * Returns the session if its headers are valid; with invalid ones, every request would fail until the session ends.
 * Throws a `Failure` (`protocol`).
 */
function usable(session: Session): Session {
  checkHeaders(session.headers ?? {});
  return session;
}

/** Reports whether the session may still be valid after a failed renewal: the PBX was not reached, or had an internal problem. */
function leavesSessionOpen({ reason }: Failure): boolean {
  return ['dns', 'connect', 'tls', 'timeout', 'service_unavailable', 'rate_limited', 'locked_out'].includes(reason);
}
