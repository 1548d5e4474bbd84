import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/end-to-end/**', 'node_modules/**'],
    // Processes, not threads: a thread that still compresses or waits in native code cannot be ended.
    pool: 'forks',
    isolate: false,
    // All cores: the tests wait for sockets as much as they compute.
    maxWorkers: '100%',
    testTimeout: 15_000,
  },
});
