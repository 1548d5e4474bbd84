import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dashboardFiles } from '../../grafana/index.ts';
import { importableFiles } from './importable.ts';
import { mixin } from './mixin.ts';

/**
 * Writes the dashboards of grafana/, their variants for grafana.com in import/ next to this file, and the mixin. With `check`, it only
 * lists those that are out of date. Returns whether all files were up to date.
 */
export function writeDashboards(check: boolean): boolean {
  const files = [
    ...Object.entries(dashboardFiles()).map(([name, text]) => [`grafana/${name}`, text] as const),
    ...Object.entries(importableFiles()).map(([name, text]) => [`deploy/grafana/import/${name}`, text] as const),
    ['deploy/mixin.libsonnet', mixin()] as const,
  ];
  const outdated = files.filter(([file, text]) => read(file) !== text);
  for (const [file, text] of outdated) {
    if (!check) writeFileSync(path(file), text);
    process.stdout.write(`${file} ${check ? 'is out of date: run "npm run dashboards"' : 'written'}\n`);
  }
  return outdated.length === 0;
}

function path(file: string): string {
  return join(import.meta.dirname, '../..', file);
}

function read(file: string): string | undefined {
  try {
    return readFileSync(path(file), 'utf8');
  } catch {
    return undefined;
  }
}
