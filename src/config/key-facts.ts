import { z } from 'zod';

/** What there is to know about one key beside its value. */
export interface KeyFacts {
  /** What happens where the key is left out; `required` where it must not be. */
  readonly fallback: string;
  /** A value as it can be written in the file. */
  readonly example: string;
  /** One sentence. */
  readonly about: string;
}

/** The facts of each key, by the schema that stands behind it. */
export const keyFacts = z.registry<KeyFacts>();

/** A key of the configuration. Every key may be left out as far as the schema knows: what is missing is told by those who need it. */
export function key<Value extends z.ZodType>(value: Value, facts: KeyFacts): z.ZodOptional<Value> {
  const optional = value.optional();
  keyFacts.add(optional, facts);
  return optional;
}
