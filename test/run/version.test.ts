import { expect, test } from 'vitest';
import { describeVersion, readVersion } from '../../src/version.ts';

test('the version line names version, commit and platform; from the sources there is no commit to name', () => {
  expect(describeVersion()).toBe(
    `pbx-exporter ${readVersion()} (commit unknown, run from the sources; Node.js ${process.versions.node}, ${process.platform} ${process.arch})`,
  );
});
