import { readFileSync, writeFileSync } from 'node:fs';
import { configurationReference } from '../src/config/reference.ts';
import { configurationSchema, targetFileSchema } from '../src/config/json-schema.ts';
import { families } from '../src/drivers/index.ts';
import { metricsReference } from '../src/exposition/reference.ts';
import { dependenciesPage } from './supply/dependencies-page.ts';
import { stateTables, withStateTables } from './state-tables.ts';
import { troubleshootingPage } from './troubleshooting-page.ts';

/** Family pages with state tables that are generated from the code. */
const familyPages = Object.entries(stateTables).map(([family, tables]) => {
  const name = `families/${family}.md`;
  return [name, withStateTables(read(name) ?? '', tables)] as const;
});

/** Pages and the schema that are generated from the code; everything else in this folder is written by hand. */
const pages: Readonly<Record<string, string>> = {
  ...Object.fromEntries(familyPages),
  'metrics.md': metricsReference(),
  'dependencies.md': dependenciesPage(),
  'troubleshooting.md': troubleshootingPage(),
  'exporter.schema.json': `${JSON.stringify(configurationSchema(families), null, 2)}\n`,
  'targets.schema.json': `${JSON.stringify(targetFileSchema(), null, 2)}\n`,
  'configuration.md': `# Configuration

This page is generated from the table of keys in \`src/config/\`; \`npm run docs\` regenerates it. The options of each PBX
family are described on its page in [families/](families/).

\`pbx-exporter check --config.file exporter.yml\` reports all problems in a file, with line and column.
Editors can complete and check keys with a JSON schema generated from the same table, [exporter.schema.json](exporter.schema.json). Editors with the YAML
language server (Visual Studio Code, Neovim, Helix and others) read its location from the first line of the file:

\`\`\`yaml
# yaml-language-server: $schema=/usr/share/doc/pbx-exporter/docs/exporter.schema.json
\`\`\`

This is its location in the packages; any path or address works. For a file of \`target_files\`, use [targets.schema.json](targets.schema.json) in the same folder. Some things only \`check\` can verify: whether files and variables exist,
whether names are unique, and the limits of durations.

${configurationReference()}`,
};

/** Writes the pages or, with `--check`, only lists those that differ from the code. Returns the exit code. */
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
