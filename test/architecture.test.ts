import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const top = fileURLToPath(new URL('..', import.meta.url));
const source = join(top, 'src');

/** Layers in the order of the data flow. A layer may import itself and the layers in its line. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  config: ['snapshot'],
  snapshot: [],
  transport: ['snapshot'],
  drivers: ['transport', 'snapshot'],
  polling: ['drivers', 'transport', 'snapshot'],
  fleet: ['polling'],
  exposition: ['snapshot'],
  journal: ['snapshot'],
  server: ['exposition', 'journal', 'fleet', 'polling', 'snapshot', 'config'],
  capture: ['transport', 'snapshot'],
  simulator: [],
};

/** Files at the top of `src` that connect the parts. The others there (clock, log, copied texts) may be imported by all files. */
const edges = /^(main|run|command-line|exporter|target-presentation|process-log|version)\.ts$|^commands\//;
const everywhere = new Set(['clock.ts', 'copied-text.ts', 'log.ts']);

const singleImporters: Readonly<Record<string, string>> = {
  got: 'transport/http.ts',
  'prom-client': 'exposition/exporter-registry.ts',
  'p-limit': 'polling/limiter.ts',
  koffi: 'commands/service-manager.ts',
  marked: 'server/pages/family-page.ts',
  'csv-stringify/sync': 'server/record-csv.ts',
};

const files = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.replaceAll('\\', '/'));

function importsOf(file: string): string[] {
  const text = readFileSync(join(source, file), 'utf8');
  return [
    ...text.matchAll(
      /(?:^|\n)\s*(?:import|export)\b[^;'"]*?from\s+'([^']+)'|import\('([^']+)'\)|(?:^|\n)import\s+'([^']+)'/g,
    ),
  ].map((match) => match[1] ?? match[2] ?? match[3] ?? '');
}

function localImports(file: string): string[] {
  return importsOf(file)
    .filter((name) => name.startsWith('.'))
    .map((name) => relative(source, join(source, dirname(file), name)).replaceAll('\\', '/'));
}

const roomOf = (file: string): string => (file.includes('/') ? (file.split('/')[0] ?? '') : '');

describe('imports', () => {
  test.each(files.filter((file) => !edges.test(file)))('%s points only forwards', (file) => {
    const room = roomOf(file);
    const allowed = new Set([room, ...(mayImport[room] ?? [])]);
    const wrong = localImports(file).filter((target) => !everywhere.has(target) && !allowed.has(roomOf(target)));
    expect(wrong).toEqual([]);
  });

  test.each(files.filter((file) => file.startsWith('drivers/')))(
    '%s imports its own family and the kit, the kit no family',
    (file) => {
      const [, family = '', ...below] = file.split('/');
      // Files outside the family folders are the contract and the list of families.
      if (below.length === 0) return;
      const others = localImports(file)
        .map((target) => target.split('/'))
        .filter(
          ([room, folder = '', ...rest]) =>
            room === 'drivers' && rest.length > 0 && ![family, 'kit'].includes(folder) && !sharedVendor(family, folder),
        );
      expect(others).toEqual([]);
    },
  );

  test.each(Object.entries(singleImporters))('%s is imported by one file', (name, importer) => {
    expect(files.filter((file) => importsOf(file).includes(name))).toEqual([importer]);
  });

  test('every package that is imported is a declared dependency, and every dependency is used', () => {
    const manifest = JSON.parse(readFileSync(join(top, 'package.json'), 'utf8')) as {
      dependencies: Record<string, string>;
    };
    const used = new Set(
      files
        .flatMap(importsOf)
        .filter((name) => !name.startsWith('.') && !name.startsWith('node:'))
        .map((name) => (name.startsWith('@') ? name.split('/').slice(0, 2).join('/') : (name.split('/')[0] ?? ''))),
    );
    expect([...used].sort()).toEqual(Object.keys(manifest.dependencies).sort());
  });
});

describe('families', () => {
  const folders = files
    .filter((file) => /^drivers\/[^/]+\/requests\.ts$/.test(file))
    .map((file) => file.slice(0, -'requests.ts'.length));

  test.each(folders)(
    '%s has a file for each question that a reader asks, in its folder or in those of its generations',
    (folder) => {
      const names = files.filter((file) => file.startsWith(folder)).map((file) => basename(file));
      for (const name of ['login.ts', 'errors.ts', 'collect.ts', 'peers.ts', 'trunks.ts'])
        expect(names).toContain(name);
    },
  );
});

describe('files', () => {
  const lengths = files.map((file) => [file, readFileSync(join(source, file), 'utf8').split('\n').length - 1] as const);

  test('none is longer than 250 lines, and the median is near 100', () => {
    expect(lengths.filter(([, lines]) => lines > 250)).toEqual([]);
    const sorted = lengths.map(([, lines]) => lines).sort((one, other) => one - other);
    expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThanOrEqual(110);
  });

  test('names are kebab-case', () => {
    expect(files.filter((file) => !/^(?:[a-z0-9]+(?:-[a-z0-9]+)*\/)*[a-z0-9]+(?:-[a-z0-9]+)*\.ts$/.test(file))).toEqual(
      [],
    );
  });
});

/** Reports whether a folder is shared code of all Yeastar families. */
function sharedVendor(family: string, folder: string): boolean {
  return folder === 'yeastar' && family.startsWith('yeastar-');
}
