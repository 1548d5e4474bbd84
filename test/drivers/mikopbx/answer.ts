import { Failure } from '../../../src/transport/failure.ts';
import type { ApiAnswer } from '../../../src/transport/request.ts';

/** An answer as the transport gives it; what is not text is written as JSON. */
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

/** The reason of the `Failure` that the work throws; fails the test when it throws none. */
export function reasonOf(work: () => unknown): string {
  try {
    work();
  } catch (thrown) {
    if (thrown instanceof Failure) return thrown.reason;
    throw thrown;
  }
  throw new Error('no failure was thrown');
}
