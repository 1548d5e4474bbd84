/** How many tasks may wait. */
export interface QueueLimits {
  readonly perParty: number;
  readonly all: number;
}

/** Runs one task at a time and serves those who wait in turn, so that nobody's many tasks keep another's one waiting. */
export class FairQueue {
  readonly #limits: QueueLimits;
  /** Tasks that wait, by party; the party whose turn it is comes first. */
  readonly #parties = new Map<string, (() => Promise<void>)[]>();
  #waiting = 0;
  #running = false;

  constructor(limits: QueueLimits) {
    this.#limits = limits;
  }

  /** Runs a task when its turn comes and gives its result; undefined when too many wait, of this party or of all. */
  run<T>(party: string, task: () => Promise<T>): Promise<T> | undefined {
    const own = this.#parties.get(party) ?? [];
    if (this.#running && (own.length >= this.#limits.perParty || this.#waiting >= this.#limits.all)) return undefined;
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    own.push(() => task().then(resolve, reject));
    this.#parties.set(party, own);
    this.#waiting += 1;
    if (!this.#running) void this.#serve();
    return promise;
  }

  async #serve(): Promise<void> {
    this.#running = true;
    for (let next = this.#take(); next !== undefined; next = this.#take()) await next();
    this.#running = false;
  }

  /** The next task; its party goes to the end of the line. */
  #take(): (() => Promise<void>) | undefined {
    for (const [party, tasks] of this.#parties) {
      const task = tasks.shift();
      this.#parties.delete(party);
      if (tasks.length > 0) this.#parties.set(party, tasks);
      this.#waiting -= 1;
      return task;
    }
    return undefined;
  }
}
