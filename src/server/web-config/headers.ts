import { readValue } from '../../config/read.ts';
import type { Report } from '../../config/report.ts';
import type { Entry } from '../../config/tree.ts';
import { text } from '../../config/values.ts';
import { readKeys, sections } from './keys.ts';

const plain = text();
const header = plain.refine((value) => /^[\x20-\x7e]*$/.test(value), { error: '{key} may hold ASCII characters only' });

/** Headers that take certain values only. */
const limited = new Map(
  Object.entries({ 'X-Frame-Options': ['deny', 'sameorigin'], 'X-Content-Type-Options': ['nosniff'] }).map(
    ([name, allowed]) => [
      name,
      plain.refine((value) => allowed.includes(value.toLowerCase()), {
        error: `{key} must be ${allowed.join(' or ')}`,
      }),
    ],
  ),
);

/** Headers of every answer; those that are left blank are not set. */
export function readHeaders(report: Report, headers: Entry | undefined): Record<string, string> {
  const entries = [...readKeys(report, headers?.value, sections.headers).entries.values()];
  const pairs = entries.flatMap((entry) => {
    const value = isBlank(entry) ? undefined : readValue(report, asText(entry), limited.get(entry.key) ?? header);
    return value === undefined ? [] : [[entry.key, value] as const];
  });
  return Object.fromEntries(pairs);
}

function isBlank({ value }: Entry): boolean {
  return value.kind === 'scalar' && (value.value === '' || value.value === null);
}

/** The usual value of this header is the number 0. */
function asText(entry: Entry): Entry {
  const { key, value } = entry;
  return key === 'X-XSS-Protection' && value.kind === 'scalar' && typeof value.value === 'number'
    ? { ...entry, value: { ...value, value: value.source } }
    : entry;
}
