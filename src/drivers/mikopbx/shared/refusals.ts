import { tryJson } from '../../kit/answers.ts';
import type { Session } from '../../driver.ts';
import { Failure } from '../../../transport/failure.ts';
import type { ApiAnswer } from '../../../transport/request.ts';
import { apiOfNotFound } from './answers.ts';
import type { PbxMemory } from '../memory.ts';
import { isRecord } from '../../kit/fields.ts';

/** The failure when an answer says that the session or a right is missing; undefined when it says neither. */
export function refusalOf(
  answer: ApiAnswer,
  session: Session,
  { call, memory }: { readonly call: string; readonly memory: PbxMemory },
): Failure | undefined {
  const other = apiOfNotFound(answer);
  if (other !== undefined && other !== memory.api) return otherVersion(session, memory);
  return memory.api === 'legacy' ? legacyRefusal(answer, memory) : tokenRefusal(answer, session, { call, memory });
}

/**
 * Up to 2023.1 a missing session is HTTP 200 with `errors`, in 2023.2 and 2024 it is 401. Each one counts towards a ban.
 */
function legacyRefusal(answer: ApiAnswer, { budget, sessionLifetime, version }: PbxMemory): Failure | undefined {
  const hidden = answer.status === 200 && saysNotAuthorized(answer.body);
  if (answer.status !== 401 && !hidden) return undefined;
  budget.count('session_lost');
  version.suspectRestart();
  if (hidden) sessionLifetime.lost();
  return new Failure('session_lost', 'the PBX no longer knows the session', { status: answer.status });
}

/**
 * From 2025.1 on 401 means that the token is gone, but for an API key also that a right is missing: no login helps then. A key that
 * is refused for what it was good for is checked anew, as a lost session would be: it may have been deleted.
 */
function tokenRefusal(
  { status }: ApiAnswer,
  session: Session,
  { call, memory }: { readonly call: string; readonly memory: PbxMemory },
): Failure | undefined {
  if (status !== 401) return undefined;
  if (memory.account.kind === 'token' && memory.served.get(session)?.has(call) !== true)
    return new Failure(
      'forbidden',
      'the API key has no right to this call, or is not allowed from this address (HTTP 401)',
      { status },
    );
  memory.refusedSessions.add(session);
  memory.version.suspectRestart();
  return new Failure('session_lost', 'the PBX no longer knows the token', { status });
}

/** The PBX was changed to a version with the other API: a new login finds out which; a session of the new kind must not repeat that. */
function otherVersion(session: Session, memory: PbxMemory): Failure {
  const wasLegacy = session.headers?.['cookie'] !== undefined;
  const isLegacy = memory.api === 'legacy';
  memory.version.suspectRestart();
  if (memory.options.api !== 'auto' || wasLegacy !== isLegacy)
    return new Failure('config', 'this version of MikoPBX has the other API: set options.api to auto');
  memory.forgetApi();
  return new Failure('session_lost', 'the PBX now has another version, with another API');
}

function saysNotAuthorized(body: string): boolean {
  const value = tryJson(body);
  return isRecord(value) && value['result'] === undefined && /auth/i.test(JSON.stringify(value['errors'] ?? ''));
}
