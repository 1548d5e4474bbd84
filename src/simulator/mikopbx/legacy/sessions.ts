import { createLockOut, lock, type LockOut } from '../../kit/lock-out.ts';
import type { Kit } from '../../kit/kit.ts';
import { readCookies, readForm, type SimulatorRequest } from '../../kit/request.ts';
import type { SimulatorResponse } from '../../kit/response.ts';
import { createSessionStore, type SessionStore } from '../../kit/session-store.ts';
import { json } from '../envelope.ts';
import type { Traits } from '../releases.ts';
import type { MikoSwitches } from '../settings.ts';

const cookieName = 'PHPSESSID';
const minuteMs = 60_000;

/** Three failures within 30 minutes ban an address for twelve hours. */
const ban = { violations: 3, windowMs: 30 * minuteMs, lockMs: 720 * minuteMs };
/** Maximum number of logins per address, including accepted ones, in each five-minute window of the wall clock. */
const loginsPerWindow = 9;

interface SessionParts {
  readonly kit: Kit;
  readonly traits: Traits;
  readonly switches: MikoSwitches;
}

/** Sessions and logins up to 2024. */
export class LegacySessions {
  readonly #kit: Kit;
  readonly #traits: Traits;
  readonly #switches: MikoSwitches;
  readonly #sessions: SessionStore<string>;
  readonly #fail2ban: LockOut;
  #window = 0;
  #loginsInWindow = new Map<string, number>();
  /** Number of requests that fail2ban counted. */
  violations = 0;

