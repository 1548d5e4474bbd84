import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { dependenciesPage, isAllowed } from '../../docs/supply/dependencies-page.ts';
import { readRunTimePackages } from '../../docs/supply/lock-file.ts';
import { sbom } from '../../docs/supply/sbom.ts';

const packages = readRunTimePackages();

test('every package that runs with the exporter has an allowed licence and a checksum', () => {
  expect(packages.length).toBeGreaterThan(10);
  expect(packages.filter(({ license }) => !isAllowed(license))).toEqual([]);
  expect(packages.filter(({ integrity }) => !integrity.startsWith('sha512-'))).toEqual([]);
});

test.each(['GPL-3.0', 'UNLICENSED', '', 'SEE LICENSE IN LICENSE', '(GPL-2.0 OR AGPL-3.0)', 'MIT AND GPL-3.0'])(
  'the licence "%s" is not allowed',
  (license) => expect(isAllowed(license)).toBe(false),
);

test('what the lock file says of licences is what the installed packages say', () => {
  const installed = packages.filter(({ place }) => existsSync(new URL(`../../${place}/package.json`, import.meta.url)));
  expect(installed).toHaveLength(packages.length);
  const told = installed.map(({ place }) => {
    const manifest = JSON.parse(readFileSync(new URL(`../../${place}/package.json`, import.meta.url), 'utf8')) as {
      version: string;
      license: string;
    };
    return { place, version: manifest.version, license: manifest.license };
  });
  expect(told).toEqual(packages.map(({ place, version, license }) => ({ place, version, license })));
});

test('the bill of materials names each package once, and every reference leads somewhere', () => {
  const bill = JSON.parse(sbom()) as {
    metadata: { component: { 'bom-ref': string } };
    components: { 'bom-ref': string; purl: string; hashes: { content: string }[] }[];
    dependencies: { ref: string; dependsOn: string[] }[];
  };
  const known = new Set(bill.components.map((one) => one['bom-ref']));
  expect(known.size).toBe(packages.length);
  expect(bill.components.every(({ hashes }) => /^[0-9a-f]{128}$/.test(hashes[0]?.content ?? ''))).toBe(true);
  expect(bill.dependencies.flatMap(({ dependsOn }) => dependsOn).filter((ref) => !known.has(ref))).toEqual([]);
  const needed = new Set(bill.dependencies.flatMap(({ dependsOn }) => dependsOn));
  expect([...known].filter((ref) => !needed.has(ref))).toEqual([]);
  expect(bill.dependencies[0]?.ref).toBe(bill.metadata.component['bom-ref']);
});

test('docs/dependencies.md lists them', () => {
  expect(readFileSync(new URL('../../docs/dependencies.md', import.meta.url), 'utf8')).toBe(dependenciesPage());
});
