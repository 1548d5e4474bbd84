/** What there is to know about one key. */
export interface KeyFacts {
  readonly key: string;
  /** Type and limits in words. */
  readonly value: string;
  /** What happens where the key is left out; `required` where it must not be. */
  readonly fallback: string;
  /** A value as it can be written in the file. */
  readonly example: string;
  /** One sentence. */
  readonly about: string;
}
