import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { z } from 'zod';
import { sameTarget } from '../../src/config/config.ts';
import type { FamilyFacts, TargetConfig } from '../../src/config/config.ts';
import { fields } from '../../src/config/fields.ts';
import { loadConfig } from '../../src/config/load.ts';
import { collectors } from '../../src/snapshot/reading.ts';
import { parseTree } from '../../src/config/tree.ts';
import { defaultPeers } from '../../src/config/defaults.ts';
import { findings, goodConfig, loadText } from './load-text.ts';

const minimal = readFileSync(new URL('good/minimal.yml', import.meta.url), 'utf8');
const full = readFileSync(new URL('good/full.yml', import.meta.url), 'utf8');

function target(text: string, index = 0): TargetConfig {
  const found = goodConfig(text).targets[index];
  if (found === undefined) throw new Error('no such target');
  return found;
}

function revealed({ account }: TargetConfig): string {
  return account.kind === 'token' ? account.token.reveal() : account.password.reveal();
}

test('secrets come from the file itself, a file beside it or the environment', () => {
  expect(revealed(target(minimal))).toBe('hunter2');
  expect(goodConfig(full).targets.map(revealed)).toEqual(['from-environment', 'from-file', 'token-from-environment']);
  expect(revealed(target(minimal.replace("password: 'hunter2'", 'password_file: secrets/windows')))).toBe(
    'from-windows',
  );
});

test('a password is taken as it is written, blocks and quotes undone', () => {
  const password = (yaml: string) => revealed(target(minimal.replace("'hunter2'", yaml)));
  expect(password('\'  a#b: "c" \\n \'')).toBe('  a#b: "c" \\n ');
  expect(password('|\n      hunter3')).toBe('hunter3');
  expect(password('ha#sh')).toBe('ha#sh');
});

test('the content of ca_file is read', () => {
  expect(target(full).tls).toMatchObject({ caFile: '/etc/pbx/ca.pem', serverName: 'pbx.local' });
  expect(target(full).tls.ca).toContain('-----BEGIN CERTIFICATE-----');
});

test('a byte order mark and Windows line ends do no harm', () => {
  expect(target(`\uFEFF${minimal.replaceAll('\n', '\r\n')}`).name).toBe('hq');
  const broken = loadText(`\uFEFF${minimal.replaceAll('\n', '\r\n').replace('family', 'famly')}`);
  expect(findings(broken)[0]).toMatchObject({ line: 2, column: 5, message: 'this target has no family' });
  expect(findings(broken)[1]).toMatchObject({ line: 3, column: 5, path: 'targets[0].famly', suggestion: 'family' });
});

test('a target is the same after a reload only if nothing changed, its secret included', () => {
  expect(sameTarget(target(full), target(full))).toBe(true);
  expect(sameTarget(target(full, 1), target(full, 2))).toBe(false);
  expect(sameTarget(target(minimal), target(minimal.replace('hunter2', 'hunter3')))).toBe(false);
  expect(sameTarget(target(minimal), target(minimal.replace('exporter', 'other')))).toBe(false);
  expect(sameTarget(target(minimal), target(minimal.replace('pbx.example', 'other.example')))).toBe(false);
  expect(sameTarget(target(minimal), target(`${minimal}    labels: { site: berlin }\n`))).toBe(false);
});

test('hashed names have a key of their own: of the target, else the one at the top', () => {
  const [own, shared] = goodConfig(`${full}    peers: { names: hash }\n`).targets.flatMap(
    ({ peers }) => peers.hashKey ?? [],
  );
  expect([own?.reveal(), shared?.reveal()]).toEqual(['made-up key of hashed names', 'another made-up key']);
  const other = full.replace('hash_key_env: HASH_KEY', 'hash_key_file: secrets/hash-key');
  expect(sameTarget(target(full), target(other))).toBe(true);
});

test('hashed names without a key are an error that lets the program start', () => {
  const result = loadText(`${minimal}    peers: { names: hash }\n`);
  expect(result.ok).toBe(true);
  expect(findings(result)).toEqual([
    expect.objectContaining({
      severity: 'non-fatal',
      line: 7,
      path: 'targets[0].peers.names',
      message:
        'names is hash, and there is no key to hash with: set hash_key_file or hash_key_env here, or under peers at the top of the file; until then no names are exported',
    }),
  ]);
  expect(result.ok && result.config.targets[0]?.peers).toEqual({ ...defaultPeers, names: 'hash' });
});

