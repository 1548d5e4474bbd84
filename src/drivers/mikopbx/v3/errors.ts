import type { Session } from '../../driver.ts';
import { Failure } from '../../../transport/failure.ts';
import type { ApiAnswer } from '../../../transport/request.ts';
import type { PbxMemory } from '../memory.ts';

/**
 * From 2025.1 on 401 means that the token is gone, but for an API key also that a right is missing: no login helps then. A key that
 * is refused for what it was good for is checked anew, as a lost session would be: it may have been deleted.
 */
export function tokenRefusal(
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
