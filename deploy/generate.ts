// Writes kubernetes/prometheus-rule.yaml from the rules; with --check it only says whether it is out of date, and ends with 1 if so.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { prometheusRule } from './prometheus-rule.ts';

const path = join(import.meta.dirname, 'kubernetes/prometheus-rule.yaml');
const check = process.argv.includes('--check');
const text = prometheusRule();

if (read() !== text) {
  if (!check) writeFileSync(path, text);
  const what = check ? 'is out of date: run "npm run rules"' : 'written';
  process.stdout.write(`deploy/kubernetes/prometheus-rule.yaml ${what}\n`);
  if (check) process.exitCode = 1;
}

function read(): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
