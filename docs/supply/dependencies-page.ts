import { readRunTimePackages, type RunTimePackage } from './lock-file.ts';

/** Allowed licences of packages: free licences that only require their notice. */
export const allowedLicenses = ['MIT', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0', '0BSD', 'CC0-1.0'] as const;

/** Reports whether a licence, or one of several alternatives, is allowed. */
export function isAllowed(license: string): boolean {
  const choices = license.replaceAll(/[()]/g, '').split(' OR ');
  return choices.some((choice) => allowedLicenses.some((allowed) => allowed === choice));
}

/** Returns the page `docs/dependencies.md`. */
export function dependenciesPage(): string {
  const packages = readRunTimePackages();
  const rows = (direct: boolean): string =>
    packages
      .filter((one) => one.direct === direct)
      .map(row)
      .join('\n');
  const own = packages.filter(({ direct }) => direct).length;
  return `# Dependencies

This page is generated from \`package-lock.json\`: \`npm run docs\` regenerates it, and the tests reject packages with a licence
other than ${allowedLicenses.join(', ')}.

${packages.length} packages are part of the exporter: ${own} direct dependencies, each with a reason in [decisions.md](decisions.md), and
${packages.length - own} of their dependencies. \`npm ci\` installs exactly these versions and checks their SHA-512. Packages for
building and testing are neither in the image nor in this list.

A bill of materials in CycloneDX format: \`npm run --silent sbom > sbom.cdx.json\`. Known vulnerabilities: \`npm audit --omit=dev\`, which needs a
package registry that offers audits. It is not part of the tests, because its answer can change without a change here.

## Direct dependencies

| package | version | licence |
|---|---|---|
${rows(true)}

## Their dependencies

| package | version | licence |
|---|---|---|
${rows(false)}
`;
}

function row({ name, version, license }: RunTimePackage): string {
  return `| ${name} | ${version} | ${license} |`;
}
