import type { Kit } from '../../kit/kit.ts';
import { readJsonObject, type SimulatorRequest } from '../../kit/request.ts';
import { jsonResponse, type SimulatorResponse } from '../../kit/response.ts';
import { createSessionStore, type SessionStore } from '../../kit/session-store.ts';
import type { ModernSwitches, User } from '../settings.ts';
import { errorResponse, protoJson } from './answers.ts';

/** Logins and tokens of the modern API. */
export interface Sessions {
  login(request: SimulatorRequest): SimulatorResponse;
  logout(request: SimulatorRequest): SimulatorResponse;
  /** Reports whether the request has a valid token. */
  admits(request: SimulatorRequest): boolean;
  forgetAll(): void;
}

interface SessionParts {
  readonly kit: Kit;
  readonly switches: ModernSwitches;
  readonly domain: string;
  readonly sessions: SessionStore<string>;
}

/** Makes the logins and sessions of a simulated modern Webitel. */
export function createSessions(kit: Kit, switches: ModernSwitches, domain: string): Sessions {
  const sessions = createSessionStore<string>({
    clock: kit.clock,
    ledger: kit.ledger,
    life: 'absolute',
    lifeMs: Infinity,
    makeToken: () => kit.random.hex(26),
  });
  const parts: SessionParts = { kit, switches, domain, sessions };
  return {
    login: (request) => login(parts, request),
    logout(request) {
      if (!sessions.revoke(tokenOf(request), 'logout')) return unauthenticated(switches);
      return jsonResponse(200, {});
    },
    admits(request) {
      const token = tokenOf(request);
      const isStatic = switches.accessTokens.some((entry) => entry.token === token && entry.enabled);
      return isStatic || sessions.find(token) !== undefined;
    },
    forgetAll: () => void sessions.revokeAll(),
  };
}

/** Makes the answer to a missing, unknown or expired token (status 401). */
export function unauthenticated(switches: ModernSwitches): SimulatorResponse {
  return errorResponse(switches, 401, 'app.session.unauthenticated');
}

function login(parts: SessionParts, request: SimulatorRequest): SimulatorResponse {
  const { kit, switches, sessions } = parts;
  const refuse = (reason: string, response: SimulatorResponse): SimulatorResponse => {
    kit.ledger.countRefusedLogin(reason);
    return response;
  };
  const user = findUser(parts, request);
  if (user === undefined) return refuse('wrong-password', errorResponse(switches, 401, 'app.auth.credentials.invalid'));
  if (switches.licence !== 'good') {
    const id = switches.licence === 'expired' ? 'app.license.product.expired' : 'app.context.auth.license.err';
    return refuse('no-licence', errorResponse(switches, 403, id));
  }
  if (switches.password !== 'good') {
    const id = switches.password === 'expired' ? 'app.password.expired' : 'app.password.force_change';
    return refuse('password-expired', errorResponse(switches, 412, id));
  }
  if (switches.secondFactor) return refuse('second-factor', jsonResponse(200, { id: kit.random.hex(16) }));
  kit.ledger.countGoodLogin();
  const { token } = sessions.create(user.username, switches.tokenLifeSeconds * 1000);
  const lifetime = switches.hideLifetime ? {} : { expires_in: switches.tokenLifeSeconds };
  const authorization = { access_token: token, token_type: 'bearer', ...lifetime };
  return jsonResponse(200, protoJson(switches.wrapAuthorization ? { authorization: authorization } : authorization));
}

/** Finds the user by `user@domain`, or by the older form with a separate domain. */
function findUser({ switches, domain }: SessionParts, request: SimulatorRequest): User | undefined {
  const { username, password, domain: apart } = readJsonObject(request);
  const name = apart === domain && !String(username).includes('@') ? `${String(username)}@${domain}` : username;
  return switches.users.find((user) => user.username === name && user.password === password);
}

function tokenOf(request: SimulatorRequest): string | undefined {
  const value = request.headers['x-webitel-access'];
  return typeof value === 'string' ? value : undefined;
}
