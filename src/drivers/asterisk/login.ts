import { createHash } from 'node:crypto';
import type { Account, Sender, Session } from '../driver.ts';
import { Failure } from '../../transport/failure.ts';
import type { ApiAnswer } from '../../transport/request.ts';
import { actionRequest } from './requests.ts';
import { readResponse, sessionFrom } from './errors.ts';

/** Logs in with the secret itself. Events are switched off, because Asterisk would keep them for an HTTP session. Throws a `Failure`. */
export function loginPlain(sender: Sender, account: Account): Promise<Session> {
  const { username, password } = passwordAccount(account);
  return sender.ask(actionRequest('login', { username, secret: password, events: 'off' }), readSession);
}

/**
 * Logs in with an MD5 answer to a challenge, so that the secret is not transmitted. The challenge belongs to the session
 * of its cookie, which lasts only five seconds. Throws a `Failure`.
 */
export async function loginMd5(sender: Sender, account: Account): Promise<Session> {
  const { username, password } = passwordAccount(account);
  const { challenge, session } = await sender.ask(actionRequest('challenge', { authtype: 'MD5' }), readChallenge);
  const key = createHash('md5').update(`${challenge}${password}`).digest('hex');
  const request = actionRequest('login', { authtype: 'MD5', username, key, events: 'off' });
  return sender.ask({ ...request, headers: { ...session.headers } }, (answer) => loggedIn(answer, session));
}

/** Ends the session; the answer is `Goodbye`. */
export async function logoff(sender: Sender, session: Session): Promise<void> {
  await sender.ask({ ...actionRequest('logoff'), headers: { ...session.headers } }, (answer) =>
    readResponse(answer, session),
  );
}

/**
 * Asterisk cannot renew a session, so a new login must follow: always throws a `Failure` (`session_lost`).
 * A session that still exists is logged off first, because with `allowmultiplelogin=no` it would block the login.
 */
export async function requireNewLogin(sender: Sender, session: Session, lives: boolean): Promise<never> {
  if (lives) await logoff(sender, session).catch(() => {});
  throw new Failure('session_lost', 'a new login is due');
}

function readSession(answer: ApiAnswer): Session {
  readResponse(answer);
  const session = sessionFrom(answer);
  if (session === undefined)
    throw new Failure('protocol', 'the login was accepted, but without a session cookie', { login: 'accepted' });
  return session;
}

function loggedIn(answer: ApiAnswer, challenged: Session): Session {
  readResponse(answer);
  return sessionFrom(answer) ?? challenged;
}

function readChallenge(answer: ApiAnswer): { readonly challenge: string; readonly session: Session } {
  const challenge = readResponse(answer).response.get('challenge');
  const session = sessionFrom(answer);
  if (challenge === undefined || session === undefined) throw new Failure('protocol', 'the PBX sent no challenge');
  return { challenge, session };
}

function passwordAccount(account: Account): { readonly username: string; readonly password: string } {
  if (account.kind === 'password') return account;
  throw new Failure('config', 'Asterisk needs a username and a password, not a token');
}
