import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';

const top = fileURLToPath(new URL('../..', import.meta.url));
const manifest = z
  .object({
    private: z.boolean().optional(),
    publishConfig: z.object({ access: z.string(), provenance: z.boolean() }),
    scripts: z.record(z.string(), z.string()),
    bin: z.record(z.string(), z.string()),
    dependencies: z.record(z.string(), z.string()),
  })
  .parse(JSON.parse(readFileSync(join(top, 'package.json'), 'utf8')));
const packed = z.array(z.object({ files: z.array(z.object({ path: z.string(), mode: z.number() })) })).length(1);

let folder: string;
let paths: readonly string[];

/** Determines the files that npm would pack, in a copy with placeholders for build results. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'npm-package-'));
  const tracked = execFileSync('git', ['ls-files', '-z', '--', ...parts], { cwd: top, encoding: 'utf8' }).split('\0');
  for (const path of tracked.filter((one) => one !== ''))
    cpSync(join(top, path), join(folder, path), { recursive: true });
  mkdirSync(join(folder, 'dist/commands'), { recursive: true });
  for (const path of [
    'dist/main.js',
    'dist/main.js.map',
    'dist/commands/serve.js',
    'dist/revision',
    'npm-shrinkwrap.json',
  ])
    writeFileSync(join(folder, path), '{}');
  const output = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts', '--offline'], {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  paths = packed.parse(JSON.parse(output))[0]?.files.map(({ path }) => path) ?? [];
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true }));

const parts = [
  'package.json',
  'package-lock.json',
  'README.md',
  'LICENSE',
  'CHANGELOG.md',
  'exporter.yml',
  '.npmrc',
  '.gitignore',
  'docs',
  'grafana',
  'deploy',
  'src/main.ts',
  'test/docs.test.ts',
  '.github',
];

test('the package may be published, by everybody to see, and only with provenance', () => {
  expect(manifest.private).toBeUndefined();
  expect(manifest.publishConfig).toEqual({ access: 'public', provenance: true });
});

test('it is built before it is packed, and says which commit and which versions it is', () => {
  expect(manifest.scripts['prepack']).toBe('npm run build && deploy/release/npm-files add');
  expect(manifest.scripts['postpack']).toBe('deploy/release/npm-files remove');
  expect(paths).toEqual(expect.arrayContaining(['dist/revision', 'npm-shrinkwrap.json']));
});

test('it holds the program, its licence, the example, rules, dashboards and pages', () => {
  expect(paths).toEqual(
    expect.arrayContaining([
      ...Object.values(manifest.bin),
      'dist/commands/serve.js',
      'package.json',
      'LICENSE',
      'README.md',
      'CHANGELOG.md',
      'exporter.yml',
      'grafana/fleet.json',
      'deploy/prometheus/rules/alerts.yml',
      'docs/configuration.md',
      'docs/exporter.schema.json',
      'docs/families/asterisk.md',
    ]),
  );
});

test('it holds no test, no source, no source map, no picture, no dependency and nothing that starts with a dot', () => {
  const unwanted = paths.filter((path) =>
    /^(test|src|bench|node_modules)\/|\.(map|ts|png|svg|tgz)$|(^|\/)\./.test(path),
  );
  expect(unwanted).toEqual([]);
});

test('native dependencies bring their binaries: nothing is compiled and no install script is needed', () => {
  for (const [name, binary] of [
    ['bcrypt', 'prebuilds/linux-x64'],
    ['bcrypt', 'prebuilds/linux-arm64'],
    ['koffi', 'build/koffi/linux_x64'],
    ['koffi', 'build/koffi/linux_arm64'],
  ] as const) {
    expect(Object.keys(manifest.dependencies)).toContain(name);
    expect(() => execFileSync('ls', [join(top, 'node_modules', name, binary)])).not.toThrow();
  }
});
