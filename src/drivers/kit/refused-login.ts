import type { FailureReason } from '../../snapshot/failure-reason.ts';
import { Failure } from '../../transport/failure.ts';

/** Reasons that say of a refused login only that its answer has no name. */
const nameless: readonly FailureReason[] = ['http_status', 'protocol', 'session_lost'];

/**
 * The failure of a login that the PBX itself refused, in words that have no other meaning: it counts like a wrong password,
 * because the PBX may count it so. What has a meaning of its own stays as it is.
 */
export function refusedLogin(failure: Failure): Failure {
  if (!nameless.includes(failure.reason)) return failure;
  const { status, retryAfterMs } = failure;
  return new Failure('bad_credentials', `the PBX refused the login: ${failure.message}`, {
    ...(status === undefined ? {} : { status }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}
