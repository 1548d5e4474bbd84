import { readText } from '../../config/read.ts';
import type { Report } from '../../config/report.ts';
import type { Entry } from '../../config/tree.ts';
import { readKeys, sections } from './keys.ts';

/** Headers that take certain values only. */
const allowedValues: Readonly<Record<string, readonly string[]>> = {
  'X-Frame-Options': ['deny', 'sameorigin'],
  'X-Content-Type-Options': ['nosniff'],
};

/** Headers of every answer; those that are left blank are not set. */
export function readHeaders(report: Report, headers: Entry | undefined): Record<string, string> {
  const entries = [...readKeys(report, headers?.value, sections.headers).values()];
  const pairs = entries.flatMap((entry) => {
    const value = isBlank(entry) ? undefined : readHeader(report, entry);
    return value === undefined ? [] : [[entry.key, value] as const];
  });
  return Object.fromEntries(pairs);
}

function isBlank({ value }: Entry): boolean {
  return value.kind === 'scalar' && (value.value === '' || value.value === null);
}

function readHeader(report: Report, entry: Entry): string | undefined {
  const value = readText(report, entry.key === 'X-XSS-Protection' ? asText(entry) : entry);
  if (value === undefined) return undefined;
  const allowed = allowedValues[entry.key];
  if (allowed?.includes(value.toLowerCase()) === false) {
    report.error(entry.value, `${entry.key} must be ${allowed.join(' or ')}`);
    return undefined;
  }
  if (/^[\x20-\x7e]*$/.test(value)) return value;
  report.error(entry.value, `${entry.key} may hold ASCII characters only`);
  return undefined;
}

/** The usual value of this header is the number 0. */
function asText(entry: Entry): Entry {
  const { value } = entry;
  return value.kind === 'scalar' && typeof value.value === 'number'
    ? { ...entry, value: { ...value, value: value.source } }
    : entry;
}
