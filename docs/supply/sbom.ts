import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { readRunTimePackages, type RunTimePackage } from './lock-file.ts';

/** Returns the bill of materials of the run-time packages in CycloneDX 1.6 JSON. Deterministic: without time and serial number. */
export function sbom(): string {
  const manifest = z
    .object({ name: z.string(), version: z.string(), license: z.string() })
    .parse(JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')));
  const packages = readRunTimePackages();
  const own = `pkg:npm/${manifest.name}@${manifest.version}`;
  const bill = {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {
      component: {
        type: 'application',
        'bom-ref': own,
        name: manifest.name,
        version: manifest.version,
        licenses: [{ license: { id: manifest.license } }],
        purl: own,
      },
    },
    components: packages.map((one) => component(one)),
    dependencies: [
      { ref: own, dependsOn: packages.filter(({ direct }) => direct).map(({ place }) => place) },
      ...packages.map((one) => ({
        ref: one.place,
        dependsOn: one.needs.flatMap((name) => placeOf(packages, one, name)),
      })),
    ],
  };
  return `${JSON.stringify(bill, null, 2)}\n`;
}

function component({ place, name, version, license, integrity }: RunTimePackage): object {
  const [algorithm = '', base64 = ''] = integrity.split('-', 2);
  return {
    type: 'library',
    'bom-ref': place,
    name,
    version,
    ...(license === '' ? {} : { licenses: [licenseEntry(license)] }),
    ...(algorithm === 'sha512'
      ? { hashes: [{ alg: 'SHA-512', content: Buffer.from(base64, 'base64').toString('hex') }] }
      : {}),
    purl: `pkg:npm/${name.replace('@', '%40')}@${version}`,
  };
}

function licenseEntry(license: string): object {
  return /^[\w.-]+$/.test(license) ? { license: { id: license } } : { expression: license };
}

/** The path of a dependency, found as Node.js does: first below the package itself, then in its parent folders. */
function placeOf(packages: readonly RunTimePackage[], from: RunTimePackage, name: string): readonly string[] {
  for (let folder = from.place; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
    const place = folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`;
    if (packages.some((one) => one.place === place)) return [place];
    if (folder === '' || !folder.includes('/node_modules/'))
      return packages.some((one) => one.place === `node_modules/${name}`) ? [`node_modules/${name}`] : [];
  }
}
