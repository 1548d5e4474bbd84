// Writes the rules from deploy/rules and two settings files, and their copy for Kubernetes. With --check, it only lists the files that are
// out of date, and exits with code 1 if there are any. Other flags change settings.yml first, so that later runs use the same settings. A
// change of the identity also rewrites the dashboards, because they depend on it:
//   npm run rules -- --identity customer,pbx --labels team,tier --runbook-url https://wiki.example.org/runbooks
//                    --dashboard-url https://grafana.example.org --exporters 3
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { parseDocument } from 'yaml';
import { prometheusRule } from './prometheus-rule.ts';
import { generatedFiles } from './rules/files.ts';
import { parseSettings, settingsFile } from './rules/settings.ts';

const { values } = parseArgs({
  options: {
    check: { type: 'boolean', default: false },
    identity: { type: 'string' },
    labels: { type: 'string' },
    'runbook-url': { type: 'string' },
    'dashboard-url': { type: 'string' },
    exporters: { type: 'string' },
  },
});

changeSettings();
writeFiles(generatedFiles());
writeFiles({ 'kubernetes/prometheus-rule.yaml': prometheusRule() });
if (values.identity !== undefined) await writeDashboards();

function changeSettings(): void {
  const document = parseDocument(readFileSync(settingsFile, 'utf8'));
  const list = (text: string | undefined): string[] | undefined => text?.split(',').filter((word) => word !== '');
  const flags = {
    identity: list(values.identity),
    labels: list(values.labels),
    runbook_url: values['runbook-url']?.replace(/\/$/, ''),
    dashboard_url: values['dashboard-url'],
    exporters: values.exporters === undefined ? undefined : Number(values.exporters),
  };
  const given = Object.entries(flags).filter(([, value]) => value !== undefined);
  if (given.length === 0) return;
  for (const [key, value] of given) document.set(key, document.createNode(value, { flow: true }));
  const text = document.toString({ lineWidth: 130 });
  parseSettings(text);
  writeFileSync(settingsFile, text);
}

async function writeDashboards(): Promise<void> {
  // Imported only now, because the module reads the settings.
  const dashboards = await import('./grafana/write.ts');
  if (!dashboards.writeDashboards(values.check) && values.check) process.exitCode = 1;
}

function writeFiles(files: Readonly<Record<string, string>>): void {
  for (const [file, text] of Object.entries(files)) {
    const path = join(import.meta.dirname, file);
    if (read(path) === text) continue;
    if (!values.check) writeFileSync(path, text);
    const what = values.check ? 'is out of date: run "npm run rules"' : 'written';
    process.stdout.write(`deploy/${file} ${what}\n`);
    if (values.check) process.exitCode = 1;
  }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
