import { basename, dirname } from 'node:path';
import { loadConfig } from '../../src/config/load.ts';
import type { LoadResult } from '../../src/config/load.ts';
import type { Config } from '../../src/config/config.ts';
import type { Problem } from '../../src/config/problem.ts';
import { families } from './families.ts';
import { certificate } from './certificate.ts';

/** Files that exist in these tests, by path. */
const files: Readonly<Record<string, string>> = {
  '/etc/pbx/secrets/hq': 'from-file\n',
  '/etc/pbx/secrets/hash-key': 'another made-up key\n',
  '/etc/pbx/secrets/windows': 'from-windows\r\n',
  '/etc/pbx/secrets/empty': '\n',
  '/etc/pbx/secrets/two-lines': 'one\ntwo\n',
  '/etc/pbx/targets.d/berlin.yml': targetText('berlin'),
  '/etc/pbx/targets.d/paris.yml': targetText('paris', 'credentials: shared'),
  '/etc/pbx/targets.d/.hidden.yml': 'this is not YAML: [',
  '/etc/pbx/broken.d/good.yml': targetText('good'),
  '/etc/pbx/broken.d/syntax.yml': '- name: x\n  family: [\n',
  '/etc/pbx/broken.d/map.yml': 'targets: []\n',
  '/etc/pbx/broken.d/twin.yml': targetText('good'),
  '/etc/pbx/broken.d/url.yml': targetText('elsewhere').replace('https://', 'ftp://'),
  '/etc/pbx/ca.pem': certificate,
  '/etc/pbx/broken.pem': '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n',
};

function targetText(name: string, account = 'username: api, password_file: ../secrets/hq'): string {
  return `- { name: ${name}, family: acme-one, url: 'https://192.0.2.1:8089', ${account} }\n`;
}

const variables: Readonly<Record<string, string>> = {
  HQ_PASSWORD: 'from-environment',
  HQ_TOKEN: 'token-from-environment',
  HASH_KEY: 'made-up key of hashed names',
  SHORT: 'fifteen letters',
  EMPTY: '',
};

/** Loads a text as /etc/pbx/exporter.yml, with fictional families, files and variables. `more` are additional files. */
export function loadText(text: string, more: Readonly<Record<string, string>> = {}): LoadResult {
  const read = (path: string): string => more[path] ?? readFile(path);
  return loadConfig(text, { fileName: '/etc/pbx/exporter.yml', families, readVariable, readFile: read, listFolder });
}

function readVariable(name: string): string | undefined {
  return Object.hasOwn(variables, name) ? variables[name] : undefined;
}

function listFolder(folder: string): readonly string[] {
  return Object.keys(files)
    .filter((path) => dirname(path) === folder)
    .map((path) => basename(path));
}

function readFile(path: string): string {
  const text = files[path];
  if (text !== undefined) return text;
  throw Object.assign(new Error('no such file'), { code: path.endsWith('locked') ? 'EACCES' : 'ENOENT' });
}

/** Returns the configuration of a text that must be valid. */
export function goodConfig(text: string): Config {
  const result = loadText(text);
  if (!result.ok) throw new Error(result.problems.map(({ line, message }) => `${line}: ${message}`).join('\n'));
  return result.config;
}

/** Returns all errors and warnings in file order. */
export function findings(result: LoadResult): Problem[] {
  const problems = result.ok ? [] : result.problems;
  return [...problems, ...result.warnings].sort((a, b) => a.line - b.line || a.column - b.column);
}
