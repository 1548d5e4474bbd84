import { inspect } from 'node:util';

/** The text that is shown instead of a secret. */
export const hiddenText = '<secret>';

/** A password or token that cannot leak by accident: when printed, logged or serialized, it appears as `<secret>`. */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** Returns the secret itself, for the code that sends it to the PBX. */
  reveal(): string {
    return this.#text;
  }

  /** Reports whether both secrets are equal; a reload uses this to detect a changed password. */
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

/** Returns the value of an environment variable; undefined if it is not set. */
export type ReadVariable = (name: string) => string | undefined;

/**
 * Returns a reader that removes each variable from the environment after reading it. This keeps secrets out of Node.js
 * reports, child processes and dumps of the environment. The values are kept here for the next reload; the environment of a
 * running process cannot be changed from outside anyway.
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
