import type { Account, Sender, Session } from '../../driver.ts';
import type { Clock } from '../../../clock.ts';
import { asFailure, Failure } from '../../../transport/failure.ts';
import type { ApiAnswer } from '../../../transport/request.ts';
import { refusedLogin as countsAsRefused } from '../../kit/answers.ts';
import { messagesOf, unusableAnswer } from '../errors.ts';
import { type Envelope, readEnvelope, readObject } from '../shared/answers.ts';
import { type MikoCall, requestFor } from '../requests.ts';
import { amountOf, isRecord, textOf } from '../../kit/fields.ts';

const refreshCookie = 'refreshToken';
/** Share of a token's reported lifetime after which it is renewed. The PBX accepts it for ten minutes longer than it reports. */
const renewAtShareOfLife = 0.8;
const usualLifeSeconds = 900;

/** Calls that a key for the exporter usually has the right to: one answer proves that the key is valid. */
const keyChecks = ['v3_peers_statuses', 'v3_providers', 'v3_active_channels'] as const satisfies readonly MikoCall[];

/** Logs in with user name and password (MikoPBX 2025.1 and newer). Throws a `Failure`. */
export function loginV3(
  sender: Sender,
  { username, password }: Account & { readonly kind: 'password' },
  clock: Clock,
): Promise<Session> {
  const body = { kind: 'json', value: { login: username, password } } as const;
  return sender.ask(requestFor('v3_login', { body }), (answer) => readToken(answer, clock, undefined));
}

/**
 * Gets a new access token for the refresh token in the cookie. Version 2025.1 replaces that cookie each time, 2026.1
 * does not; the newest cookie is used. Throws a `Failure`.
 */
export function renewV3(sender: Sender, session: Session, clock: Clock): Promise<Session> {
  const { renewal = '' } = session;
  const request = requestFor('v3_refresh', { headers: { cookie: `${refreshCookie}=${renewal}` } });
  return sender.ask(request, (answer) => readToken(answer, clock, renewal));
}

/** Deletes the refresh token on the PBX; the access token expires by itself. */
export async function logoutV3(sender: Sender, session: Session): Promise<void> {
  const cookie = `${refreshCookie}=${session.renewal ?? ''}`;
  await sender.ask(requestFor('v3_logout', { headers: { ...session.headers, cookie } }), readEnvelope);
}

/** Returns the session of an API key: only the header, in the exact form that the PBX requires. */
export function apiKeySession(token: string): Session {
  return { headers: { authorization: `Bearer ${token}` } };
}

/**
 * Tests the key once before rounds use it: a key that is refused for every call is wrong and must not be sent in every
 * round. Only a refusal counts against the key. Throws a `Failure`: `bad_credentials`, or a reason that is not about a
 * single call, e.g. that the PBX blocks this address.
 */
export async function checkApiKey(sender: Sender, token: string): Promise<void> {
  for (const call of keyChecks) if (!(await isRefused(sender, token, call))) return;
  throw new Failure(
    'bad_credentials',
    'the PBX refuses the API key everywhere: it is wrong, has no rights, or is not allowed from this address',
  );
}

async function isRefused(sender: Sender, token: string, call: MikoCall): Promise<boolean> {
  try {
    return await sender.ask(requestFor(call, { ...apiKeySession(token) }), (answer) => {
      if (answer.status === 401) throw new Failure('forbidden', 'the PBX refuses the API key (HTTP 401)');
      readEnvelope(answer);
      return false;
    });
  } catch (thrown) {
    const failure = asFailure(thrown);
    if (failure.reason === 'forbidden' && failure.status === undefined) return true;
    if (passesOnCheck(failure)) return false;
    throw failure;
  }
}

/** Reports whether a failure concerns one call only, so that the round itself will report it. */
function passesOnCheck({ reason }: Failure): boolean {
  return ['forbidden', 'http_status', 'service_unavailable', 'timeout'].includes(reason);
}

function readToken(answer: ApiAnswer, clock: Clock, earlier: string | undefined): Session {
  if (answer.status === 401 || answer.status === 429) throw refusedLogin(answer, earlier);
  const { data } = earlier === undefined ? readLoginEnvelope(answer) : readEnvelope(answer);
  const token = isRecord(data) ? textOf(data['accessToken']) : '';
  if (!isRecord(data) || token === '')
    throw new Failure('protocol', 'the login was accepted, but without an access token', { login: 'accepted' });
  const lifeSeconds = amountOf(data['expiresIn']) ?? usualLifeSeconds;
  const renewal = answer.cookies.get(refreshCookie) ?? earlier;
  return {
    headers: { authorization: `Bearer ${token}` },
    renewAt: clock.monotonicTime() + Math.max(1, lifeSeconds) * 1000 * renewAtShareOfLife,
    ...(renewal === undefined || renewal === '' ? {} : { renewal }),
  };
}

/** Reads the envelope of a login. Any other refusal in the API's own JSON counts like a wrong password. */
function readLoginEnvelope(answer: ApiAnswer): Envelope {
  try {
    return readEnvelope(answer);
  } catch (thrown) {
    const failure = asFailure(thrown);
    throw answer.status >= 400 && answer.status < 500 && isJson(answer) ? countsAsRefused(failure) : failure;
  }
}

function refusedLogin(answer: ApiAnswer, earlier: string | undefined): Failure {
  if (answer.status === 429 && !isJson(answer)) return unusableAnswer(answer);
  if (earlier !== undefined && answer.status === 401)
    return new Failure('session_lost', 'the PBX no longer knows the refresh token', { status: 401 });
  if (answer.status === 401 && !isJson(answer))
    return new Failure(
      'bad_credentials',
      'the login was refused, but not by the PBX: a proxy in front of it may require its own login (HTTP 401)',
    );
  const messages = messagesOf(readObject(answer)).join(' ');
  if (answer.status === 429 || messages.includes('too many'))
    return new Failure(
      'locked_out',
      'the PBX accepts no logins now: there were too many failed ones, by the exporter or others',
    );
  return new Failure('bad_credentials', 'the PBX refused the user name or the password');
}

function isJson({ body }: ApiAnswer): boolean {
  return body.trimStart().startsWith('{');
}
