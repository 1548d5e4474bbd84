import { Secret } from './secret.ts';

/** Text of an environment variable; undefined where it is not set. */
export type ReadVariable = (name: string) => string | undefined;

/**
 * Reads variables that hold secrets and takes each of them out of the environment, so that neither a report that Node.js
 * writes nor a child process nor a dump of the environment has it. What was read stays here for the next reload: nobody
 * outside can change the environment of a running process anyhow.
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
