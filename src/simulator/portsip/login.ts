import type { Kit } from '../kit/kit.ts';
import { jsonResponse } from '../kit/response.ts';
import type { SimulatorResponse } from '../kit/response.ts';
import { readCookies, readForm, readJsonObject } from '../kit/request.ts';
import type { SimulatorRequest } from '../kit/request.ts';
import type { Session } from '../kit/session-store.ts';
import { errorResponse, noSuchPath } from './answers.ts';
import { loginFields } from './caller.ts';
import type { LoginFields } from './caller.ts';
import type { Gate, SessionData } from './gate.ts';
import type { PortsipSwitches } from './settings.ts';

const clientId = '9d806019-75b2-4b3d-bb8b-f5a3a412cc0a';
const cookieName = 'portsip_session';

/** The parts of the server that the login paths use. */
export interface LoginParts {
  readonly kit: Kit;
  readonly gate: Gate;
  readonly switches: PortsipSwitches;
}

type Answer = (parts: LoginParts, request: SimulatorRequest) => SimulatorResponse;

/** Answers `POST /login` with a token, or with a cookie for which `GET /login` returns the token. */
export const postLogin: Answer = (parts, request) => {
  const { gate, kit, switches } = parts;
  if (!switches.flows.has('login')) return noSuchPath;
  const session = enter(parts, loginFields(request, 'json'), request);
  if ('status' in session) return session;
  if (switches.loginAnswer === 'body') return jsonResponse(200, statusBody(parts, session));
  if (switches.loginAnswer === 'nothing') {
    gate.end(session.token, 'revoked');
    return { status: 200 };
  }
  session.data.cookie = kit.random.hex(32);
  return {
    status: switches.loginAnswer === 'cookie' ? 200 : 204,
    headers: { 'Set-Cookie': `${cookieName}=${session.data.cookie}; Path=/; HttpOnly; Secure` },
  };
};

/** Answers `GET /login` with the status of the session that belongs to the cookie. */
export const getLogin: Answer = (parts, request) => {
  if (!parts.switches.flows.has('login')) return noSuchPath;
  const cookie = readCookies(request).get(cookieName);
  const session = parts.gate.sessions.list().find(({ data }) => data.cookie !== undefined && data.cookie === cookie);
  if (session === undefined) return errorResponse(401, 'UNAUTHORIZED', 'not logged in');
  return jsonResponse(200, statusBody(parts, session));
};

/** Answers `POST /auth/sign_in` with tokens or a challenge for the second factor, both with status 200. */
export const signIn: Answer = (parts, request) => {
  if (!parts.switches.flows.has('sign_in')) return noSuchPath;
  const session = enter(parts, loginFields(request, 'json'), request, 'sign_in');
  return 'status' in session ? session : jsonResponse(200, oauthBody(parts, session));
};

/** Answers `POST /tokens`, a login of v16. */
export const tokens: Answer = (parts, request) => {
  if (!parts.switches.flows.has('tokens')) return noSuchPath;
  const session = enter(parts, loginFields(request, 'json'), request);
  return 'status' in session ? session : jsonResponse(200, { access_token: session.token, ...lifeOf(parts, session) });
};

/** Answers `POST /login/oauth/token`, a form with a password or a refresh token. */
export const oauthToken: Answer = (parts, request) => {
  if (!parts.switches.flows.has('oauth')) return noSuchPath;
  const form = readForm(request);
  if (form.get('client_id') !== clientId) return errorResponse(400, 'UNKNOWN', 'unknown error');
  if (form.get('grant_type') === 'refresh_token') return refresh(parts, form.get('refresh_token'));
  if (form.get('grant_type') !== 'password' || form.get('scope') !== 'all')
    return errorResponse(400, 'UNKNOWN', 'unknown error');
  const session = enter(parts, loginFields(request, 'form'), request);
  return 'status' in session ? session : jsonResponse(200, oauthBody(parts, session));
};

/** Answers `POST /auth/refresh_token`. */
export const refreshToken: Answer = (parts, request) => {
  if (!parts.switches.flows.has('sign_in')) return noSuchPath;
  return refresh(parts, readJsonObject(request)['refresh_token']);
};

/** Logs in; returns the new session, a refusal, or the challenge for the second factor (status 200). */
function enter(
  { gate, switches, kit }: LoginParts,
  fields: LoginFields,
  { clientAddress }: SimulatorRequest,
  flow?: 'sign_in',
): Session<SessionData> | SimulatorResponse {
  const session = gate.login(fields, clientAddress);
  if ('status' in session) return session;
  const asksUsers = switches.release === '22.3' && flow === 'sign_in' && session.data.account.domain !== undefined;
  if (!switches.twoFactor || (switches.release !== '22.6' && !asksUsers)) return session;
  gate.end(session.token, 'revoked');
  return jsonResponse(200, { two_factor_enabled: true, token: kit.random.hex(32) });
}

/** Answers with a new pair of tokens and revokes both old ones. */
function refresh(parts: LoginParts, presented: unknown): SimulatorResponse {
  const { gate } = parts;
  const known = gate.refreshTokens.find(typeof presented === 'string' ? presented : undefined);
  if (known === undefined) return errorResponse(400, 'UNKNOWN', 'unknown error');
  const old = gate.sessions.list().find(({ data }) => data.refreshToken === known.token);
  gate.end(old?.token, 'revoked');
  gate.refreshTokens.revoke(known.token);
  return jsonResponse(200, oauthBody(parts, gate.renew(known.data)));
}

function oauthBody(parts: LoginParts, session: Session<SessionData>): Readonly<Record<string, unknown>> {
  const { expires_in: expiresIn } = lifeOf(parts, session);
  return {
    access_token: session.token,
    ...(expiresIn === undefined ? {} : { expires_in: expiresIn }),
    refresh_token: parts.gate.addRefreshToken(session),
    token_type: 'Bearer',
  };
}

function statusBody(parts: LoginParts, session: Session<SessionData>): Readonly<Record<string, unknown>> {
  return { access_token: session.token, ...lifeOf(parts, session), role: session.data.account.role };
}

function lifeOf({ kit, switches }: LoginParts, session: Session<SessionData>): Readonly<Record<string, unknown>> {
  const leftMs = session.expiresAt - kit.clock.monotonicTime();
  const seconds = Math.round(leftMs / 1000);
  const expiresAt = new Date(kit.clock.wallTime() + leftMs + switches.clockSkewSeconds * 1000).toISOString();
  if (switches.expiresIn === 'absent') return { expires_at: expiresAt };
  return { expires_at: expiresAt, expires_in: switches.expiresIn === 'text' ? String(seconds) : seconds };
}
