import { createHmac, createSecretKey, randomBytes } from 'node:crypto';

/**
 * Keys that identify legs and their streams from one read to the next. The name of a channel or stream, together with a
 * call record, identifies a person, so a heap snapshot must not contain it. An unkeyed hash of 32 bits could be reversed
 * by trying all values. The secret exists only in the memory of this object.
 */
export class LegKeys {
  readonly #secret = createSecretKey(randomBytes(32));

  /** The same key for the same text; the text cannot be derived from it. */
  of(text: string): string {
    return createHmac('sha256', this.#secret).update(text).digest('base64url').slice(0, 22);
  }
}
