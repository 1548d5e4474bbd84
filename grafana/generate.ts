// Writes the dashboards beside this file; with --check it only says which of them are out of date, and ends with 1 if any is.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dashboardFiles } from './index.ts';

const check = process.argv.includes('--check');
const outdated = Object.entries(dashboardFiles()).filter(([file, text]) => read(file) !== text);

for (const [file, text] of outdated) {
  if (!check) writeFileSync(path(file), text);
  process.stdout.write(`grafana/${file} ${check ? 'is out of date: run "npm run dashboards"' : 'written'}\n`);
}
if (check && outdated.length > 0) process.exitCode = 1;

function path(file: string): string {
  return join(import.meta.dirname, file);
}

function read(file: string): string | undefined {
  try {
    return readFileSync(path(file), 'utf8');
  } catch {
    return undefined;
  }
}
