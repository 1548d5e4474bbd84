import { asFailure, Failure } from '../../../transport/failure.ts';

/** What came of one question. */
export type Outcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: Failure };

/** Waits for an answer and gives it, or why there is none: what was read before stays whatever it is. */
export async function outcomeOf<T>(work: Promise<T>): Promise<Outcome<T>> {
  try {
    return { ok: true, value: await work };
  } catch (thrown) {
    return { ok: false, failure: asFailure(thrown) };
  }
}

/** Asterisk, the telephony core, is away behind an API that is well. */
export function asteriskAway(detail: string): Failure {
  return new Failure('service_unavailable', `Asterisk, the telephony core of the PBX, seems to be down: ${detail}`);
}
