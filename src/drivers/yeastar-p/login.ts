import type { Clock } from '../../clock.ts';
import { Failure } from '../../transport/failure.ts';
import type { Account, Sender, Session } from '../driver.ts';
import { countOf, type JsonRecord, textOf } from '../kit/fields.ts';
import type { ApiAnswer } from '../../transport/request.ts';
import { remainingBlockMs, tokenFailure } from './errors.ts';
import { readRequest, tokenRequest } from './requests.ts';
import { readResponse } from './answers.ts';

/** Lifetime of an access token in seconds if the PBX does not report it ("Get Access Token" in the developer guides). */
const usualLifeSeconds = 1800;

/** Gets an access token for client id and secret ("Get Access Token"). Throws a `Failure`. */
export async function login(sender: Sender, account: Account, clock: Clock): Promise<Session> {
  if (account.kind !== 'password') throw new Failure('config', 'this family logs in with client id and client secret');
  const request = tokenRequest('get_token', { username: account.username, password: account.password });
  return sessionFrom(await sender.ask(request, (answer) => readToken(answer, clock)), clock);
}

function readToken(answer: ApiAnswer, clock: Clock): JsonRecord {
  const reported = Date.parse(answer.headers['date'] ?? '');
  const now = Number.isFinite(reported) ? reported : clock.wallTime();
  return readResponse(answer, (errcode, fields) => tokenFailure(errcode, remainingBlockMs(fields, now)));
}

/** Gets two new tokens for the refresh token ("Refresh Access Token"). Throws a `Failure`. */
export async function renew(sender: Sender, session: Session, clock: Clock): Promise<Session> {
  const request = tokenRequest('refresh_token', { refresh_token: session.renewal ?? '' });
  return sessionFrom(await sender.ask(request, (answer) => readResponse(answer)), clock);
}

/** Revokes the access token ("Revoke Access Token"): a client id may have only eight tokens simultaneously. Throws a `Failure`. */
export async function logout(sender: Sender, session: Session): Promise<void> {
  await sender.ask({ ...readRequest('del_token'), query: session.query ?? {} }, (answer) => readResponse(answer));
}

/** The token is renewed when a sixth of its lifetime is left. */
function sessionFrom(fields: JsonRecord, clock: Clock): Session {
  const token = textOf(fields['access_token']);
  if (token === '')
    throw new Failure('protocol', 'the PBX accepted the login, but returned no token', { login: 'accepted' });
  const lifeSeconds = countOf(fields['access_token_expire_time']) || usualLifeSeconds;
  const renewal = textOf(fields['refresh_token']);
  return {
    query: { access_token: token },
    renewAt: clock.monotonicTime() + (lifeSeconds * 1000 * 5) / 6,
    ...(renewal === '' ? {} : { renewal }),
  };
}
