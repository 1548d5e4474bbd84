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

/** Text of an environment variable; undefined if it is not set. */
export type ReadVariable = (name: string) => string | undefined;

/**
 * Reads variables with secrets and removes each of them from the environment. This keeps them out of Node.js reports, child
 * processes and dumps of the environment. The values are kept here for the next reload, because the environment of a running
 * process cannot be changed from outside anyway.
 */
export function takeVariables(environment: Record<string, string | undefined>): ReadVariable {
  const taken = new Map<string, Secret>();
  return (name) => {
    const text = Object.hasOwn(environment, name) ? environment[name] : undefined;
    if (text !== undefined) {
      taken.set(name, new Secret(text));
      Reflect.deleteProperty(environment, name);
    }
    return taken.get(name)?.reveal();
  };
}
