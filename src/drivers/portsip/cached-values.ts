import type { Clock } from '../../clock.ts';

interface Entry<T> {
  readonly value: T;
  /** Monotonic time (ms) at which it was read. */
  readonly readAt: number;
}

/** Values by id, each with the time at which it was read, so that no outdated value is shown. */
export class CachedValues<T> {
  readonly #clock: Clock;
  readonly #entries = new Map<string, Entry<T>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Stores a value that was just read. */
  set(id: string, value: T): void {
    this.#entries.set(id, { value, readAt: this.#clock.monotonicTime() });
  }

  /** Returns the value, if it is at most `oldestMs` old. */
  get(id: string, oldestMs: number): T | undefined {
    const entry = this.#entries.get(id);
    return entry !== undefined && this.#clock.monotonicTime() - entry.readAt <= oldestMs ? entry.value : undefined;
  }

  /** Returns the monotonic time (ms) at which the value was read, if it is at most `oldestMs` old. */
  readAt(id: string, oldestMs: number): number | undefined {
    return this.get(id, oldestMs) === undefined ? undefined : this.#entries.get(id)?.readAt;
  }

  /** Removes all values except those with these ids. */
  keep(ids: ReadonlySet<string>): void {
    for (const id of this.#entries.keys()) if (!ids.has(id)) this.#entries.delete(id);
  }
}
