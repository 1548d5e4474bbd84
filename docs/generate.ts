import { readFileSync, writeFileSync } from 'node:fs';
import { configurationReference } from '../src/config/reference.ts';
import { metricsReference } from '../src/exposition/reference.ts';
import { dependenciesPage } from './supply/dependencies-page.ts';
import { troubleshootingPage } from './troubleshooting-page.ts';

/** Pages that are made from the code; everything else in this folder is written by hand. */
const pages: Readonly<Record<string, string>> = {
  'metrics.md': metricsReference(),
  'dependencies.md': dependenciesPage(),
  'troubleshooting.md': troubleshootingPage(),
  'configuration.md': `# Configuration

This page is generated from the table of keys in \`src/config/\`: \`npm run docs\` writes it anew. The options of each PBX
family are on its page in [families/](families/).

\`pbx-exporter check --config.file exporter.yml\` tells everything that is wrong with a file, with line and column.

${configurationReference()}`,
};

/** Writes the pages, or with `--check` only tells which ones differ from the code. Gives the exit code. */
function generate(check: boolean): number {
  const stale = Object.entries(pages).filter(([name, text]) => text !== read(name));
  if (!check) for (const [name, text] of stale) writeFileSync(new URL(name, import.meta.url), text);
  for (const [name] of stale)
    process.stdout.write(`docs/${name}: ${check ? 'differs from the code; run "npm run docs"' : 'written'}\n`);
  return check && stale.length > 0 ? 1 : 0;
}

function read(name: string): string | undefined {
  try {
    return readFileSync(new URL(name, import.meta.url), 'utf8');
  } catch {
    return undefined;
  }
}

process.exitCode = generate(process.argv.includes('--check'));
