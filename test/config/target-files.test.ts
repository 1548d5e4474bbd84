import { describe, expect, test } from 'vitest';
import { formatProblems } from '../../src/config/problem.ts';
import { withPreviousTargets } from '../../src/config/target-list.ts';
import { findings, goodConfig, loadText } from './load-text.ts';

const own = "{ name: own, family: acme-one, url: 'http://192.0.2.9', username: api, password: x }";

/** Returns the formatted problems of each file of targets. */
function fileProblems(text: string): Readonly<Record<string, string>> {
  const result = loadText(text);
  if (!result.ok) throw new Error(formatProblems(result.problems, 'exporter.yml'));
  return Object.fromEntries(result.targetFiles.map(({ name, problems }) => [name, formatProblems(problems, name)]));
}

describe('target_files', () => {
  test('bring their targets after those of the configuration file, in the order of their names, hidden files aside', () => {
    const { targets, targetFiles } = goodConfig(
      `credentials: { shared: { username: api, password: x } }\ntarget_files: [targets.d/*.yml]\ntargets: [${own}]\n`,
    );
    expect(targets.map(({ name, file }) => [name, file])).toEqual([
      ['own', undefined],
      ['berlin', 'targets.d/berlin.yml'],
      ['paris', 'targets.d/paris.yml'],
    ]);
    expect(targetFiles).toEqual(['targets.d/*.yml']);
    expect(targets[2]?.account).toMatchObject({ kind: 'password', username: 'api' });
  });

  test('may be all there is, and one name without a "*" is a file', () => {
    expect(goodConfig('target_files: targets.d/berlin.yml\n').targets.map(({ name }) => name)).toEqual(['berlin']);
  });

  test('take what the scrape section says', () => {
    const [target] = goodConfig('scrape: { interval: 2m }\ntarget_files: [targets.d/berlin.yml]\n').targets;
    expect(target?.intervalMs).toBe(120_000);
  });

  test('that fit nothing are a warning, with or without targets', () => {
    const result = loadText('target_files: [none.d/*.yml]\n');
    expect(result.ok).toBe(true);
    expect(findings(result)).toMatchObject([
      { severity: 'warning', line: 1, column: 16, message: 'no file matches "none.d/*.yml"' },
    ]);
  });

  test('a shared account that only they use is used', () => {
    const text = 'credentials: { shared: { username: api, password: x } }\ntarget_files: [targets.d/*.yml]\n';
    expect(findings(loadText(text))).toEqual([]);
  });

  test.each([
    ['[a*b*.yml]', 'a path may contain one "*", and only in its last part'],
    ['["*/x.yml"]', 'a path may contain one "*", and only in its last part'],
    ['[targets.txt]', 'files of targets must end in .yml, .yaml or .json'],
    ['[1]', 'target_files must list file names, as in [targets.d/*.yml]'],
    ['{}', 'target_files must list file names, as in [targets.d/*.yml]'],
  ])('%s is an error with its place', (value, message) => {
    expect(findings(loadText(`target_files: ${value}\ntargets: [${own}]\n`))).toContainEqual(
      expect.objectContaining({ severity: 'error', line: 1, message }),
    );
  });

  test('that are bad are told with file, line and column, each by itself, and the good ones are there', () => {
    const text = `target_files: [broken.d/*.yml]\ntargets: [${own}]\n`;
    expect(goodConfig(text).targets.map(({ name }) => name)).toEqual(['own', 'good']);
    const problems = fileProblems(text);
    expect(problems['broken.d/good.yml']).toBe('');
    expect(problems['broken.d/map.yml']).toMatch(/^broken\.d\/map\.yml:1:1: a target file must be a list/);
    expect(problems['broken.d/syntax.yml']).toMatch(/^broken\.d\/syntax\.yml:\d+:\d+: /);
    expect(problems['broken.d/twin.yml']).toMatch(
      /^broken\.d\/twin\.yml:1:11: the name "good" is taken: broken\.d\/good\.yml, line 1, has it too/,
    );
    expect(problems['broken.d/url.yml']).toMatch(/^broken\.d\/url\.yml:1:\d+: /);
  });

  test('a name that the configuration file has too is told with both places', () => {
    const twin = own.replace('name: own', 'name: berlin');
    expect(fileProblems(`targets: [${twin}]\ntarget_files: [targets.d/berlin.yml]\n`)).toEqual({
      'targets.d/berlin.yml': expect.stringContaining(
        'the name "berlin" is taken: /etc/pbx/exporter.yml, line 1, has it too',
      ),
    });
  });

  test('a file that is not there, but named without a "*", is a problem of that file', () => {
    expect(fileProblems(`targets: [${own}]\ntarget_files: [gone.yml]\n`)['gone.yml']).toContain('does not exist');
  });
});

describe('a reload with a file that cannot be used', () => {
  const before = goodConfig(`target_files: [targets.d/berlin.yml]\ntargets: [${own}]\n`);
  const next = goodConfig(`targets: [${own}]\n`);

  test('keeps what it brought before', () => {
    const kept = withPreviousTargets(next, before, ['targets.d/berlin.yml']);
    expect(kept.targets.map(({ name }) => name)).toEqual(['own', 'berlin']);
  });

  test('keeps nothing of files that are gone or good', () => {
    expect(withPreviousTargets(next, before, [])).toBe(next);
    expect(withPreviousTargets(next, before, ['targets.d/other.yml'])).toBe(next);
  });

  test('gives a name to whoever has it now', () => {
    const renamed = goodConfig(`targets: [${own.replace('name: own', 'name: berlin')}]\n`);
    expect(withPreviousTargets(renamed, before, ['targets.d/berlin.yml'])).toBe(renamed);
  });
});
