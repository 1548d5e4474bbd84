import type { Clock } from '../clock.ts';
import type { Driver, Sender, Session } from '../drivers/driver.ts';
import { asFailure, Failure } from '../transport/failure.ts';
import { checkHeaders } from '../transport/headers.ts';
import type { LoginGuard } from './login-guard.ts';

/** Told about every login, so that the round can count it. */
export type LoginObserver = (result: 'success' | 'failure') => void;

/**
 * Keeps one session per target: logs in when there is none, renews it when it is due, shares one login among all
 * calls that wait for it, and ends it when told to.
 */
export class SessionKeeper {
  readonly #driver: Driver;
  readonly #guard: LoginGuard;
  readonly #clock: Clock;
  #current: Session | undefined;
  /** Whether a call has succeeded with the current session. */
  #proven = false;
  #pending: Promise<Session> | undefined;

  constructor(driver: Driver, guard: LoginGuard, clock: Clock) {
    this.#driver = driver;
    this.#guard = guard;
    this.#clock = clock;
  }

  /** Whether there is a session, known to be good or not. */
  get hasSession(): boolean {
    return this.#current !== undefined;
  }

  /** The login or renewal that is on its way. */
  get pending(): Promise<Session> | undefined {
    return this.#pending;
  }

  /** The session to use now; logs in or renews where needed. Throws a `Failure`. */
  async session(sender: Sender, observe: LoginObserver): Promise<Session> {
    if (this.#pending !== undefined) return this.#pending;
    const current = this.#current;
    if (current === undefined) return this.#share(() => this.#login(sender, observe));
    // A session is used before it is renewed: one that is born old must not be renewed for every call.
    const due = current.renewAt !== undefined && this.#proven && this.#clock.monotonicTime() >= current.renewAt;
    if (!due) return current;
    return this.#share(() => this.#renew(sender, observe, current));
  }

  /** A session in place of one that the PBX no longer knows; calls that lost the same one share the new one. Throws a `Failure`. */
  async replace(lost: Session, sender: Sender, observe: LoginObserver): Promise<Session> {
    if (this.#pending !== undefined) return this.#pending;
    if (this.#current !== undefined && this.#current !== lost) return this.#current;
    if (!this.#proven) {
      this.drop(lost);
      throw new Failure('session_lost', 'the PBX refused the new session at its first use');
    }
    return this.#share(() => this.#renew(sender, observe, lost));
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
    if (!this.#proven) this.#guard.failed(new Failure('session_lost', 'the new session was refused at once'));
  }

  /** Ends the session on the PBX, if there is one. Never throws. */
  async logout(sender: Sender): Promise<void> {
    const session = this.#current;
    this.#current = undefined;
    if (session === undefined) return;
    await this.#driver.logout(sender, session).catch(() => {});
  }

  async #share(work: () => Promise<Session>): Promise<Session> {
    this.#pending = work().finally(() => (this.#pending = undefined));
    return this.#pending;
  }

  async #renew(sender: Sender, observe: LoginObserver, old: Session): Promise<Session> {
    if (this.#driver.renew === undefined || old.renewal === undefined) return this.#login(sender, observe);
    try {
      return this.#keep(usable(await this.#driver.renew(sender, old)));
    } catch (thrown) {
      if (leavesSessionOpen(asFailure(thrown))) throw thrown;
      return this.#login(sender, observe);
    }
  }

  async #login(sender: Sender, observe: LoginObserver): Promise<Session> {
    this.#current = undefined;
    this.#guard.enter();
    try {
      const session = usable(await this.#driver.login(sender));
      this.#guard.succeeded();
      observe('success');
      return this.#keep(session);
    } catch (thrown) {
      const failure = asFailure(thrown);
      this.#guard.failed(failure);
      observe('failure');
      throw failure;
    }
  }

  #keep(session: Session): Session {
    this.#current = session;
    this.#proven = false;
    return session;
  }
}

/** The session, if requests can carry it: one that cannot be sent would fail every round until it ends. Throws a `Failure` (`protocol`). */
function usable(session: Session): Session {
  checkHeaders(session.headers ?? {});
  return session;
}

/** Whether a failed renewal says nothing about the session: the PBX was not reached, or was in trouble itself. */
function leavesSessionOpen({ reason }: Failure): boolean {
  return ['dns', 'connect', 'tls', 'timeout', 'service_unavailable', 'rate_limited', 'locked_out'].includes(reason);
}
