import type { FailureReason } from '../snapshot/failure-reason.ts';

/** Further facts of a {@link Failure}. */
export interface FailureFacts {
  /** HTTP status, where there was an answer. */
  readonly status?: number;
  /** How long the PBX asked us to wait, in milliseconds. */
  readonly retryAfterMs?: number;
  /**
   * What a failed login says beyond its reason. `accepted`: the account is good, but no session came of it.
   * `path_missing`: no login is there that could look at it. `unheard`: another service answered, so the PBX knows nothing
   * of it and no pause is due for its sake. `uncounted`: refused, and this PBX counts that towards no lock. `unsent`: no
   * login was sent.
   */
  readonly login?: 'accepted' | 'path_missing' | 'unheard' | 'uncounted' | 'unsent';
}

/**
 * The one error that crosses the border between talking to a PBX and the rest of the program.
 * `message` is one sentence for people and safe to log: it never holds a password, token, URL query or body,
 * and the original error is deliberately not kept as `cause` (HTTP clients hang requests with headers on theirs).
 */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly reason: FailureReason;
  readonly status: number | undefined;
  readonly retryAfterMs: number | undefined;
  readonly login: FailureFacts['login'];

  constructor(reason: FailureReason, message: string, facts: FailureFacts = {}) {
    super(message);
    this.reason = reason;
    this.status = facts.status;
    this.retryAfterMs = facts.retryAfterMs;
    this.login = facts.login;
  }
}

/** Any thrown value as a {@link Failure}; what is not one is a fault of ours and becomes `protocol` without its text. */
export function asFailure(thrown: unknown): Failure {
  if (thrown instanceof Failure) return thrown;
  const kind = thrown instanceof Error ? thrown.name : typeof thrown;
  return new Failure('protocol', `the answer could not be processed (${kind})`);
}
