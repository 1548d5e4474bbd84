import type { Sender, Session } from '../driver.ts';
import { asFailure, Failure, type FailureFacts } from '../../transport/failure.ts';
import type { ApiAnswer, ApiRequest } from '../../transport/request.ts';
import { unusableAnswer } from './errors.ts';
import { type Api, generationOf, isOlder, readPing, versionOfPage } from './generation.ts';
import { checkRemainingLogins, loginLegacy, logoutLegacy } from './legacy/login.ts';
import { noteAnswer, noteFailure } from './shared/backoff.ts';
import type { PbxMemory } from './memory.ts';
import { requestFor } from './requests.ts';
import { apiKeySession, checkApiKey, loginV3, logoutV3, renewV3 } from './v3/login.ts';

/**
 * Logs in with the API of the PBX. If the API is not known yet, a public call without credentials detects it, never a
 * trial login. Nothing is sent while the PBX blocks this address. Throws a `Failure`.
 */
export async function login(sender: Sender, memory: PbxMemory): Promise<Session> {
  const sent = { any: false };
  const backingOff = senderWithBackoff(sender, memory, sent);
  try {
    memory.rateLimit.check();
    if (!memory.isCollecting) memory.badGateway.begin();
    const api = await findApi(backingOff, memory);
    const session = await openSession(backingOff, memory, api);
    await learnVersion(backingOff, memory, api);
    return session;
  } catch (thrown) {
    const failure = asFailure(thrown);
    if (failure.reason === 'config') memory.forgetApi();
    if (sent.any) throw judgedLogin(failure, memory);
    throw new Failure(failure.reason, failure.message, { ...factsOf(failure), login: 'not_sent' });
  }
}

/**
 * Returns the failure of a login, marked as `uncounted` if the PBX does not count it towards a ban. Up to 2023.2, each
 * wrong password counts. In 2024.1 it does not, but the tenth login within five minutes does, regardless of its
 * password. If the version is not known, both count.
 */
function judgedLogin(failure: Failure, { api, version, budget }: PbxMemory): Failure {
  if (api !== 'legacy') return failure;
  if (failure.reason === 'locked_out' && failure.login === undefined) budget.count('locked_out');
  const reported = version.value;
  const isFree = failure.reason === 'bad_credentials' && reported !== undefined && !isOlder(reported, [2024, 1]);
  return isFree ? new Failure(failure.reason, failure.message, { ...factsOf(failure), login: 'uncounted' }) : failure;
}

function factsOf({ status, retryAfterMs }: Failure): FailureFacts {
  return { ...(status === undefined ? {} : { status }), ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
}

/** Renews a token, unless the PBX has already refused its session. Throws a `Failure`. */
export async function renew(sender: Sender, session: Session, memory: PbxMemory): Promise<Session> {
  memory.rateLimit.check();
  if (!memory.isCollecting) memory.badGateway.begin();
  if (memory.refusedSessions.has(session)) throw new Failure('session_lost', 'the PBX has refused this token');
  return renewV3(senderWithBackoff(sender, memory), session, memory.clock);
}

/**
 * Ends the session, if there is one: an API key has none. The logout is also sent while the PBX blocks this address for
 * too many requests: one more does not extend the block, and the block may already be over.
 */
export async function logout(sender: Sender, session: Session): Promise<void> {
  if (session.headers?.['cookie'] !== undefined) return logoutLegacy(sender, session);
  if (session.renewal !== undefined) await logoutV3(sender, session);
}

async function findApi(sender: Sender, memory: PbxMemory): Promise<Api> {
  const { api = await sender.ask(requestFor('ping'), readPing) } = memory;
  memory.api = api;
  if (api === 'legacy' && memory.account.kind === 'token') {
    memory.forgetApi();
    throw new Failure(
      'config',
      'this MikoPBX is older than 2025.1 and has no API keys: set username and password instead of the token',
    );
  }
  return api;
}

async function openSession(sender: Sender, memory: PbxMemory, api: Api): Promise<Session> {
  const { account, clock } = memory;
  if (account.kind === 'token') {
    await checkApiKey(sender, account.token);
    return apiKeySession(account.token);
  }
  if (api === 'v3') return loginV3(sender, account, clock);
  await checkRemainingLogins(sender, memory);
  const session = await loginLegacy(sender, account);
  const renewAt = memory.sessionLifetime.opened();
  return renewAt === undefined ? session : { ...session, renewAt };
}

/** The login page, which is requested only for its version. */
export const loginPageRequest = requestFor('login_page', { timeoutMs: 3_000 });

/** Reads the version from the login page, which is requested without the session. A failure affects nothing else. */
async function learnVersion(sender: Sender, memory: PbxMemory, api: Api): Promise<void> {
  if (!memory.version.due) return;
  try {
    memory.version.read(await sender.ask(loginPageRequest, readVersion));
  } catch {
    memory.version.read(undefined);
  }
  const { value } = memory.version;
  memory.log.info('MikoPBX version', { version: value ?? 'unknown', api, generation: generationOf(api, value) });
}

/** Returns the version on the login page. Throws a `Failure` if the answer is another page. */
export function readVersion(answer: ApiAnswer): string {
  const version = versionOfPage(answer);
  if (version !== undefined) return version;
  if (answer.status !== 200) throw unusableAnswer(answer);
  throw new Failure('protocol', 'the login page does not show the version');
}

/** Returns a sender that stops sending once the PBX blocks this address, or its web server has no backend. */
function senderWithBackoff(sender: Sender, memory: PbxMemory, sent = { any: false }): Sender {
  return {
    ask: async <T>(request: ApiRequest, read: (answer: ApiAnswer) => T): Promise<T> => {
      if (memory.badGateway.endedBy !== undefined) throw memory.badGateway.endedBy;
      sent.any = true;
      try {
        return await sender.ask(request, (answer) => {
          noteAnswer(answer, memory);
          return read(answer);
        });
      } catch (thrown) {
        const failure = asFailure(thrown);
        noteFailure(failure, memory);
        throw failure;
      }
    },
  };
}
