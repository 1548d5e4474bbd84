import type { Kit } from '../../kit/kit.ts';
import { mediaType, readCookies, readForm, readJsonObject, type SimulatorRequest } from '../../kit/request.ts';
import type { SimulatorResponse } from '../../kit/response.ts';
import { createSessionStore, type SessionStore } from '../../kit/session-store.ts';
import { type Result, v3Envelope } from '../envelope.ts';
import type { Traits } from '../releases.ts';
import type { MikoSwitches, Resource } from '../settings.ts';

const refreshCookie = 'refreshToken';
const minuteMs = 60_000;
const tokenLifeSeconds = 900;
const refreshLifeMs = 30 * 24 * 60 * minuteMs;
const failuresPerWindow = 10;

interface SessionParts {
  readonly kit: Kit;
  readonly traits: Traits;
  readonly switches: MikoSwitches;
}

/** The client of a request: a user with an access token, or an API key with its rights. */
export type V3Caller = { readonly kind: 'token' } | { readonly kind: 'key'; readonly rights: readonly Resource[] };

/** Tokens, keys and logins from 2025.1 on. */
export class V3Sessions {
  readonly #kit: Kit;
  readonly #traits: Traits;
  readonly #switches: MikoSwitches;
  /** Refresh tokens, one for each login; the ledger counts them as sessions. */
  readonly #refreshTokens: SessionStore<string>;
  readonly #accessTokens: SessionStore<string>;
  #window = 0;
  #failures = 0;
  /** Number of calls refused for lack of a valid token or right. */
  refusals = 0;

  constructor({ kit, traits, switches }: SessionParts) {
    this.#kit = kit;
    this.#traits = traits;
    this.#switches = switches;
    const { clock, ledger, random } = kit;
    this.#refreshTokens = createSessionStore({
      clock,
      ledger,
      life: 'absolute',
      lifeMs: refreshLifeMs,
      makeToken: () => `${random.hex(44)}%3D%3D`,
    });
    this.#accessTokens = createSessionStore({
      clock,
      life: 'absolute',
      lifeMs: tokenLifeSeconds * 1000,
      makeToken: () => `eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9.${random.hex(60)}.${random.hex(43)}`,
    });
  }

  /** Ends all refresh and access tokens. */
  endSessions(): void {
    this.#refreshTokens.revokeAll();
    this.#accessTokens.revokeAll();
  }

  /** Identifies the caller by an `Authorization: Bearer` header in this exact spelling; undefined if missing or invalid. */
  recognise(request: SimulatorRequest): V3Caller | undefined {
    const token = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1];
    if (token === undefined) return undefined;
    const key = this.#switches.apiKeys.find((candidate) => candidate.key === token);
    if (key !== undefined) return { kind: 'key', rights: key.rights };
    return this.#accessTokens.find(token) === undefined ? undefined : { kind: 'token' };
  }

  /** Makes the answer to unknown callers and to keys without the right; the two cases are indistinguishable. */
  refuse(): SimulatorResponse {
    this.refusals += 1;
    return this.#answer('', {
      data: [],
      result: false,
      status: 401,
      messages: { error: ["The user isn't authenticated."] },
    });
  }

  /** Answers `auth:login`. */
  login(request: SimulatorRequest): SimulatorResponse {
    const fields = mediaType(request).includes('json')
      ? readJsonObject(request)
      : Object.fromEntries(readForm(request));
    const { login, password } = fields;
    if (typeof login !== 'string' || typeof password !== 'string')
      return this.#refuseLogin('fields-missing', 400, 'Login and password are required');
    this.#startWindow();
    if (this.#failures >= failuresPerWindow)
      return this.#refuseLogin('too-many-failures', 429, 'Too many login attempts. Please try again later.');
    if (login.trim() !== this.#switches.username || password.trim() !== this.#switches.password) {
      this.#failures += 1;
      const left = failuresPerWindow - this.#failures;
      return this.#refuseLogin('wrong-password', 401, `Authorization error, you have ${left} attempts left`);
    }
    this.#kit.ledger.countGoodLogin();
    const refresh = this.#refreshTokens.create(request.clientAddress).token;
    return this.#answer('login', { data: { ...this.#newToken(), login }, headers: this.#setCookie(refresh) });
  }

  /** Answers `auth:refresh`, which needs only the cookie. Version 2025.1 replaces the cookie. */
  refresh(request: SimulatorRequest): SimulatorResponse {
    const sent = readCookies(request).get(refreshCookie);
    const session = this.#refreshTokens.find(sent);
    if (session === undefined) return this.refuse();
    const data = { ...this.#newToken(), homePage: '/admin-cabinet/extensions/index' };
    if (this.#traits.generation === 'D') return this.#answer('refresh', { data });
    this.#refreshTokens.revoke(sent, 'expired');
    const replaced = this.#refreshTokens.create(session.data).token;
    return this.#answer('refresh', { data, headers: this.#setCookie(replaced) });
  }

  /** Answers `auth:logout`. The access token remains valid until it expires. */
  logout(request: SimulatorRequest): SimulatorResponse {
    this.#refreshTokens.revoke(readCookies(request).get(refreshCookie), 'logout');
    return this.#answer('logout', {
      data: { message: 'Logged out' },
      headers: { 'Set-Cookie': `${refreshCookie}=deleted; Max-Age=0; path=/` },
    });
  }

  #newToken(): Readonly<Record<string, unknown>> {
    const lifeMs = tokenLifeSeconds * 1000 + this.#switches.tokenLeewayMs;
    const { token } = this.#accessTokens.create('', lifeMs);
    return { accessToken: token, tokenType: 'Bearer', expiresIn: tokenLifeSeconds };
  }

  #setCookie(token: string): Readonly<Record<string, string>> {
    const sameSite = this.#traits.generation === 'C' ? 'Lax' : 'Strict';
    return { 'Set-Cookie': `${refreshCookie}=${token}; path=/; HttpOnly; SameSite=${sameSite}` };
  }

  /** Resets the failure counter, shared by all clients, when a new five-minute window of the wall clock begins. */
  #startWindow(): void {
    const window = Math.floor(this.#kit.clock.wallTime() / (5 * minuteMs));
    if (window !== this.#window) this.#failures = 0;
    this.#window = window;
  }

  #refuseLogin(reason: string, status: number, message: string): SimulatorResponse {
    this.#kit.ledger.countRefusedLogin(reason);
    if (status === 429)
      this.#kit.ledger.countLockedPeriod({
        client: 'everybody',
        from: this.#kit.clock.monotonicTime(),
        until: this.#kit.clock.monotonicTime() + 5 * minuteMs,
      });
    return this.#answer('login', { data: [], result: false, status, messages: { error: [message] } });
  }

  #answer(action: string, result: Result): SimulatorResponse {
    return v3Envelope(this.#kit.clock, action, result);
  }
}
