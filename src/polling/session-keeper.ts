import type { Clock } from '../clock.ts';
import type { Driver, Sender, Session } from '../drivers/driver.ts';
import { asFailure, Failure } from '../transport/failure.ts';
import { checkHeaders } from '../transport/headers.ts';
import type { LoginGuard } from './login-guard/login-guard.ts';
import type { LoginTime } from './login-guard/login-queue.ts';

/** After a failed early renewal, the current session is used for at least this long (ms) before the next attempt. */
const nextEarlyTryMs = 5_000;
/** How long the end of a session that has a successor may take, in milliseconds. */
const farewellMs = 2_000;

/** What logins and logouts are sent with: requests without a session, and the time of the round. */
export type LoginSender = Sender & LoginTime;

/** Told about every login, so that the round can count it. */
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
  /** Monotonic time (ms) before which the session in use is not renewed early once more. */
  #earlyNotBefore = -Infinity;
  #pending: Promise<Session> | undefined;

  /** @param beforeLogin Awaited before each login, e.g. to read the secret again. Default: nothing. */
  constructor(driver: Driver, guard: LoginGuard, clock: Clock, beforeLogin = (): Promise<void> => Promise.resolve()) {
    this.#beforeLogin = beforeLogin;
    this.#driver = driver;
    this.#guard = guard;
    this.#clock = clock;
  }

  /** Whether there is a session, known to be good or not. */
  get hasSession(): boolean {
    return this.#current !== undefined;
  }

  /** The session in use; undefined if there is none, or another one is on its way. */
  get held(): Session | undefined {
    return this.#pending === undefined ? this.#current : undefined;
  }

  /** The login or renewal that is on its way. */
  get pending(): Promise<Session> | undefined {
    return this.#pending;
  }

  /** The session to use now; logs in or renews where needed. Throws a `Failure`. */
  async session(sender: LoginSender, observe: LoginObserver): Promise<Session> {
    if (this.#pending !== undefined) return this.#pending;
    const current = this.#current;
    if (current === undefined) return this.#share(() => this.#loginAfresh(sender, observe));
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
    return this.#share(() => this.#renew(sender, lost, () => this.#loginAfresh(sender, observe)));
  }

  /** Call after each call that the session served. */
  prove(session: Session): void {
    if (this.#current !== session || this.#proven) return;
    this.#proven = true;
    this.#guard.proven();
  }

  /** Whether this is the session in use and no call has succeeded with it yet. */
  isUnproven(session: Session): boolean {
    return this.#current === session && !this.#proven;
  }

  /** Forgets a session that was refused, unless a call has succeeded with it all the same. */
  dropUnproven(session: Session): void {
    if (!this.#proven) this.drop(session);
  }

  /** Forgets a session that the PBX no longer knows; one that never served a call makes the next logins rarer. */
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

  /** A session is used before it is renewed: one that is born old must not be renewed for every call. */
  #isDue({ renewAt }: Session): boolean {
    const now = this.#clock.monotonicTime();
    return renewAt !== undefined && this.#proven && now >= renewAt && now >= this.#earlyNotBefore;
  }

  /** A new session before the old one has ended; where none is to be had the old one continues to its end. */
  async #renewEarly(sender: LoginSender, observe: LoginObserver, old: Session): Promise<Session> {
    const patient = withTimeout(sender, sender.remainingMs() / 2);
    try {
      return await this.#renew(patient, old, () => this.#loginBeside(patient, observe, old));
    } catch (thrown) {
      this.#earlyNotBefore = this.#clock.monotonicTime() + nextEarlyTryMs;
      if (this.#current !== old) throw thrown;
      return old;
    }
  }

  /** A session in place of another: by renewal where the family can, else as told. */
  async #renew(sender: LoginSender, old: Session, logIn: () => Promise<Session>): Promise<Session> {
    if (this.#driver.renew === undefined || old.renewal === undefined) return logIn();
    try {
      return this.#keep(usable(await this.#driver.renew(sender, old)));
    } catch (thrown) {
      if (leavesSessionOpen(asFailure(thrown))) throw thrown;
      return logIn();
    }
  }

  /** Logs in while the old session lives, and ends that after; first where the PBX takes one session of a user at a time. */
  async #loginBeside(sender: LoginSender, observe: LoginObserver, old: Session): Promise<Session> {
    if (this.#guard.permission() !== 'free') return old;
    const farewell = withTimeout(sender, farewellMs);
    if (this.#guard.oneSession) await this.logout(farewell);
    const session = await this.#login(sender, observe);
    if (!this.#guard.oneSession) await this.#driver.logout(farewell, old).catch(() => {});
    return session;
  }

  /** Logs in when the old session, if there was one, is gone. */
  async #loginAfresh(sender: LoginSender, observe: LoginObserver): Promise<Session> {
    this.#current = undefined;
    return this.#login(sender, observe);
  }

  async #login(sender: LoginSender, observe: LoginObserver): Promise<Session> {
    await this.#beforeLogin();
    const session = await this.#guard.login(sender, async (mayRepeat) => {
      try {
        const opened = usable(await this.#driver.login(asking(sender, mayRepeat)));
        observe('success');
        return opened;
      } catch (thrown) {
        if (asFailure(thrown).login !== 'unsent') observe('failure');
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

/** The sender, whose requests take no longer than that. */
function withTimeout(sender: LoginSender, milliseconds: number): LoginSender {
  return {
    signal: sender.signal,
    remainingMs: () => Math.min(sender.remainingMs(), milliseconds),
    ask: (request, read) =>
      sender.ask({ ...request, timeoutMs: Math.min(request.timeoutMs ?? Infinity, milliseconds) }, read),
  };
}

/** The sender, whose requests are sent a second time only if `mayRepeat` allows it. */
function asking(sender: Sender, mayRepeat: () => boolean): Sender {
  return { ask: (request, read) => sender.ask({ ...request, mayRepeat }, read) };
}

/** The session, if requests can carry it: one that cannot be sent would fail every round until it ends. Throws a `Failure` (`protocol`). */
function usable(session: Session): Session {
  checkHeaders(session.headers ?? {});
  return session;
}

/** Whether the session may still be valid after a failed renewal: the PBX was not reached, or had an internal problem. */
function leavesSessionOpen({ reason }: Failure): boolean {
  return ['dns', 'connect', 'tls', 'timeout', 'service_unavailable', 'rate_limited', 'locked_out'].includes(reason);
}