test('aliases that multiply are stopped', () => {
  const lines = Array.from({ length: 30 }, (_, level) => {
    const inner = level === 0 ? 'x' : `*a${level - 1}, *a${level - 1}, *a${level - 1}`;
    return `a${level}: &a${level} [${inner}]`;
  });
  const result = loadText(lines.join('\n'));
  expect(findings(result).map(({ message }) => message)).toContain(
    'this is nested too deeply, or its aliases (*name) repeat too much',
  );
});

test('what is written is never too much, only what aliases add to it', () => {
  const long = Array.from({ length: 100_000 }, () => '0').join(',');
  expect(parseTree(`a: [${long}]`)).toMatchObject({ ok: true, faults: [] });
});

test('each of many doubts has its own place, secrets hidden', () => {
  const entry = (index: number): string =>
    `  - { name: t${index}, family: acme-one, url: 'http://192.0.2.1:${index + 1}', username: a, password: hunter2 } # hunter3`;
  const text = ['targets:', ...Array.from({ length: 500 }, (_, index) => entry(index))].join('\n');
  const { warnings } = loadText(text);
  expect(warnings.map(({ line }) => line)).toEqual(Array.from({ length: 500 }, (_, index) => index + 2));
  expect(warnings.filter(({ excerpt = '' }) => !excerpt.includes('password: <secret> }\n'))).toEqual([]);
});

test.each([
  ['https://pbx.example.org:8443/admin/?lang=de#/home', 'https://pbx.example.org:8443/admin/?lang=de#/home'],
  ['pbx.example.org', undefined],
  ['javascript:alert(1)', undefined],
  ['https://admin:secret@pbx.example.org/', undefined],
  ['https://${HOST}/', undefined],
  ['https://192.0.2.5/admin', 'https://192.0.2.5/admin'],
])('web_url: %s', (written, read) => {
  const result = loadText(`${minimal}    web_url: '${written}'\n`);
  const message = 'web_url must be an http:// or https:// URL without an account in it';
  expect(findings(result).map((finding) => finding.message)).toEqual(read === undefined ? [message] : []);
  expect(result.ok ? result.config.targets[0]?.webUrl?.href : undefined).toBe(read);
});

test('the example at the top of the repository is good and warns of nothing', () => {
  const text = readFileSync(new URL('../../exporter.yml', import.meta.url), 'utf8');
  const asterisk: FamilyFacts = { name: 'asterisk', accounts: ['password'], collectors, options: z.strictObject({}) };
  const context = {
    fileName: 'exporter.yml',
    families: [asterisk],
    readVariable: () => undefined,
    readFile: () => '',
    listFolder: () => [],
  };
  const result = loadConfig(text, context);
  expect(findings(result)).toEqual([]);
  expect(result.ok && result.config.targets.map(({ name }) => name)).toEqual(['demo-asterisk']);
  for (const { key } of fields) expect(text).toMatch(new RegExp(`\\b${key}\\b`));
});

test('any text gives a result', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary' })), (text) => {
      expect(loadText(text)).toHaveProperty('ok');
    }),
  );
});

test('a good file with a piece changed gives a result, and never shows the password', () => {
  const change = fc.tuple(
    fc.nat(minimal.length),
    fc.nat(5),
    fc.constantFrom('', '\n', ' ', ':', '"', "'", '{', '[', '- ', '&a ', '*a', '#', '\t', '|', '@'),
  );
  fc.assert(
    fc.property(change, ([start, length, text]) => {
      const found = findings(loadText(minimal.slice(0, start) + text + minimal.slice(start + length)));
      expect(found.map((problem) => JSON.stringify(problem)).filter((problem) => problem.includes('hunter2'))).toEqual(
        [],
      );
    }),
    { numRuns: 200 },
  );
});

const keys = fc.oneof(fc.constantFrom(...fields.map(({ key }) => key), '__proto__', 'constructor', '<<'), fc.string());
const structure = fc.letrec((tie) => ({
  node: fc.oneof({ depthSize: 'small' }, tie('leaf'), tie('map'), fc.array(tie('node'), { maxLength: 4 })),
  map: fc.dictionary(keys, tie('node'), { maxKeys: 6 }),
  leaf: fc.oneof(
    fc.string(),
    fc.double(),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.constantFrom('30s', 'acme-one'),
  ),
})).node;

test('any structure gives a result, and every problem a place within the file', () => {
  fc.assert(
    fc.property(structure, structure, (root, entry) => {
      for (const value of [
        root,
        { targets: [entry] },
        { targets: [{ name: 'hq', family: 'acme-one', options: entry }] },
      ]) {
        const text = stringify(value);
        const lines = text.split('\n');
        for (const { line, column } of findings(loadText(text))) {
          expect(column).toBeGreaterThan(0);
          expect(column).toBeLessThanOrEqual((lines[line - 1] ?? '').length + 1);
        }
      }
    }),
  );
});
