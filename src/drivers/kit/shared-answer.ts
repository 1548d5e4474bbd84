import { asFailure } from '../../transport/failure.ts';

/**
 * An answer that several collectors wait for, or none: what the promise brings is given to each of them, and a rejection that
 * nobody waits for is none of the process. Rejections become a `Failure`.
 */
export function sharedAnswer<T>(work: Promise<T>): () => Promise<T> {
  const outcome = work.then(
    (value) => ({ value }),
    (thrown: unknown) => ({ failure: asFailure(thrown) }),
  );
  return async () => {
    const settled = await outcome;
    if ('failure' in settled) throw settled.failure;
    return settled.value;
  };
}
