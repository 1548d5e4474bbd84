import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that take longest, in this order. Without it a fresh clone, which has no times of earlier runs, begins the longest one last. */
const longest = ['reliability/faults-at-session', 'reliability/faults-at-login', 'drivers/contract', 'reliability/'];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((one, other) => placeOf(one) - placeOf(other));
  }
}

function placeOf({ moduleId }: TestSpecification): number {
  const place = longest.findIndex((name) => moduleId.includes(`/test/${name}`));
  return place === -1 ? longest.length : place;
}

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/end-to-end/**', 'node_modules/**'],
    // Processes, not threads: a thread that still compresses or waits in native code cannot be ended.
    pool: 'forks',
    isolate: false,
    // Modules are loaded by Node.js itself, as when the program runs; a tenth quicker than through Vite, and no test replaces a module.
    experimental: { viteModuleRunner: false, nodeLoader: false },
    // All cores: the tests wait for sockets as much as they compute.
    maxWorkers: '100%',
    sequence: { sequencer: LongestFirst },
    testTimeout: 15_000,
  },
});
