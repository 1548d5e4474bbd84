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

/** A package that the exporter needs at run time. */
export interface RunTimePackage {
  /** Path in the lock file, e.g. `node_modules/got`. */
  readonly place: string;
  readonly name: string;
  readonly version: string;
  /** SPDX expression from the package; empty if it has none. */
  readonly license: string;
  /** `sha512-...` in base64, as verified by npm. */
  readonly integrity: string;
  /** Whether it is listed in `package.json`; the others are transitive. */
  readonly direct: boolean;
  /** Names of its own dependencies. */
  readonly needs: readonly string[];
}

/** Returns all packages of `package-lock.json` except development dependencies, sorted by name. */
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
