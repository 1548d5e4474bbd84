import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { families } from '../src/drivers/index.ts';
import { metricTable } from '../src/exposition/metric-table.ts';
import { failureHints } from '../src/server/pages/hints.ts';
import { simulators } from '../src/simulator/index.ts';
import { failureReasons } from '../src/snapshot/failure-reason.ts';

const top = fileURLToPath(new URL('..', import.meta.url));
const read = (path: string): string => readFileSync(join(top, path), 'utf8');
const pages = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  'SECURITY.md',
  ...readdirSync(join(top, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name.replaceAll('\\', '/')}`),
];

test('the troubleshooting page has an entry for each failure reason, and no other', () => {
  const headings = [...read('docs/troubleshooting.md').matchAll(/^## `(\w+)`$/gm)].map(([, reason]) => reason);
  expect(headings).toEqual([...failureReasons]);
});

describe.each(pages)('%s', (page) => {
  test('links lead somewhere', () => {
    const prose = read(page).replaceAll(/```[\s\S]*?```|`[^`\n]*`/g, '');
    const links = [...prose.matchAll(/\]\(([^)\s#]+)[^)]*\)/g)].map(([, link = '']) => link);
    const local = links.filter((link) => !/^[a-z]+:/.test(link));
    expect(local.filter((link) => !existsSync(join(top, dirname(page), link)))).toEqual([]);
  });

  test('names only metrics that exist', () => {
    const known = new Set<string>(metricTable.map(({ name }) => name));
    const named = read(page).match(/\bpbx_[a-z_]*[a-z]\b/g) ?? [];
    const unknown = named.filter((name) => !known.has(name) && !known.has(name.replace(/_(bucket|sum|count)$/, '')));
    const prefixes = unknown.filter((name) => ![...known].some((metric) => metric.startsWith(`${name}_`)));
    expect(prefixes).toEqual([]);
  });
});

describe.each(families.map(({ name, title }) => [name, title]))('family %s', (name) => {
  test('has a page, a row in the README, a block in the example and a simulator', () => {
    expect(existsSync(join(top, `docs/families/${name}.md`))).toBe(true);
    expect(read('README.md')).toContain(`\`${name}\``);
    expect(read('exporter.yml')).toContain(`family: ${name}`);
    expect(simulators.map(({ family }) => family)).toContain(name);
  });
});

describe('messages quoted where a reader looks for them are in the source as quoted', () => {
  const files = readdirSync(join(top, 'src'), { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  );
  const source = files
    .filter((file) => !file.endsWith('hints.ts'))
    .map((file) => read(join('src', file)))
    .join('\n')
    .toLowerCase();
  const missing = (quotes: readonly string[]): readonly string[] =>
    quotes.filter((quote) => !quote.split(/ ?\.{3} ?/).every((piece) => source.includes(piece.toLowerCase())));

  test.each(families.map(({ name }) => [name]))('on the page of %s, in the symptoms', (name) => {
    const [, troubleshooting = ''] = read(`docs/families/${name}.md`).split('## Troubleshooting');
    const symptoms = [...troubleshooting.matchAll(/^\| (.*?) \| /gm)].map(([, symptom = '']) => symptom);
    const quotes = symptoms.flatMap((symptom) => [...symptom.matchAll(/"([^"]+)"/g)].map(([, quote = '']) => quote));
    expect(troubleshooting).not.toBe('');
    expect(missing(quotes)).toEqual([]);
  });

  test('in the hints of the status pages', () => {
    const hints = Object.values(failureHints).flat();
    const quotes = hints.flatMap((hint) => [...hint.matchAll(/“([^”]+)”/g)].map(([, quote = '']) => quote));
    expect(quotes.length).toBeGreaterThan(5);
    expect(missing(quotes)).toEqual([]);
  });
});

describe('the table of PBXs in the README', () => {
  const lines = read('README.md').split('\n');
  const cells = (line: string): readonly string[] => line.split('|').map((cell) => cell.trim());
  const head = lines.find((line) => line.startsWith('| PBX and versions |')) ?? '';
  const column = (name: string): number => cells(head).indexOf(name);

  test.each(families.map((family) => [family.name, family] as const))('says of %s what it can read', (name, family) => {
    const row = cells(lines.find((line) => line.includes(`(docs/families/${name}.md) |`)) ?? '');
    const told = ['calls', 'queues'].map((collector) => row[column(collector)]);
    expect(told).toEqual((['calls', 'queues'] as const).map((one) => (family.collectors.includes(one) ? 'yes' : 'no')));
    expect(family.collectors).toEqual(expect.arrayContaining(['peers', 'trunks']));
    expect(row[column('phones, trunks')]).toBe('yes');
  });

  test.each(families.map(({ name }) => [name]))('says of %s whether its simulator ever told a roundtrip', (name) => {
    const row = cells(lines.find((line) => line.includes(`(docs/families/${name}.md) |`)) ?? '');
    const folder = join(top, 'test/drivers', name);
    const golden = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.prom'));
    const told = golden.some((file) =>
      /^pbx_peer_roundtrip_microseconds\{/m.test(readFileSync(join(folder, file), 'utf8')),
    );
    expect(golden).not.toEqual([]);
    expect(row[column('roundtrip')]).toBe(told ? 'yes' : 'no');
  });
});
