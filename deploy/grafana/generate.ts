// Writes the dashboards of grafana/, the same for grafana.com in import/ beside this file, and the mixin; with --check it only says which are
// out of date, and ends with 1 if any is.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { importableFiles } from './importable.ts';
import { mixin } from './mixin.ts';
import '../../grafana/generate.ts';

const check = process.argv.includes('--check');
const files = [
  ...Object.entries(importableFiles()).map(([name, text]) => [`grafana/import/${name}`, text] as const),
  ['mixin.libsonnet', mixin()] as const,
];
const outdated = files.filter(([file, text]) => read(file) !== text);

for (const [file, text] of outdated) {
  if (!check) writeFileSync(path(file), text);
  process.stdout.write(`deploy/${file} ${check ? 'is out of date: run "npm run dashboards"' : 'written'}\n`);
}
if (check && outdated.length > 0) process.exitCode = 1;

function path(file: string): string {
  return join(import.meta.dirname, '..', file);
}

function read(file: string): string | undefined {
  try {
    return readFileSync(path(file), 'utf8');
  } catch {
    return undefined;
  }
}
