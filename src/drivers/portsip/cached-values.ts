import type { Clock } from '../../clock.ts';

interface Entry<T> {
  readonly value: T;
  /** Monotonic time (ms) at which it was read. */
  readonly readAt: number;
}

/** Values by id, each with the time at which it was read, so that none is shown beyond its age. */
export class CachedValues<T> {
  readonly #clock: Clock;
  readonly #entries = new Map<string, Entry<T>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Keeps a value that was read now. */
  set(id: string, value: T): void {
    this.#entries.set(id, { value, readAt: this.#clock.monotonicTime() });
  }

  /** The value, if it is at most `oldestMs` old. */
  get(id: string, oldestMs: number): T | undefined {
    const entry = this.#entries.get(id);
    return entry !== undefined && this.#clock.monotonicTime() - entry.readAt <= oldestMs ? entry.value : undefined;
  }

  /** Monotonic time (ms) at which the value was read, if it is at most `oldestMs` old. */
  readAt(id: string, oldestMs: number): number | undefined {
    return this.get(id, oldestMs) === undefined ? undefined : this.#entries.get(id)?.readAt;
  }

  /** Forgets all but these ids. */
  keep(ids: ReadonlySet<string>): void {
    for (const id of this.#entries.keys()) if (!ids.has(id)) this.#entries.delete(id);
  }
}
