import { asFailure } from '../../transport/failure.ts';

/** A promise that may be awaited by several collectors, or by none, without an unhandled rejection. Rejections become a `Failure`. */
export function settle<T>(work: Promise<T>): () => Promise<T> {
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
