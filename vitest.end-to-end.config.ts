import { defineConfig } from 'vitest/config';

// Apart from the unit tests: these start real programs, and the real PBX has fixed ports, so one file runs after the other.
export default defineConfig({
  test: {
    include: ['test/end-to-end/**/*.test.ts'],
    globalSetup: ['test/end-to-end/global-setup.ts'],
    pool: 'forks',
    fileParallelism: false,
    // Tests that say so run side by side, and each of them starts programs.
    maxConcurrency: 2,
    testTimeout: 120_000,
    hookTimeout: 300_000,
  },
});
