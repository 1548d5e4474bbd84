import { readRunTimePackages, type RunTimePackage } from './lock-file.ts';

/** Licences that a package of the exporter may have: free ones that ask for nothing but their notice. */
export const allowedLicenses = ['MIT', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0', '0BSD', 'CC0-1.0'] as const;

/** Whether a licence, or one of several to choose from, is allowed. */
export function isAllowed(license: string): boolean {
  const choices = license.replaceAll(/[()]/g, '').split(' OR ');
  return choices.some((choice) => allowedLicenses.some((allowed) => allowed === choice));
}

/** The page `docs/dependencies.md`. */
export function dependenciesPage(): string {
  const packages = readRunTimePackages();
  const rows = (direct: boolean): string =>
    packages
      .filter((one) => one.direct === direct)
      .map(row)
      .join('\n');
  const own = packages.filter(({ direct }) => direct).length;
  return `# Dependencies

This page is generated from \`package-lock.json\`: \`npm run docs\` writes it anew, and the tests refuse a package with a licence
that is not among ${allowedLicenses.join(', ')}.

${packages.length} packages run with the exporter: ${own} that it names itself, each for a reason in [decisions.md](decisions.md), and
${packages.length - own} that come with these. \`npm ci\` installs exactly these versions and checks their SHA-512. What is needed for
building and testing only is not in the image and not in this list.

A bill of materials in CycloneDX format: \`npm run --silent sbom > sbom.cdx.json\`. Known weaknesses: \`npm audit --omit=dev\`; it asks
the package registry, so it needs one that offers audits. It is not part of the tests, because its answer changes without a change here.

## Named by the exporter

| package | version | licence |
|---|---|---|
${rows(true)}

## Needed by these

| package | version | licence |
|---|---|---|
${rows(false)}
`;
}

function row({ name, version, license }: RunTimePackage): string {
  return `| ${name} | ${version} | ${license} |`;
}
