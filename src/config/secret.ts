import { inspect } from 'node:util';

/** What is shown in place of a secret, everywhere. */
export const hiddenText = '<secret>';

/** A password or token that does not show itself: printed, logged, spread or serialized it is only `<secret>`. */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** The secret itself, for the one place that sends it to the PBX. */
  reveal(): string {
    return this.#text;
  }

  /** Whether both hold the same text; for a reload that has to see that a password changed. */
  equals(other: Secret): boolean {
    return this.#text === other.#text;
  }

  toString(): string {
    return hiddenText;
  }

  toJSON(): string {
    return hiddenText;
  }

  [inspect.custom](): string {
    return hiddenText;
  }
}
