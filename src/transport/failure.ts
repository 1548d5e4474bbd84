import { copiedText } from '../copied-text.ts';
import type { FailureReason } from '../snapshot/failure-reason.ts';

/** Additional facts about a {@link Failure}. */
export interface FailureFacts {
  /** HTTP status. Absent if there was no answer. */
  readonly status?: number;
  /** How long the PBX asked us to wait, in milliseconds. */
  readonly retryAfterMs?: number;
  /**
   * What a failed login shows beyond its reason. `accepted`: the PBX accepted the account, but created no usable session.
   * `path_missing`: the login path does not exist, so the account was not checked. `other_service`: another service answered,
   * so the PBX knows nothing about the login, and no pause is needed. `uncounted`: the PBX refused the login, but does
   * not count it towards a lock. `not_sent`: no login was sent.
   */
  readonly login?: 'accepted' | 'path_missing' | 'other_service' | 'uncounted' | 'not_sent';
}

/**
 * The only error that communication with a PBX throws to the rest of the program. `message` is one sentence for people
 * and is safe to log: it never contains a password, token, URL query or body. The original error is deliberately not kept
 * as `cause`, because errors of HTTP clients refer to the request and its headers.
 */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly reason: FailureReason;
  readonly status: number | undefined;
  readonly retryAfterMs: number | undefined;
  readonly login: FailureFacts['login'];

  constructor(reason: FailureReason, message: string, facts: FailureFacts = {}) {
    // The journal and the record keep the message, which may contain a part of an answer.
    super(copiedText(message));
    this.reason = reason;
    this.status = facts.status;
    this.retryAfterMs = facts.retryAfterMs;
    this.login = facts.login;
  }
}

/**
 * Returns a thrown {@link Failure} unchanged. Any other value is a bug in the exporter and becomes a `protocol` failure
 * without the original message.
 */
export function asFailure(thrown: unknown): Failure {
  if (thrown instanceof Failure) return thrown;
  const kind = thrown instanceof Error ? thrown.name : typeof thrown;
  return new Failure('protocol', `the answer could not be processed (${kind})`);
}
