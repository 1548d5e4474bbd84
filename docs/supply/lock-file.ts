import { readFileSync } from 'node:fs';
import { z } from 'zod';

const lockFile = z.object({
  packages: z.record(
    z.string(),
    z.object({
      version: z.string().optional(),
      license: z.string().optional(),
      integrity: z.string().optional(),
      dev: z.boolean().optional(),
      devOptional: z.boolean().optional(),
      dependencies: z.record(z.string(), z.string()).optional(),
    }),
  ),
});

/** One package that runs with the exporter. */
export interface RunTimePackage {
  /** Place in the lock file, e.g. `node_modules/got`. */
  readonly place: string;
  readonly name: string;
  readonly version: string;
  /** SPDX expression as the package names it; empty when it names none. */
  readonly license: string;
  /** `sha512-...` in base64, as npm checks it. */
  readonly integrity: string;
  /** Whether `package.json` names it; the others come with these. */
  readonly direct: boolean;
  /** Names of the packages that it needs itself. */
  readonly needs: readonly string[];
}

/** Every package of `package-lock.json` that is not for development only, in the order of their names. */
export function readRunTimePackages(): readonly RunTimePackage[] {
  const text = readFileSync(new URL('../../package-lock.json', import.meta.url), 'utf8');
  const { packages } = lockFile.parse(JSON.parse(text));
  const direct = new Set(Object.keys(packages['']?.dependencies ?? {}));
  return Object.entries(packages)
    .filter(([place, { dev, devOptional }]) => place !== '' && dev !== true && devOptional !== true)
    .map(([place, { version = '', license = '', integrity = '', dependencies = {} }]) => {
      const name = place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length);
      const isDirect = direct.has(name) && place === `node_modules/${name}`;
      return { place, name, version, license, integrity, direct: isDirect, needs: Object.keys(dependencies) };
    })
    .sort((one, other) => (one.place < other.place ? -1 : 1));
}
