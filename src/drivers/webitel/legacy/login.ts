import { refusedLogin, statusFailure } from '../../kit/answers.ts';
import type { Sender, Session } from '../../driver.ts';
import { Failure } from '../../../transport/failure.ts';
import type { ApiAnswer } from '../../../transport/request.ts';
import { exactTextOf, isRecord, type JsonRecord } from '../../kit/fields.ts';
import { readApiJson, tryJson } from '../shared/answers.ts';
import { renewAfter, type Settings } from '../shared/settings.ts';
import { answerText, engineError, isConsoleText, isOutage, mismatchedReply, outage, readBody } from './errors.ts';

/**
 * Logs in. User and password give a token with a key; a static domain token is only checked, without opening a session.
 * Throws a `Failure`.
 */
export function login(sender: Sender, settings: Settings): Promise<Session> {
  const { account } = settings;
  if (account.kind === 'token') return checkToken(sender, account.token);
  const { username, password } = account;
  const request = { call: 'login', path: '/login', body: { kind: 'json', value: { username, password } } } as const;
  return sender.ask(request, (answer) => readLogin(answer, username, settings));
}

/** Ends the session. A static token has none, and the engine would refuse its logout. */
export async function logout(sender: Sender, session: Session, { account }: Settings): Promise<void> {
  if (account.kind === 'token') return;
  const request = { call: 'logout', path: '/logout', headers: { ...session.headers } };
  await sender.ask(request, (answer) => readBody(answer, 'the engine refused the logout'));
}

function checkToken(sender: Sender, token: string): Promise<Session> {
  const session: Session = { headers: { 'x-access-token': token } };
  const request = { call: 'whoami', path: '/api/v2/whoami', headers: { ...session.headers } };
  return sender.ask(request, (answer) => {
    if (answer.status === 401 && isTokenRefusal(answerText(answer)))
      throw new Failure(
        'bad_credentials',
        'the domain token is refused: it was revoked, disabled or has expired, or the engine is older than 3.6',
        { status: answer.status },
      );
    readBody(answer, 'the engine refused to check the token');
    return session;
  });
}

/** Reports whether the text is one of the engine's refusals of a token (webitel/engine-nodejs, `src/middleware`). */
function isTokenRefusal(text: string): boolean {
  return /^(?:invalid (?:token|user|credentials)|token expired|not found token)/i.test(text);
}

function readLogin(answer: ApiAnswer, username: string, settings: Settings): Session {
  const refused = loginRefusal(answer, username);
  if (refused !== undefined) throw refused;
  const body = readApiJson(answer);
  if (!isRecord(body)) throw new Failure('protocol', 'the answer to the login is not a JSON object');
  const [token, key] = [exactTextOf(body['token']), exactTextOf(body['key'])];
  if (token === '' || key === '') throw withoutToken(body);
  return {
    headers: { 'x-access-token': token, 'x-key': key },
    ...renewAfter(settings.clock, lifetime(body['expires'], answer, settings)),
  };
}

function withoutToken(body: JsonRecord): Failure {
  if ('access_token' in body || 'authorization' in body)
    return new Failure('config', 'this is the modern Webitel: set options.flavor to modern or auto', {
      login: 'accepted',
    });
  return new Failure('protocol', 'the answer to the login contains no token and key', { login: 'accepted' });
}

/**
 * Returns the lifetime in milliseconds. `expires` is a time by the engine's clock (ms since 1970), so it is compared
 * with the engine's own `Date`.
 */
function lifetime(expires: unknown, { headers }: ApiAnswer, { clock }: Settings): number {
  const now = Date.parse(headers['date'] ?? '');
  return Number(expires ?? Number.NaN) - (Number.isFinite(now) ? now : clock.wallTime());
}

function loginRefusal(answer: ApiAnswer, username: string): Failure | undefined {
  const { status } = answer;
  const text = answerText(answer);
  const facts = { status };
  if (isOutage(text)) return outage(answer);
  const secondFactor = secondFactorFailure(answer, text);
  if (secondFactor !== undefined) return secondFactor;
  if (status === 404 && !/^-ERR|^user not found/i.test(text))
    return new Failure(
      'config',
      'there is no login at this url: it must end in the prefix of the engine, usually /engine',
      { status, login: 'path_missing' },
    );
  if (status === 404 || (status === 401 && isAccountRefusal(text)))
    return new Failure('bad_credentials', refusedMessage(username), facts);
  // Any other 401 is a text of the console instead of the account, so the password was not checked.
  const isJson = isRecord(tryJson(answer));
  if (status === 401 && isJson) return mismatchedReply(facts);
  if (status >= 500 && isJson) return engineError(facts);
  const failure = statusFailure(answer);
  return failure !== undefined && isJson && status !== 408 ? refusedLogin(failure) : failure;
}

function secondFactorFailure({ status, headers }: ApiAnswer, text: string): Failure | undefined {
  const facts = { status };
  if (status === 301 && headers['location'] === undefined)
    return new Failure(
      'two_factor_required',
      'root logs in with a second factor here: use another account or a domain token',
      facts,
    );
  if (/^code incorrect/i.test(text))
    return new Failure('two_factor_required', 'the engine requires the code of a second factor', facts);
  return undefined;
}

/** Reports whether the text means a wrong user or password. Refusals of the console begin with `-ERR`; only their first line is checked. */
function isAccountRefusal(text: string): boolean {
  if (/^(?:secret incorrect|invalid credentials)/i.test(text)) return true;
  return isConsoleText(text) ? /^-ERR[^\n]*\bnot found\b/i.test(text) : /\bnot found\b/i.test(text);
}

function refusedMessage(username: string): string {
  const hint = username === 'root' || username.includes('@') ? '' : ' (the user name is user@domain, or root)';
  return `user name or password refused${hint}`;
}
