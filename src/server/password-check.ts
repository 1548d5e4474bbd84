import { createHmac, randomBytes } from 'node:crypto';
import { compare } from 'bcryptjs';
import type { Secret } from '../config/secret.ts';
import { createLimiter } from '../target/limiter.ts';

/** Checks that may wait; those beyond are told to come back, so that guessing passwords cannot fill the memory. */
const mostWaiting = 32;
/** Passwords that were right and are remembered: a check takes a tenth of a second, and Prometheus comes every few. */
const mostRemembered = 100;

/** How a check of name and password ended; `busy`: too many wait. */
export type PasswordAnswer = 'good' | 'bad' | 'busy';

/**
 * Checks passwords against bcrypt hashes, one at a time, in slices between which the event loop turns. A name that is
 * not known costs the same as one that is. What was right once is remembered under a key that only this process knows;
 * the hash is part of it, so that a changed password is asked for at once.
 */
export function createPasswordCheck(): (
  users: ReadonlyMap<string, Secret>,
  name: string,
  password: string,
) => Promise<PasswordAnswer> {
  const limiter = createLimiter(1);
  const secret = randomBytes(32);
  const remembered = new Set<string>();
  const running = new Map<string, Promise<boolean>>();
  const remember = (key: string): void => {
    remembered.add(key);
    const [oldest] = remembered;
    if (remembered.size > mostRemembered && oldest !== undefined) remembered.delete(oldest);
  };
  return async (users, name, password) => {
    const known = users.get(name)?.reveal();
    const hash = known ?? decoyFor(users);
    const key = createHmac('sha256', secret)
      .update(JSON.stringify([name, hash, password]))
      .digest('base64');
    if (remembered.has(key)) return 'good';
    if (!running.has(key)) {
      if (limiter.waiting >= mostWaiting) return 'busy';
      const check = limiter.run(() => compare(password, hash)).finally(() => running.delete(key));
      running.set(key, check);
    }
    const isRight = (await running.get(key)) === true && known !== undefined;
    if (isRight) remember(key);
    return isRight ? 'good' : 'bad';
  };
}

/** A hash that no password has, as costly as the costliest of the users. */
function decoyFor(users: ReadonlyMap<string, Secret>): string {
  const costs = [...users.values()].map((hash) => hash.reveal().slice(4, 6)).sort();
  return `$2b$${costs.at(-1) ?? '10'}$${'.'.repeat(53)}`;
}
