import type { Account, Sender, Session } from '../driver.ts';
import { Failure } from '../../transport/failure.ts';
import type { ApiRequest } from '../../transport/request.ts';
import { readLogin, readLoginStatus, readRenewal, type IssuedToken, type TokenAnswer } from './token-answers.ts';
import { apiRequest, oauthClientId, type PortsipCall } from './requests.ts';

/** The four ways to log in to PortSIP since v16, in the order in which `auto` tries them. */
export const loginFlows = ['login', 'sign_in', 'oauth', 'tokens'] as const;
/** One of {@link loginFlows}. */
export type LoginFlow = (typeof loginFlows)[number];

/** The account with which to log in. */
export interface Credentials {
  readonly account: Account;
  /** SIP domain of the tenant; absent for the system administrator and for dealers. */
  readonly domain?: string;
}

/** A session with the data for renewing and ending it. */
export interface OpenSession {
  readonly flow: LoginFlow;
  readonly session: Session;
  /** `Cookie` header of a session that was opened with cookies. */
  readonly cookie?: string;
}

/** Share of a token's lifetime after which it is renewed. */
const renewAfter = 0.8;
/** Timeout of the logout, in milliseconds. It is best effort and must not take much time of a round. */
const logoutTimeoutMs = 2_000;

/**
 * Logs in with the first of `flows` that this PBX supports and that returns a token. The next flow is tried only if the
 * path does not exist, or if the account was accepted but no token was returned. After a refusal, no other flow is
 * tried, because its refusal would count, too. `now` is the monotonic time (ms) before the login. Throws a `Failure`.
 */
export async function logIn(
  sender: Sender,
  credentials: Credentials,
  flows: readonly LoginFlow[],
  now: number,
): Promise<OpenSession> {
  let accepted = false;
  for (const flow of flows) {
    const { answer, cookie } = await tryFlow(sender, credentials, flow);
    if (typeof answer !== 'string') return openSession(flow, answer, now, cookie);
    accepted ||= answer === 'no token';
  }
  if (accepted)
    throw new Failure('protocol', 'the PBX accepted the account, but returned no token', { login: 'accepted' });
  throw new Failure(
    'config',
    'there is no PortSIP login at this address: check the url (usually https://HOST:8887/api) and the option "login_flow"',
    { login: 'path_missing' },
  );
}

/** Renews a session with its refresh token. `now` is the monotonic time (ms) before the renewal. Throws a `Failure`. */
export async function renewSession(sender: Sender, open: OpenSession, now: number): Promise<OpenSession> {
  const refreshToken = open.session.renewal ?? '';
  const request: ApiRequest =
    open.flow === 'oauth'
      ? oauthRequest('oauth_refresh', { grant_type: 'refresh_token', refresh_token: refreshToken })
      : apiRequest('refresh_token', { body: { kind: 'json', value: { refresh_token: refreshToken } } });
  const issued = await sender.ask(request, readRenewal);
  return openSession(open.flow, { refreshToken, ...issued }, now);
}

/** Ends a session with the request of its flow. Rejects if the PBX does not answer; the content of the answer is ignored. */
export async function endSession(sender: Sender, { flow, session, cookie }: OpenSession): Promise<void> {
  const calls: Readonly<Record<LoginFlow, PortsipCall>> = {
    login: 'logout',
    sign_in: 'sign_out',
    oauth: 'oauth_revoke',
    tokens: 'logout',
  };
  const headers = { ...session.headers, ...(cookie === undefined ? {} : { cookie }) };
  await sender.ask(apiRequest(calls[flow], { headers, timeoutMs: logoutTimeoutMs }), () => {});
}

interface FlowAnswer {
  readonly answer: TokenAnswer;
  readonly cookie?: string;
}

async function tryFlow(sender: Sender, credentials: Credentials, flow: LoginFlow): Promise<FlowAnswer> {
  const { username, password, domain } = loginFields(credentials);
  if (flow === 'login') return tryLogin(sender, { username, password, ...domain });
  if (flow === 'oauth') {
    const fields = { grant_type: 'password', username, password, ...domain, scope: 'all' };
    return { answer: await sender.ask(oauthRequest('oauth_token', fields), readLogin) };
  }
  const value = { username, password, ...domain };
  return { answer: await sender.ask(apiRequest(flow, { body: { kind: 'json', value } }), readLogin) };
}

/** Logs in with the flow `login`. The token is in the answer, or it must be requested with the cookies of an empty answer. */
async function tryLogin(sender: Sender, value: Readonly<Record<string, string>>): Promise<FlowAnswer> {
  const request = apiRequest('login', { body: { kind: 'json', value } });
  const { answer, cookie } = await sender.ask(request, (received) => ({
    answer: readLogin(received),
    cookie: [...received.cookies].map(([name, content]) => `${name}=${content}`).join('; '),
  }));
  const kept = cookie === '' ? {} : { cookie };
  if (answer !== 'no token') return { answer, ...kept };
  const status = apiRequest('login_status', { headers: kept });
  return { answer: await sender.ask(status, readLoginStatus), ...kept };
}

function openSession(flow: LoginFlow, issued: IssuedToken, now: number, cookie?: string): OpenSession {
  const lifeMs = issued.expiresInSeconds * 1000;
  const renewal = flow === 'sign_in' || flow === 'oauth' ? issued.refreshToken : undefined;
  return {
    flow,
    session: {
      headers: { authorization: `Bearer ${issued.token}` },
      renewAt: now + lifeMs * renewAfter,
      ...(renewal === undefined ? {} : { renewal }),
    },
    ...(cookie === undefined ? {} : { cookie }),
  };
}

function oauthRequest(call: 'oauth_token' | 'oauth_refresh', fields: Readonly<Record<string, string>>): ApiRequest {
  return apiRequest(call, { body: { kind: 'form', fields: { ...fields, client_id: oauthClientId } } });
}

function loginFields({ account, domain }: Credentials): {
  readonly username: string;
  readonly password: string;
  readonly domain: { readonly domain?: string };
} {
  if (account.kind !== 'password') throw new Failure('config', 'a user name and a password are needed');
  const { username, password } = account;
  return { username, password, domain: domain === undefined ? {} : { domain } };
}
