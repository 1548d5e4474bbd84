import { Failure } from '../../../src/transport/failure.ts';
import type { ApiAnswer } from '../../../src/transport/request.ts';

/** Returns a response as from the transport. A body that is not a string is serialized as JSON. */
export function answer(
  status: number,
  body: unknown,
  more: {
    readonly cookies?: Readonly<Record<string, string>>;
    readonly headers?: Readonly<Record<string, string>>;
  } = {},
): ApiAnswer {
  return {
    status,
    headers: more.headers ?? {},
    cookies: new Map(Object.entries(more.cookies ?? {})),
    body: typeof body === 'string' ? body : JSON.stringify(body),
  };
}

/** Returns the reason of the `Failure` that the function throws; fails the test if it throws none. */
export function reasonOf(work: () => unknown): string {
  try {
    work();
  } catch (thrown) {
    if (thrown instanceof Failure) return thrown.reason;
    throw thrown;
  }
  throw new Error('no failure was thrown');
}
