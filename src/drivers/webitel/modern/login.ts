import type { Sender, Session } from '../../driver.ts';
import { refusedLogin } from '../../kit/answers.ts';
import { Failure } from '../../../transport/failure.ts';
import type { ApiAnswer } from '../../../transport/request.ts';
import { countOf, exactTextOf, isRecord, type JsonRecord, textOf } from '../../kit/fields.ts';
import { readApiJson, tryJson } from '../shared/answers.ts';
import { renewAfter, type Settings } from '../shared/settings.ts';
import { commonFailure, errorId, isLicenceError, licenceFailure, readBody } from './errors.ts';

/** Lifetime of a token (s) if the login does not report it; `expires_in` is optional in the vendor's API. */
const assumedLifetimeSeconds = 3_600;

/** Timeout (ms) of the request that ends an abandoned session, because the login waits for its answer. */
const logoutTimeoutMs = 2_000;

/** The session of the last login, as long as it may still be open on the PBX. */
export interface SessionMemory {
  session?: Session;
}

/**
 * Logs in. User and password give an access token; a static user access token is only checked, without opening a session
 * or using a licence. An earlier session that may still exist is ended first, because each one can occupy a licence for
 * a week. Throws a `Failure`.
 */
export async function login(sender: Sender, settings: Settings, memory: SessionMemory): Promise<Session> {
  const { account, domain } = settings;
  if (account.kind === 'token') return checkToken(sender, account.token);
  await endPreviousSession(sender, memory);
  const { username, password } = account;
  const value = { username, password, ...(domain === undefined ? {} : { domain }) };
  const session = await sender.ask({ call: 'login', path: '/login', body: { kind: 'json', value } }, (answer) =>
    readLogin(answer, settings),
  );
  memory.session = session;
  return session;
}

async function endPreviousSession(sender: Sender, memory: SessionMemory): Promise<void> {
  const { session } = memory;
  delete memory.session;
  if (session !== undefined) await endSession(sender, session, logoutTimeoutMs).catch(() => {});
}

/** Ends the session. A static token has none. */
export async function logout(
  sender: Sender,
  session: Session,
  { account }: Settings,
  memory: SessionMemory,
): Promise<void> {
  delete memory.session;
  if (account.kind !== 'token') await endSession(sender, session);
}

async function endSession(sender: Sender, session: Session, timeoutMs?: number): Promise<void> {
  const body = { kind: 'json', value: {} } as const;
  const request = { call: 'logout', path: '/logout', headers: { ...session.headers }, body };
  await sender.ask({ ...request, ...(timeoutMs === undefined ? {} : { timeoutMs }) }, (answer) =>
    readBody(answer, 'Webitel refused the logout'),
  );
}

function checkToken(sender: Sender, token: string): Promise<Session> {
  const session: Session = { headers: { 'x-webitel-access': token } };
  const request = { call: 'user_info', path: '/userinfo', headers: { ...session.headers } };
  return sender.ask(request, (answer) => {
    const refused = answer.status === 401 && !isLicenceError(errorId(answer)) && isRecord(tryJson(answer));
    if (refused)
      throw new Failure('bad_credentials', 'the access token is refused: it was deleted or has expired', {
        status: 401,
      });
    // Even if the API cannot return our own data, it may serve the lists.
    const isInconclusive = answer.status === 404 || answer.status >= 500;
    if (!isInconclusive || errorId(answer) === '') readBody(answer, 'Webitel refused to check the token');
    return session;
  });
}

function readLogin(answer: ApiAnswer, { clock, account, domain }: Settings): Session {
  const isComplete = account.kind === 'token' || account.username.includes('@') || domain !== undefined;
  const refused = loginRefusal(answer, isComplete ? '' : ' (the user name is usually user@domain)');
  if (refused !== undefined) throw refused;
  const body = readApiJson(answer);
  if (!isRecord(body)) throw new Failure('protocol', 'the answer to the login is not a JSON object');
  const authorization = isRecord(body['authorization']) ? body['authorization'] : body;
  const token = exactTextOf(authorization['access_token']);
  if (token === '') throw withoutToken(body);
  const seconds = countOf(authorization['expires_in']) ?? assumedLifetimeSeconds;
  return { headers: { 'x-webitel-access': token }, ...renewAfter(clock, seconds * 1000) };
}

/** With a second factor, the login succeeds and returns the id of a session that still waits for the code. */
function withoutToken(body: JsonRecord): Failure {
  if ('key' in body && 'token' in body)
    return new Failure('config', 'this is the legacy engine: set options.flavor to legacy or auto', {
      login: 'accepted',
    });
  if (textOf(body['id']) === '')
    return new Failure('protocol', 'the answer to the login contains no access token', { login: 'accepted' });
  return new Failure(
    'two_factor_required',
    'the account logs in with a second factor: use a user access token, or an account without one',
  );
}

function loginRefusal(answer: ApiAnswer, hint: string): Failure | undefined {
  const { status } = answer;
  const facts = { status };
  const good = status >= 200 && status < 300;
  if (!good && isLicenceError(errorId(answer))) return licenceFailure(answer);
  if (status === 412)
    return new Failure(
      'bad_credentials',
      'the password has expired or must be changed: sign in to Webitel and set a new one',
      facts,
    );
  if (status === 401 && isRecord(tryJson(answer)))
    return new Failure('bad_credentials', `user name or password refused${hint}`, facts);
  if (status === 300)
    return new Failure(
      'config',
      'Webitel returned a list of login methods instead of a token: check the url and the account',
      facts,
    );
  if (status === 404)
    return new Failure('config', 'there is no login at this url: it must end in the prefix of the API, usually /api', {
      status,
      login: 'path_missing',
    });
  const failure = commonFailure(answer);
  const isOfTheApi = status >= 400 && status < 500 && status !== 408 && isRecord(tryJson(answer));
  return failure !== undefined && isOfTheApi ? refusedLogin(failure) : failure;
}
