import { createHash } from 'node:crypto';
import type { Clock } from '../../clock.ts';
import type { Log } from '../../log.ts';
import { Failure } from '../../transport/failure.ts';
import type { Account, RoundTiming, Sender, Session } from '../driver.ts';
import { refusedLogin } from '../kit/answers.ts';
import { errnoFailure } from './errors.ts';
import { type JsonRecord, textOf } from '../kit/fields.ts';
import { apiRequest, generationOf } from './requests.ts';
import { readResponse } from './answers.ts';

/** A token is erased after 1800 s without use ("Login" in the developer guides); it is renewed shortly before that. */
const tokenLifeMs = 1_800_000;
const renewAfterMs = 1_500_000;
/** Longest interval (ms) at which the rounds alone keep the token alive. */
const longestSelfKeepingIntervalMs = 1_200_000;
/** Value of {@link Session.renewal} if the token is renewed by a heartbeat and not by a refresh token. */
const heartbeat = 'heartbeat';

/** Settings for the login to one PBX. */
export interface LoginSettings {
  readonly account: Account;
  /** Version of the API, e.g. `v1.1.0`. */
  readonly version: string;
  /** Port to which the PBX would send its event reports. */
  readonly reportPort: number;
  /** Our address as the PBX should know it, for the heartbeat. */
  readonly reportAddress?: string;
  readonly timing: Pick<RoundTiming, 'intervalMs'>;
  readonly clock: Clock;
}

/**
 * Logs in with the MD5 of the password in lower-case hexadecimal digits ("Login" in the developer guides). Throws a
 * `Failure`.
 */
export async function login(sender: Sender, settings: LoginSettings): Promise<Session> {
  const { account, version, reportPort } = settings;
  if (account.kind !== 'password') throw new Failure('config', 'this family logs in with username and password');
  const body = {
    username: account.username,
    password: createHash('md5').update(account.password, 'utf8').digest('hex'),
    port: String(reportPort),
    ...reportFormat(version),
  };
  const refuse = (errno: string): Failure => refusedLogin(errnoFailure(errno));
  const fields = await sender.ask(apiRequest(version, 'login', body), (answer) => readResponse(answer, refuse));
  return sessionFrom(fields, settings);
}

/**
 * Extends the session by half an hour: with the refresh token if the PBX returned one, otherwise with a heartbeat. Throws
 * a `Failure` if the token no longer exists.
 */
export async function renew(sender: Sender, session: Session, settings: LoginSettings): Promise<Session> {
  const { version, reportPort, reportAddress, timing } = settings;
  const { renewal = heartbeat } = session;
  if (renewal !== heartbeat) {
    const request = apiRequest(version, 'token_refresh', { refreshtoken: renewal });
    return sessionFrom(await sender.ask(request, (answer) => readResponse(answer)), settings);
  }
  // The token has expired since the last request, so the PBX would refuse a heartbeat.
  if (timing.intervalMs > tokenLifeMs) throw new Failure('session_lost', 'the token has expired between two rounds');
  const body = { ...(reportAddress === undefined ? {} : { ipaddr: reportAddress }), port: String(reportPort) };
  await sender.ask({ ...apiRequest(version, 'heartbeat', body), query: session.query ?? {} }, (answer) =>
    readResponse(answer),
  );
  return { ...session, renewAt: settings.clock.monotonicTime() + renewAfterMs };
}

/** Ends the session, so that the PBX stops reporting events to us. Throws a `Failure`. */
export async function logout(sender: Sender, session: Session, { version }: LoginSettings): Promise<void> {
  await sender.ask({ ...apiRequest(version, 'logout'), query: session.query ?? {} }, (answer) => readResponse(answer));
}

/** Without `version`, the PBX writes reports that are not valid JSON; the guides of v1.0.x do not mention the key. */
function reportFormat(version: string): { readonly version?: string } {
  if (generationOf(version) === 'v2') return { version: '2.0.0' };
  return version === 'v1.1.0' ? { version: '1.0.2' } : {};
}

/** If the PBX returns a refresh token (Cloud PBX, some PBXs with v2.0.0), the token expires even if it is used. */
function sessionFrom(fields: JsonRecord, { timing, clock }: LoginSettings): Session {
  const token = textOf(fields['token']);
  if (token === '')
    throw new Failure('protocol', 'the PBX accepted the login, but returned no token', { login: 'accepted' });
  const refreshToken = textOf(fields['refreshtoken']);
  const renewAt = clock.monotonicTime() + renewAfterMs;
  if (refreshToken !== '') return { query: { token }, renewAt, renewal: refreshToken };
  return timing.intervalMs > longestSelfKeepingIntervalMs
    ? { query: { token }, renewAt, renewal: heartbeat }
    : { query: { token } };
}

/** A token that ends sooner than this cannot have expired for lack of use. */
const earlyMs = 1_200_000;

/**
 * Detects tokens that repeatedly end long before their time. A PBX has only one API user, and no guide says whether a
 * login by another program ends our token.
 */
export class EarlyTokenLoss {
  readonly #clock: Clock;
  readonly #log: Log;
  #loggedInAt: number | undefined;
  #early = 0;

  constructor(clock: Clock, log: Log) {
    this.#clock = clock;
    this.#log = log;
  }

  /** Call after each successful login. The first early loss may be a restart of the PBX; the second one is reported, once. */
  loggedIn(): void {
    const now = this.#clock.monotonicTime();
    const before = this.#loggedInAt;
    this.#loggedInAt = now;
    this.#early = before !== undefined && now - before < earlyMs ? this.#early + 1 : 0;
    if (this.#early === 2)
      this.#log.warn('the PBX ends our tokens early: another program may use the same API user', {
        seconds: Math.round((now - (before ?? now)) / 1000),
      });
  }
}
