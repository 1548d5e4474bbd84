import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { changelogSections, releaseNotes } from '../../../deploy/release/changelog.ts';
import { readReleaseFiles, releaseProblems, type ReleaseFiles } from '../../../deploy/release/versions.ts';

const top = fileURLToPath(new URL('../../..', import.meta.url));
const changelog = readFileSync(join(top, 'CHANGELOG.md'), 'utf8');

describe('changelog', () => {
  test('has what is not released and every version, newest first, with dates', () => {
    const [unreleased, ...released] = changelogSections(changelog);
    expect(unreleased?.version).toBe('Unreleased');
    expect(released.map(({ version }) => version).slice(-2)).toEqual(['0.2.0', '0.1.0']);
    const dates = released.map(({ date }) => date);
    expect(dates).toEqual(dates.toSorted().toReversed());
  });

  test('the notes of a version are its section: not its heading, and nothing of its neighbours', () => {
    const notes = releaseNotes(changelog, '0.1.0') ?? '';
    expect(notes).toMatch(/^### Added\n/);
    expect(notes).toMatch(/\S\n$/);
    expect(notes).not.toMatch(/^## /m);
    expect(changelog).toContain(notes.trim());
  });

  test.each(['9.9.9', '', '0.1', 'Released'])('there are no notes of "%s"', (version) => {
    expect(releaseNotes(changelog, version)).toBeUndefined();
  });

  test('a section without a word has no notes', () => {
    expect(releaseNotes('## [1.0.0] - 2026-01-01\n\n## [0.9.0]\n\ntext\n', '1.0.0')).toBeUndefined();
    expect(releaseNotes('## [1.0.0] - 2026-01-01\n\n## [0.9.0]\n\ntext\n', '0.9.0')).toBe('text\n');
  });

  test('any text is read without an error, and no section holds the heading of another', () => {
    const line = fc.oneof(
      fc.string(),
      fc.constantFrom('## [1.0.0] - 2026-01-01', '## [Unreleased]', '### Added', '- x'),
    );
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        for (const { text } of changelogSections(lines.join('\n'))) expect(text).not.toMatch(/^## /m);
      }),
    );
  });
});

describe('versions', () => {
  const good = readReleaseFiles();
  const version = (JSON.parse(good.manifest) as { version: string }).version;
  const released: ReleaseFiles = { ...good, changelog: `## [${version}] - 2026-12-24\n\n- something\n` };

  test('all files of this project name one version', () => expect(releaseProblems(good)).toEqual([]));

  test('the tag of a version with a dated section may be released', () => {
    expect(releaseProblems(released, `v${version}`)).toEqual([]);
  });

  test.each([
    ['the tag is of another version', { ...released }, 'v9.9.9', /the tag is v9\.9\.9/],
    ['the tag has no v', { ...released }, version, /has to be v/],
    [
      'the changelog does not know it',
      { ...released, changelog: '## [Unreleased]\n\n- x\n' },
      `v${version}`,
      /no section/,
    ],
    ['its section has no date', { ...released, changelog: `## [${version}]\n\n- x\n` }, `v${version}`, /no section/],
    [
      'the lock file is of another version',
      { ...released, lockFile: '{"version":"9.9.9"}' },
      `v${version}`,
      /^package-lock/,
    ],
    [
      'the kustomization is of another version',
      { ...released, kustomization: good.kustomization.replace(/newTag: .*/, 'newTag: 9.9.9') },
      `v${version}`,
      /^kustomization\.yaml says 9\.9\.9/,
    ],
    [
      'the chart is of another version',
      { ...released, chart: good.chart.replace(/^version: .*/m, 'version: 9.9.9') },
      `v${version}`,
      /^Chart\.yaml \(version\) says 9\.9\.9/,
    ],
  ])('a release is refused when %s', (_, files, tag, message) => {
    const problems = releaseProblems(files, tag);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(message);
  });
});

describe('as the workflow calls them', () => {
  const call = (script: string, ...commandArguments: readonly string[]) =>
    spawnSync(process.execPath, [`deploy/release/${script}`, ...commandArguments], { cwd: top, encoding: 'utf8' });

  test('notes of a version are printed, and of none are an error', () => {
    expect(call('notes.ts', '0.1.0')).toMatchObject({
      status: 0,
      stdout: releaseNotes(changelog, '0.1.0'),
      stderr: '',
    });
    expect(call('notes.ts', '9.9.9')).toMatchObject({ status: 1, stdout: '' });
    expect(call('notes.ts')).toMatchObject({ status: 1, stdout: '' });
  });

  test('a wrong tag ends the release with what is wrong, and without a tag the files are compared only', () => {
    const refused = call('check.ts', 'v9.9.9');
    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain('the tag is v9.9.9');
    expect(call('check.ts')).toMatchObject({ status: 0, stderr: '' });
  });
});

