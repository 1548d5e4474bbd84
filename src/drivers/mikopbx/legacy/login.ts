import { tryJson } from '../../kit/answers.ts';
import type { Account, Sender, Session } from '../../driver.ts';
import { Failure } from '../../../transport/failure.ts';
import type { ApiAnswer } from '../../../transport/request.ts';
import { messagesOf, unusableAnswer } from '../errors.ts';
import { readObject } from '../shared/answers.ts';
import { isOlder } from '../generation.ts';
import type { PbxMemory } from '../memory.ts';
import { requestFor } from '../requests.ts';
import { amountOf, isRecord } from '../../kit/fields.ts';

const sessionCookie = 'PHPSESSID';
/** Added because the clocks of the PBX and the exporter may differ by seconds. */
const marginMs = 10_000;
/** Without this exact header, the PBX answers with a web page. */
const headers = { 'x-requested-with': 'XMLHttpRequest' } as const;

/**
 * Logs in through the form of the web interface (MikoPBX up to 2024). Sends no earlier cookie: with one, the PBX sets no
 * new cookie, or does not check the password at all. Never uses "Remember me", which leaves a row on the PBX for each
 * login. Throws a `Failure`.
 */
export function loginLegacy(sender: Sender, account: Account & { readonly kind: 'password' }): Promise<Session> {
  const { username, password } = account;
  const body = { kind: 'form', fields: { login: username, password } } as const;
  return sender.ask(requestFor('login', { headers, body }), readLogin);
}

/**
 * Checks how many logins are left in the current window of five minutes, which 2024.1 reports without counting the
 * request. The last one is never used, because a login beyond the limit is refused and counts towards a ban. All other
 * failures are ignored. Throws a `Failure` (`locked_out`) if at most one login is left.
 */
export async function checkRemainingLogins(sender: Sender, { version, clock }: PbxMemory): Promise<void> {
  const reported = version.value;
  if (reported === undefined || isOlder(reported, [2024, 1])) return;
  const request = requestFor('login_attempts', { headers, confidential: true, timeoutMs: 3_000 });
  const left = await sender.ask(request, readAttempts).catch(() => undefined);
  if (left === undefined || left > 1) return;
  const windowMs = 5 * 60_000;
  throw new Failure(
    'locked_out',
    'others behind this address have used up the logins that the PBX allows in five minutes',
    {
      retryAfterMs: windowMs - (clock.wallTime() % windowMs) + marginMs,
      login: 'not_sent',
    },
  );
}

/** Returns the number of logins left, as reported to the form of the web interface; undefined if it is not reported. */
function readAttempts({ status, body }: ApiAnswer): number | undefined {
  const form = status === 200 ? tryJson(body) : undefined;
  return isRecord(form) ? amountOf(form['remainAttempts']) : undefined;
}

/** Ends the session. */
export async function logoutLegacy(sender: Sender, session: Session): Promise<void> {
  await sender.ask(requestFor('logout', { headers: { ...headers, ...session.headers } }), (answer) => {
    if (answer.status !== 200) throw unusableAnswer(answer);
  });
}

/**
 * Reads the answer to a login, which has the HTTP status 200 for success and for failure. None of its text is kept, because in
 * version 2023.2 it can contain the SIP secrets of all employees. `success: true` with the login page as its target means that
 * there were too many logins, and that this login failed. Throws a `Failure`.
 */
export function readLogin(answer: ApiAnswer): Session {
  if (answer.status !== 200) throw failedLogin(answer);
  const body = readObject(answer);
  const { success, reload } = body;
  if (success === true && typeof reload === 'string' && reload.includes('session/index')) throw tooManyLogins();
  if (success === true) return sessionFrom(answer);
  if (success !== false) throw new Failure('protocol', 'the answer to the login does not show whether it succeeded');
  if (typeof body['message'] === 'string' && !isRecord(body['message'])) throw noSuchLogin();
  if (messagesOf(body).some((message) => message.includes('too many'))) throw tooManyLogins();
  throw new Failure('bad_credentials', 'the PBX refused the user name or the password');
}

function sessionFrom(answer: ApiAnswer): Session {
  const cookie = answer.cookies.get(sessionCookie);
  if (cookie === undefined || cookie === '')
    throw new Failure('protocol', 'the login was accepted, but without a session cookie', { login: 'accepted' });
  return { headers: { cookie: `${sessionCookie}=${cookie}` } };
}

function failedLogin(answer: ApiAnswer): Failure {
  const gone = answer.status === 404 || (answer.status === 500 && /Action 'start' was not found/.test(answer.body));
  return gone ? noSuchLogin() : unusableAnswer(answer);
}

function tooManyLogins(): Failure {
  return new Failure(
    'locked_out',
    'the PBX counted too many logins from this address (ten in five minutes, including good ones)',
  );
}

function noSuchLogin(): Failure {
  return new Failure(
    'config',
    'this PBX has no login with a session any more (MikoPBX 2025.1 and newer): set options.api to auto or v3',
  );
}
