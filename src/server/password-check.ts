import { createHmac, randomBytes } from 'node:crypto';
import { compare } from 'bcrypt';
import type { Secret } from '../config/secret.ts';

/** Maximum numbers of waiting checks. Further checks return `busy`, so that password guessing cannot fill the memory. */
const maximumWaiting = { perParty: 8, all: 64 };
/** Maximum number of remembered successful logins. Remembering saves a check of about 0.1 s on each scrape. */
const maximumRemembered = 100;

/** The result of a check; `busy` if too many checks are waiting. */
type PasswordAnswer = 'good' | 'bad' | 'busy';

/** The credentials of a client and its address. */
interface Login {
  readonly name: string;
  readonly password: string;
  readonly from: string;
}

/**
 * Returns a check of passwords against bcrypt hashes. Checks run one at a time and outside the event loop; addresses are
 * served in turn. Checking an unknown name takes as long as checking a known one. Successful logins are remembered as HMACs
 * with a key that only this process has. The HMAC includes the hash, so a changed password takes effect immediately.
 */
export function createPasswordCheck(): (users: ReadonlyMap<string, Secret>, login: Login) => Promise<PasswordAnswer> {
  const queue = new FairQueue(maximumWaiting);
  const secret = randomBytes(32);
  const remembered = new Set<string>();
  const running = new Map<string, Promise<boolean>>();
  const remember = (key: string): void => {
    remembered.add(key);
    const [oldest] = remembered;
    if (remembered.size > maximumRemembered && oldest !== undefined) remembered.delete(oldest);
  };
  return async (users, { name, password, from }) => {
    const known = users.get(name)?.reveal();
    const hash = known ?? decoyFor(users);
    const key = createHmac('sha256', secret)
      .update(JSON.stringify([name, hash, password]))
      .digest('base64');
    if (remembered.has(key)) return 'good';
    if (!running.has(key)) {
      const check = queue.run(from, () => compare(password, inOneForm(hash)));
      if (check === undefined) return 'busy';
      running.set(
        key,
        check.finally(() => running.delete(key)),
      );
    }
    const isRight = (await running.get(key)) === true && known !== undefined;
    if (isRight) remember(key);
    return isRight ? 'good' : 'bad';
  };
}

/** Replaces the prefix `$2y$`, which htpasswd and PHP write for the same algorithm. */
function inOneForm(hash: string): string {
  return hash.replace(/^\$2y\$/, '$2b$$');
}

/** A hash that matches no password and takes as long to check as the most expensive hash of the users. */
function decoyFor(users: ReadonlyMap<string, Secret>): string {
  const costs = [...users.values()].map((hash) => hash.reveal().slice(4, 6)).sort();
  return `$2b$${costs.at(-1) ?? '10'}$${'.'.repeat(53)}`;
}

/** Maximum numbers of waiting tasks. */
interface QueueLimits {
  readonly perParty: number;
  readonly all: number;
}

/** Runs one task at a time and serves parties in turn, so that many tasks of one party do not delay another. */
export class FairQueue {
  readonly #limits: QueueLimits;
  /** Waiting tasks by party; the next party comes first. */
  readonly #parties = new Map<string, (() => Promise<void>)[]>();
  #waiting = 0;
  #running = false;

  constructor(limits: QueueLimits) {
    this.#limits = limits;
  }

  /** Queues a task and returns a promise of its result; undefined if too many tasks of this party, or in total, are waiting. */
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

  /** Removes and returns the next task; its party moves to the end of the queue. */
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
