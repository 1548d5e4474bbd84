import type { Clock } from '../clock.ts';
import { Failure } from '../transport/failure.ts';

/** A point in time by which work must end, and the signal that aborts it. */
export interface Deadline {
  readonly signal: AbortSignal;
  /** Milliseconds left; never below 0. */
  remainingMs(): number;
  /** Aborts the work immediately, with `failure` as the signal's reason. */
  abort(failure: Failure): void;
  /** Stops the timer. Call it once the work is done. */
  clear(): void;
}

/** Creates a deadline `durationMs` from now that also ends when `parent` aborts. The signal's reason is always a `Failure`. */
export function createDeadline(clock: Clock, durationMs: number, message: string, parent?: AbortSignal): Deadline {
  const controller = new AbortController();
  const endsAt = clock.monotonicTime() + durationMs;
  const abort = (failure: Failure): void => controller.abort(failure);
  const timer = clock.after(durationMs, () => abort(new Failure('timeout', message)));
  const follow = (): void => controller.abort(parent?.reason);
  if (parent?.aborted === true) follow();
  parent?.addEventListener('abort', follow, { once: true });
  return {
    signal: controller.signal,
    remainingMs: () => Math.max(0, endsAt - clock.monotonicTime()),
    abort,
    clear() {
      timer.stop();
      parent?.removeEventListener('abort', follow);
    },
  };
}

/** Resolves to the value of `work`, or rejects with the failure of `signal` if `signal` aborts first. */
export async function endedBy<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  let listener: (() => void) | undefined;
  const ended = new Promise<never>((_resolve, reject) => {
    const fail = (): void =>
      reject(signal.reason instanceof Failure ? signal.reason : new Failure('timeout', 'the operation was cancelled'));
    if (signal.aborted) fail();
    listener = fail;
    signal.addEventListener('abort', fail, { once: true });
  });
  try {
    return await Promise.race([work, ended]);
  } finally {
    if (listener !== undefined) signal.removeEventListener('abort', listener);
  }
}