  constructor({ kit, traits, switches }: SessionParts) {
    this.#kit = kit;
    this.#traits = traits;
    this.#switches = switches;
    const { clock, ledger, random } = kit;
    const early = traits.generation === 'A';
    const makeToken = (): string => random.hex(32);
    this.#sessions = createSessionStore({
      clock,
      ledger,
      makeToken,
      life: early ? 'absolute' : 'sliding',
      lifeMs: early ? Infinity : 60 * minuteMs,
    });
    this.#fail2ban = createLockOut({ clock, ledger, ...ban });
  }

  /** Reports whether this address is banned. */
  isBanned(address: string): boolean {
    return this.#fail2ban.isLocked(address);
  }

  /** Bans this address, as too many refused requests do. */
  ban(address: string): void {
    lock(this.#fail2ban, address);
  }

  /** Ends all sessions. */
  endSessions(): void {
    this.#sessions.revokeAll();
  }

  /** Reports whether the request has a live session; from 2023.2 on, each use extends it. */
  isLoggedIn(request: SimulatorRequest): boolean {
    const token = this.#cookie(request);
    const session = this.#sessions.find(token);
    if (session === undefined) return false;
    if (this.#kit.clock.monotonicTime() - session.createdAt < this.#switches.sessionFileLifeMs)
      return this.#sessions.touch(token) !== undefined;
    this.#sessions.revoke(token, 'expired');
    return false;
  }

  /** Adds a line to the log that fail2ban reads. */
  recordViolation(request: SimulatorRequest): void {
    this.violations += 1;
    if (this.#switches.fail2ban) this.#fail2ban.recordViolation(request.clientAddress);
  }

  /** Returns the cookie that an API call without one receives from 2023.2 on; it identifies no session. */
  strayCookie(request: SimulatorRequest): Readonly<Record<string, string>> {
    if (this.#traits.generation === 'A') return {};
    return this.#setCookie(request, this.#kit.random.hex(32));
  }

  /** Answers `session/start`, sent as POST or, after a redirect, as GET. */
  login(request: SimulatorRequest): SimulatorResponse {
    if (request.method === 'POST' && this.#traits.liveLogin !== 'checked' && this.isLoggedIn(request))
      return answer({ success: true, reload: false, message: [], ...this.#secrets() });
    if (this.#isThrottled(request)) return this.#refuseThrottled(request);
    const form = request.method === 'POST' ? readForm(request) : new URLSearchParams();
    const { username, password } = this.#switches;
    const good = form.get('login')?.trim() === username && form.get('password')?.trim() === password;
    return good ? this.#accept(request) : this.#refuse(request);
  }

  /** Answers a script's request for `session/index`; counts no login and, from 2024.1 on, includes the number of logins left. */
  loginForm(request: SimulatorRequest): SimulatorResponse {
    const left = this.#traits.loginLimit ? { remainAttempts: loginsPerWindow + 1 - this.#countNow(request) } : {};
    return answer({ NameFromSettings: 'MikoPBX', form: {}, ...left, success: true, reload: false, message: [] });
  }

  /** Answers a script's request for a page; without a session, with status 403 and without a line in any log. */
  page(request: SimulatorRequest, content: Readonly<Record<string, unknown>>): SimulatorResponse {
    if (!this.isLoggedIn(request)) return { status: 403, body: 'This user is not authorized' };
    return answer({ ...content, success: true, reload: false, message: [] });
  }

  /** Answers `session/end`. */
  logout(request: SimulatorRequest): SimulatorResponse {
    this.#sessions.revoke(this.#cookie(request), 'logout');
    return answer({ success: true, reload: 'session/index', message: [] });
  }

  #accept(request: SimulatorRequest): SimulatorResponse {
    const sent = this.#cookie(request);
    const token = sent ?? this.#kit.random.hex(32);
    this.#kit.ledger.countGoodLogin();
    if (this.#sessions.find(token) === undefined) this.#sessions.create(request.clientAddress, undefined, token);
    const body = { success: true, reload: this.#traits.loginReload, message: [] };
    return answer(body, this.#setCookie(request, token));
  }

  #refuse(request: SimulatorRequest): SimulatorResponse {
    this.#kit.ledger.countRefusedLogin('wrong-password');
    if (!this.#traits.loginLimit) this.recordViolation(request);
    const left = loginsPerWindow + 1 - this.#count(request);
    const text = this.#traits.loginLimit
      ? `Authorization failed, you have ${left} attempts left`
      : 'Authorization error';
    const extra = request.method === 'GET' ? { NameFromSettings: 'MikoPBX', form: '' } : {};
    const body = { success: false, reload: false, message: { error: [text] }, ...extra };
    return answer(body, this.#setCookie(request, this.#kit.random.hex(32)));
  }

  #refuseThrottled(request: SimulatorRequest): SimulatorResponse {
    this.#kit.ledger.countRefusedLogin('too-many-logins');
    this.recordViolation(request);
    const error = ['Too many login attempts. Please try again later.'];
    const body = { success: true, reload: '/admin-cabinet/session/index', message: { error } };
    return answer(body, this.#setCookie(request, this.#kit.random.hex(32)));
  }

  #isThrottled(request: SimulatorRequest): boolean {
    if (!this.#traits.loginLimit) return false;
    this.#loginsInWindow.set(clientOf(request), this.#countNow(request) + 1);
    return this.#count(request) > loginsPerWindow;
  }

  #countNow(request: SimulatorRequest): number {
    const window = Math.floor(this.#kit.clock.wallTime() / (5 * minuteMs));
    if (window !== this.#window) this.#loginsInWindow.clear();
    this.#window = window;
    return this.#count(request);
  }

  #count(request: SimulatorRequest): number {
    return this.#loginsInWindow.get(clientOf(request)) ?? 0;
  }

  #secrets(): Readonly<Record<string, unknown>> {
    if (this.#traits.liveLogin !== 'secrets') return {};
    const rows = this.#kit.world.extensions.map(({ number, name }) => ({
      number,
      userName: name,
      email: `${number}@example.org`,
      secret: `sip-secret-of-${number}`,
    }));
    return { extensions: rows };
  }

  #cookie(request: SimulatorRequest): string | undefined {
    const value = readCookies(request).get(cookieName);
    return value === '' ? undefined : value;
  }

  /** Returns a header that sets the cookie; empty if the request already has one, valid or not. */
  #setCookie(request: SimulatorRequest, token: string): Readonly<Record<string, string>> {
    return this.#cookie(request) === undefined ? { 'Set-Cookie': `${cookieName}=${token}; path=/` } : {};
  }
}

function answer(value: unknown, headers: Readonly<Record<string, string>> = {}): SimulatorResponse {
  return json({ headers }, value);
}

/** Returns the client address for the login limit; 2024.1 trusts `X-Forwarded-For`. */
function clientOf({ headers, clientAddress }: SimulatorRequest): string {
  const forwarded = headers['x-forwarded-for'];
  return typeof forwarded === 'string' ? forwarded : clientAddress;
}
