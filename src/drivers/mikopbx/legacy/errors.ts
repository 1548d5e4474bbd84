import { tryJson } from '../../kit/answers.ts';
import { isRecord } from '../../kit/fields.ts';
import { Failure } from '../../../transport/failure.ts';
import type { ApiAnswer } from '../../../transport/request.ts';
import type { PbxMemory } from '../memory.ts';

/**
 * Up to 2023.1 a missing session is HTTP 200 with `errors`, in 2023.2 and 2024 it is 401. Each one counts towards a ban.
 */
export function legacyRefusal(answer: ApiAnswer, { budget, sessionLifetime, version }: PbxMemory): Failure | undefined {
  const hidden = answer.status === 200 && saysNotAuthorized(answer.body);
  if (answer.status !== 401 && !hidden) return undefined;
  budget.count('session_lost');
  version.suspectRestart();
  if (hidden) sessionLifetime.lost();
  return new Failure('session_lost', 'the PBX no longer knows the session', { status: answer.status });
}

function saysNotAuthorized(body: string): boolean {
  const value = tryJson(body);
  return isRecord(value) && value['result'] === undefined && /auth/i.test(JSON.stringify(value['errors'] ?? ''));
}