/** The scripts run in a copy of the files they read, with fake programs in the PATH that only record how they were called. */
describe('scripts', () => {
  const digest = `sha256:${'0123abcd'.repeat(8)}`;
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'release-'));
    for (const path of [
      'deploy/release',
      'deploy/helm',
      'deploy/prometheus',
      'grafana',
      'deploy/grafana',
      'docs/exporter.schema.json',
      'package.json',
      'package-lock.json',
      'CHANGELOG.md',
    ])
      cpSync(join(top, path), join(folder, path), { recursive: true, verbatimSymlinks: true });
    symlinkSync(join(top, 'node_modules'), join(folder, 'node_modules'));
    mkdirSync(join(folder, 'stand-ins'));
    for (const name of ['docker', 'gh', 'npm', 'helm', 'rpmbuild']) writeStandIn(name);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  function writeStandIn(name: string): void {
    const path = join(folder, 'stand-ins', name);
    const answers: Readonly<Record<string, string>> = {
      npm: 'case "$*" in "config get registry") echo https://packages.example.org/ ;; *release:notes*) echo "* of ${5}" ;; esac\n',
      docker: `case "$*" in *Manifest.Digest*) echo ${digest} ;; esac\n`,
      helm: 'case "$1" in package) cp "$2/values.yaml" "$CALLS.values"; ls "$2/files/dashboards" > "$CALLS.files" ;; esac\n',
    };
    const answer = answers[name] ?? '';
    const input = 'case "$*" in *--password-stdin*) printf " < %s" "$(cat)" >> "$CALLS" ;; esac\n';
    writeFileSync(path, `#!/bin/sh\nprintf '%s %s' ${name} "$*" >> "$CALLS"\n${input}echo >> "$CALLS"\n${answer}`);
    chmodSync(path, 0o755);
  }

  /** Runs a script; returns its result and the programs that it called. */
  function run(script: string, commandArguments: readonly string[], version: string) {
    const calls = join(folder, 'calls');
    writeFileSync(calls, '');
    writeFileSync(
      join(folder, 'package.json'),
      readFileSync(join(top, 'package.json'), 'utf8').replace(/"version": ".*?"/, `"version": "${version}"`),
    );
    const path = [join(folder, 'stand-ins'), dirname(process.execPath), process.env['PATH']].join(':');
    const result = spawnSync(join(folder, 'deploy/release', script), commandArguments, {
      encoding: 'utf8',
      env: {
        PATH: path,
        CALLS: calls,
        GITHUB_REPOSITORY: 'Example/PBX-Exporter',
        GITHUB_SHA: '0123abcd',
        GITHUB_ACTOR: 'somebody',
        GITHUB_TOKEN: 'hunter2',
        NODE_AUTH_TOKEN: 'hunter2',
      },
    });
    return { status: result.status, stderr: result.stderr, calls: readFileSync(calls, 'utf8').trimEnd().split('\n') };
  }

  test('an image is pushed for one architecture, with bill of materials and provenance', () => {
    const { status, calls } = run('image', ['push', 'arm64'], '1.2.3');
    expect(status).toBe(0);
    expect(calls[0]).toBe('docker login ghcr.io --username somebody --password-stdin < hunter2');
    const build = calls.at(-1) ?? '';
    expect(build).toMatch(/^docker buildx build --platform linux\/arm64 .*--push --sbom=true --provenance=mode=max /);
    expect(build).toContain('--build-arg VERSION=1.2.3 --build-arg REVISION=0123abcd');
    expect(build).toContain('--label org.opencontainers.image.source=https://github.com/Example/PBX-Exporter');
    expect(build).toMatch(/--tag ghcr\.io\/example\/pbx-exporter:1\.2\.3-arm64 \.$/);
  });

  test.each([
    ['1.2.3', '--tag I:1.2.3 --tag I:1.2 --tag I:latest I:1.2.3-amd64 I:1.2.3-arm64'],
    ['1.3.0-rc.1', '--tag I:1.3.0-rc.1 I:1.3.0-rc.1-amd64 I:1.3.0-rc.1-arm64'],
  ])('both become one image: %s', (version, wanted) => {
    const { status, calls } = run('image', ['join'], version);
    expect(status).toBe(0);
    expect(calls).toContain(
      `docker buildx imagetools create ${wanted.replaceAll('I:', 'ghcr.io/example/pbx-exporter:')}`,
    );
  });

  test.each([
    ['1.2.3', 'latest'],
    ['1.3.0-rc.1', 'next'],
  ])(
    'npm gets %s under the tag "%s", from the repository of the workflow, and no token in an argument',
    (version, tag) => {
      const { status, calls } = run('npm', [], version);
      expect(status).toBe(0);
      expect(calls).toContain(`npm publish --access public --tag ${tag} --provenance`);
      expect(calls.join('\n')).toContain('repository.url=git+https://github.com/Example/PBX-Exporter.git');
      expect(calls.join('\n')).not.toContain('hunter2');
    },
  );

  test('a release on GitHub has the notes of its version and every file', () => {
    mkdirSync(join(folder, 'packages'), { recursive: true });
    writeFileSync(join(folder, 'packages/SHA256SUMS'), '');
    writeFileSync(join(folder, 'packages/one.deb'), '');
    const { status, calls } = run('files', ['publish'], '1.3.0-rc.1');
    expect(status).toBe(0);
    expect(calls).toContain('npm run --silent release:notes -- 1.3.0-rc.1');
    expect(calls.at(-1)).toMatch(
      /^gh release create v1\.3\.0-rc\.1 --repo Example\/PBX-Exporter --verify-tag .*--prerelease --notes \* of 1\.3\.0-rc\.1 packages\/SHA256SUMS packages\/one\.deb$/,
    );
  });

  test('packages are made for both architectures', () => {
    const { status, calls } = run('files', ['packages'], '1.2.3');
    expect(status).toBe(0);
    expect(calls).toEqual(['amd64', 'arm64'].map((arch) => `npm run --silent package -- --arch ${arch}`));
  });

  test('checksums are of every file, and right', () => {
    rmSync(join(folder, 'packages'), { recursive: true, force: true });
    mkdirSync(join(folder, 'packages'));
    writeFileSync(join(folder, 'packages/one.deb'), 'one');
    writeFileSync(join(folder, 'packages/SHA256SUMS-amd64'), 'of one architecture');
    expect(run('files', ['others'], '1.2.3').status).toBe(0);
    const sums = execFileSync('sha256sum', ['--check', 'SHA256SUMS'], {
      cwd: join(folder, 'packages'),
      encoding: 'utf8',
    });
    expect(sums.trim().split('\n')).toEqual(
      expect.arrayContaining([
        'dashboard-fleet.json: OK',
        'exporter.schema.json: OK',
        'one.deb: OK',
        'pbx-exporter-1.2.3.cdx.json: OK',
      ]),
    );
    expect(sums).not.toContain('SHA256SUMS');
  });

  test('the chart is pushed with files instead of links, and with the image of its release', () => {
    const { status, stderr, calls } = run('chart', ['push'], '1.2.3');
    expect([status, stderr]).toEqual([0, '']);
    expect(calls).toContain('helm registry login ghcr.io --username somebody --password-stdin < hunter2');
    expect(calls.at(-1)).toMatch(/^helm push \S+\/pbx-exporter-1\.2\.3\.tgz oci:\/\/ghcr\.io\/example\/charts$/);
    const values = readFileSync(join(folder, 'calls.values'), 'utf8');
    expect(values).toContain('  repository: ghcr.io/example/pbx-exporter\n');
    expect(values).toContain(`  digest: '${digest}'\n`);
    expect(readFileSync(join(folder, 'calls.files'), 'utf8')).toContain('fleet.json');
  });

  test.each([
    ['image', []],
    ['chart', []],
    ['image', ['push', 'sparc']],
    ['npm', ['--now']],
    ['files', ['everything']],
  ])('%s %j is refused, and nothing is called', (script, commandArguments) => {
    const { status, stderr, calls } = run(script, commandArguments, '1.2.3');
    expect(status).not.toBe(0);
    expect(stderr).not.toBe('');
    expect(calls).toEqual(['']);
  });

  test('without the name of the repository nothing begins', () => {
    const result = spawnSync(join(folder, 'deploy/release/image'), ['join'], {
      encoding: 'utf8',
      env: { PATH: process.env['PATH'] },
    });
    expect(result.status).toBe(1);
    expect(result.stderr).toContain('GITHUB_REPOSITORY');
  });
});
