import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readConfigFile } from '../../src/commands/read-config.ts';
import { readTextFile } from '../../src/config/read-file.ts';
import { createWebConfigFile } from '../../src/server/web-config/file.ts';

const inUtf16 = Buffer.from('\uFEFFtargets: []\r\n', 'utf16le');

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'read-file-'));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

/** The messages for an unusable file, read as configuration and as web configuration. */
function said(path: string): readonly string[] {
  const readings = [readConfigFile(path), createWebConfigFile(path).read()];
  return readings.map((reading) => (reading.ok ? 'good' : reading.problems));
}

test('a file in UTF-16 is told as one', () => {
  const path = join(folder(), 'exporter.yml');
  writeFileSync(path, inUtf16);
  expect(said(path)).toEqual([
    `${path}: the file is UTF-16, as ">" of PowerShell writes it: save it as UTF-8\n`,
    `--web.config.file: the file ${path} is UTF-16, as ">" of PowerShell writes it: save it as UTF-8\n`,
  ]);
});

test('a folder in the place of a file is told as one', () => {
  const path = join(folder(), 'exporter.yml');
  mkdirSync(path);
  expect(said(path)).toEqual([
    `${path}: this is a folder; specify the file in it, as in --config.file ${join(path, 'exporter.yml')}\n`,
    `--web.config.file: the file ${path} is a folder\n`,
  ]);
});

test('a file that is not there is told, with the flag that names another', () => {
  expect(readConfigFile('/nowhere/exporter.yml')).toMatchObject({
    problems: '/nowhere/exporter.yml: there is no such file; specify yours with --config.file\n',
  });
  expect(readTextFile('/nowhere/secret')).toEqual({ problem: 'does not exist' });
});
