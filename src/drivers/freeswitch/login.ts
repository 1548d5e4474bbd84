import type { Log } from '../../log.ts';
import type { Account, Sender, Session } from '../driver.ts';
import { asFailure, Failure } from '../../transport/failure.ts';
import { httpFailure, provesPassword, readText } from './errors.ts';
import { request } from './requests.ts';
import { readStatus } from './system.ts';

/** Time limit in milliseconds for the check whether a server answers without an account. */
const openCheckMs = 5_000;

/**
 * Checks the account. There is no session: each request contains the account, so it is tried once before rounds use it.
 * Otherwise, a wrong password would be sent with every request. If the account was accepted earlier, it is also tried at
 * a second path, because a proxy in front of the PBX may require its own login at the first one. Throws a `Failure`.
 */
export async function login(sender: Sender, account: Account, wasAccepted: boolean): Promise<Session> {
  const session = sessionOf(account);
  const isAccepted = await accepts(sender, session, 'status');
  if (isAccepted || (wasAccepted && (await accepts(sender, session, 'profiles')))) return session;
  throw new Failure(
    'bad_credentials',
    'FreeSWITCH refused the user name or the password: the user name is user@domain, as in the directory',
  );
}

/**
 * Logs an error if the server answers without an account, because everybody can then execute any command on it. The level
 * is error so that `once` shows it.
 */
export async function warnOfOpenServer(sender: Sender, log: Log): Promise<void> {
  const isOpen = await sender.ask({ ...request('status'), timeoutMs: openCheckMs }, isAnswered).catch(() => false);
  if (!isOpen) return;
  log.error('this FreeSWITCH accepts every command without a password', {
    danger: 'anybody who can reach it can hang up all calls or run programs',
    remedy: 'set auth-realm in xml_rpc.conf.xml',
  });
}

function sessionOf(account: Account): Session {
  if (account.kind !== 'password')
    throw new Failure('config', 'FreeSWITCH needs a username and a password, not a token');
  const text = `${account.username}:${account.password}`;
  return { headers: { authorization: `Basic ${Buffer.from(text, 'utf8').toString('base64')}` } };
}

async function accepts(sender: Sender, session: Session, call: 'status' | 'profiles'): Promise<boolean> {
  try {
    return await sender.ask({ ...request(call), ...session }, (answer) => {
      if (answer.status === 401) throw new Failure('bad_credentials', 'the account is refused', { status: 401 });
      const failure = httpFailure(answer);
      if (!provesPassword(answer) && failure !== undefined) throw failure;
      // If another server answers, e.g. with a web page, the failure reports that immediately.
      if (call === 'status' && failure === undefined) readText(answer);
      return true;
    });
  } catch (thrown) {
    const failure = asFailure(thrown);
    if (failure.reason !== 'bad_credentials') throw failure;
    return false;
  }
}

function isAnswered(answer: Parameters<typeof readStatus>[0]): boolean {
  readStatus(answer);
  return true;
}
