import type { Clock } from '../clock.ts';
import { Failure } from '../transport/failure.ts';

/** A point in time after which work must end, and the signal that ends it. */
export interface Deadline {
  readonly signal: AbortSignal;
  /** Milliseconds left; never below 0. */
  remainingMs(): number;
  /** Ends the work now, for that reason. */
  abort(failure: Failure): void;
  /** Takes the timer back once the work is done. */
  clear(): void;
}

/** A deadline `durationMs` from now, within `parent` if given; the signal's reason is always a `Failure`. */
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

/** The value of `work`, or the failure that `signal` ends it with, whichever comes first. */
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
