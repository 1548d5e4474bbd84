import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { shared } from './vitest.config.ts';

/** Files that take longest, in this order. Without it a fresh clone, which has no times of earlier runs, begins the longest one last. */
const longest = ['broken-calls', 'faults-at-session', 'faults-at-login', 'fields', 'mikopbx-bans'];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((one, other) => placeOf(one) - placeOf(other));
  }
}

function placeOf({ moduleId }: TestSpecification): number {
  const place = longest.findIndex((name) => moduleId.includes(`/${name}.test.`));
  return place === -1 ? longest.length : place;
}

// Apart from the unit tests: every trouble for every family and call, whole days and large PBXs take minutes.
export default defineConfig({
  test: {
    ...shared,
    include: ['test/reliability/**/*.test.ts'],
    // Many rounds of real requests: how long they take says how busy the machine is, and nothing of the exporter.
    testTimeout: 120_000,
    sequence: { sequencer: LongestFirst },
  },
});
