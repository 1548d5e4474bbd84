import { createHmac, randomBytes } from 'node:crypto';
import { compare } from 'bcrypt';
import type { Secret } from '../config/secret.ts';

/** How many checks may wait. Further ones are answered as busy, so that password guessing cannot fill the memory. */
const mostWaiting = { perParty: 8, all: 64 };
/** Passwords that were right and are remembered: a check takes a tenth of a second, and Prometheus comes every few. */
const mostRemembered = 100;

/** How a check of name and password ended; `busy`: too many wait. */
type PasswordAnswer = 'good' | 'bad' | 'busy';

/** What a client says it is, and the address that says so. */
interface Login {
  readonly name: string;
  readonly password: string;
  readonly from: string;
}

/**
 * Checks passwords against bcrypt hashes, one at a time and outside the event loop; addresses are served in turn. Checking
 * an unknown name takes as long as checking a known one. Successful logins are remembered under a key that only this process
 * has. The hash is part of what is remembered, so a changed password takes effect immediately.
 */
export function createPasswordCheck(): (users: ReadonlyMap<string, Secret>, login: Login) => Promise<PasswordAnswer> {
  const queue = new FairQueue(mostWaiting);
  const secret = randomBytes(32);
  const remembered = new Set<string>();
  const running = new Map<string, Promise<boolean>>();
  const remember = (key: string): void => {
    remembered.add(key);
    const [oldest] = remembered;
    if (remembered.size > mostRemembered && oldest !== undefined) remembered.delete(oldest);
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

/** htpasswd and PHP write `$2y$` for the same algorithm. */
function inOneForm(hash: string): string {
  return hash.replace(/^\$2y\$/, '$2b$$');
}

/** A hash that matches no password, and takes as long to check as the costliest hash of the users. */
function decoyFor(users: ReadonlyMap<string, Secret>): string {
  const costs = [...users.values()].map((hash) => hash.reveal().slice(4, 6)).sort();
  return `$2b$${costs.at(-1) ?? '10'}$${'.'.repeat(53)}`;
}

/** How many tasks may wait. */
interface QueueLimits {
  readonly perParty: number;
  readonly all: number;
}

/** Runs one task at a time and serves clients in turn, so that many tasks of one client do not delay another. */
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
