import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { describeVersion, readVersion } from '../../src/version.ts';

test('the version line names version, commit and platform; from the sources there is no commit to name', () => {
  expect(describeVersion()).toBe(
    `pbx-exporter ${readVersion()} (commit unknown, run from the sources; Node.js ${process.versions.node}, ${process.platform} ${process.arch})`,
  );
});

test('the changelog has a section for this version', () => {
  const changelog = readFileSync(new URL('../../CHANGELOG.md', import.meta.url), 'utf8');
  expect(changelog).toContain(`\n## [${readVersion()}]`);
});
