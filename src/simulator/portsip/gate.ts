import { createLockOut, lock, type LockOut } from '../kit/lock-out.ts';
import type { Kit } from '../kit/kit.ts';
import { bearerToken, type SimulatorRequest } from '../kit/request.ts';
import type { SimulatorResponse } from '../kit/response.ts';
import { createSessionStore, type Session, type SessionStore } from '../kit/session-store.ts';
import { errorResponse } from './answers.ts';
import { findAccount, isWellFormed, type LoginFields, type PortsipAccount } from './caller.ts';
import type { PortsipSwitches } from './settings.ts';

/** Period over which failed logins count. PortSIP does not publish it; one hour is a strict choice. */
const failureWindowMs = 3_600_000;
/** Lifetime of a refresh token, which is longer than that of an access token. */
const refreshLifeMs = 24 * 3_600_000;

/** Data of a session. */
export interface SessionData {
  readonly account: PortsipAccount;
  /** Domain of the selected tenant; a system administrator can change it. */
  tenant: string | undefined;
  /** Value of the session's cookie. Absent if the login set none. */
  cookie?: string;
  refreshToken?: string;
}

/** Access control: sessions, failed logins, blocked addresses and the request rate. */
export interface Gate {
  readonly sessions: SessionStore<SessionData>;
  readonly refreshTokens: SessionStore<SessionData>;
  /** Checks a login; returns the new session, or the answer that refuses it. */
  login(fields: LoginFields, clientAddress: string): Session<SessionData> | SimulatorResponse;
  /** Opens a session for the same account without checking credentials. */
  renew(data: SessionData): Session<SessionData>;
  /** Adds a refresh token to the session and returns it. */
  addRefreshToken(session: Session<SessionData>): string;
  /** Ends a session and its refresh token; false if there was none. */
  end(token: string | undefined, how: 'logout' | 'revoked'): boolean;
  /** Returns the session of the request's bearer token; the header of v12 is not supported. */
  sessionOf(request: SimulatorRequest): Session<SessionData> | undefined;
  /** Returns the refusal if the address is blocked or sent too many requests; undefined if the request may proceed. */
  refuse(clientAddress: string): SimulatorResponse | undefined;
  /** Blocks an address, as too many failed logins do. */
  block(clientAddress: string): void;
  /** Lifts all blocks, as an administrator can. */
  lift(): void;
}

/** Makes a {@link Gate} without sessions. */
export function createGate(kit: Kit, switches: PortsipSwitches): Gate {
  const { clock, ledger, random } = kit;
  const token = (): string => `${random.hex(32).toUpperCase()}.`;
  const lifeMs = switches.tokenLifeSeconds * 1000;
  const sessions = createSessionStore<SessionData>({ clock, ledger, life: 'absolute', lifeMs, makeToken: token });
  const refreshTokens = createSessionStore<SessionData>({
    clock,
    life: 'absolute',
    lifeMs: refreshLifeMs,
    makeToken: token,
  });
  const lockOut = createLockOut({
    clock,
    ledger,
    violations: switches.failedLogins,
    windowMs: failureWindowMs,
    lockMs: switches.blockSeconds * 1000,
  });
  const open = (account: PortsipAccount): Session<SessionData> =>
    sessions.create({ account, tenant: account.domain }, switches.tokenLifeSeconds * 1000);
  const end = (name: string | undefined, how: 'logout' | 'revoked'): boolean => {
    const refreshToken = sessions.find(name)?.data.refreshToken;
    refreshTokens.revoke(refreshToken);
    return sessions.revoke(name, how);
  };
  const countRequest = rateLimit(kit, switches);
  return {
    sessions,
    refreshTokens,
    end,
    block: (clientAddress) => lock(lockOut, clientAddress),
    lift: () => lockOut.unlock(),
    sessionOf: (request) => sessions.touch(bearerToken(request)),
    renew: (data) => open(data.account),
    addRefreshToken(session) {
      session.data.refreshToken = refreshTokens.create(session.data).token;
      return session.data.refreshToken;
    },
    refuse(clientAddress) {
      if (switches.blocks === 'everything' && lockOut.isLocked(clientAddress))
        return blocked(kit, lockOut, clientAddress);
      return countRequest(clientAddress);
    },
    login(fields, clientAddress) {
      if (lockOut.isLocked(clientAddress)) return blocked(kit, lockOut, clientAddress);
      if (!isWellFormed(fields)) return errorResponse(400, 'VALIDATE_FAILED', 'the request is not valid');
      const account = findAccount(fields);
      if (typeof account === 'string') {
        ledger.countRefusedLogin(account);
        lockOut.recordViolation(clientAddress);
        return refusal(account, switches);
      }
      ledger.countGoodLogin();
      if (!switches.concurrentLogins) sessions.revokeAll(({ data }) => data.account === account);
      return open(account);
    },
  };
}

function refusal(why: 'wrong-password' | 'unknown-domain', switches: PortsipSwitches): SimulatorResponse {
  if (why === 'unknown-domain')
    return errorResponse(404, 'TENANT_NOT_FOUND', 'No tenant information found by the provided SIP domain');
  return errorResponse(switches.badPassword.status, switches.badPassword.code, 'Login failed, authentication error');
}

function blocked({ clock, ledger }: Kit, lockOut: LockOut, clientAddress: string): SimulatorResponse {
  ledger.refusedWhileLocked += 1;
  const until = new Date(clock.wallTime() + lockOut.lockedForMs(clientAddress)).toISOString();
  return errorResponse(403, 'DENIED', `the client IP address ${clientAddress} has been blocked until ${until}`);
}

/** Counts requests by address over the last minute. Excess requests are refused with `Retry-After`. */
function rateLimit({ clock }: Kit, switches: PortsipSwitches): (client: string) => SimulatorResponse | undefined {
  const times = new Map<string, number[]>();
  return (client) => {
    const now = clock.monotonicTime();
    const recent = (times.get(client) ?? []).filter((time) => now - time < 60_000);
    times.set(client, recent);
    if (recent.length < switches.requestsPerMinute) return void recent.push(now);
    const seconds = Math.ceil((60_000 - (now - (recent[0] ?? now))) / 1000);
    return errorResponse(429, 'TOO_MANY_REQUESTS', 'too many requests', { 'Retry-After': String(seconds) });
  };
}
