import { createHmac, createSecretKey, randomBytes } from 'node:crypto';

/**
 * Keys under which legs and their streams are remembered from one read to the next. Names of channels and streams lead from a record of
 * calls to a person, so a heap snapshot must not hold them; a hash of 32 bits without a secret could be tried out. The secret lives
 * as long as this object, in nothing but its memory.
 */
export class LegKeys {
  readonly #secret = createSecretKey(randomBytes(32));

  /** The same key for the same text, and none that leads back to it. */
  of(text: string): string {
    return createHmac('sha256', this.#secret).update(text).digest('base64url').slice(0, 22);
  }
}
