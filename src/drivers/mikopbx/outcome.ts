import type { FailureReason } from '../../snapshot/failure-reason.ts';
import { asFailure, Failure } from '../../transport/failure.ts';

/** What came of one question. */
export type Outcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: Failure };

/** Failures after which nothing else is asked in this round: the next request would fail as well, or do harm. */
const endsRound: readonly FailureReason[] = [
  'dns',
  'connect',
  'tls',
  'redirect',
  'bad_credentials',
  'locked_out',
  'session_lost',
  'rate_limited',
  'suspended',
];

/** Waits for an answer; a failure that costs only this question becomes an outcome, one that ends the round is thrown. */
export async function outcomeOf<T>(work: Promise<T>): Promise<Outcome<T>> {
  try {
    return { ok: true, value: await work };
  } catch (thrown) {
    const failure = asFailure(thrown);
    if (endsRound.includes(failure.reason)) throw failure;
    return { ok: false, failure };
  }
}

/** Asterisk, the telephony core, is away behind an API that is well. */
export function asteriskAway(detail: string): Failure {
  return new Failure('service_unavailable', `Asterisk, the telephony core of the PBX, seems to be down: ${detail}`);
}
