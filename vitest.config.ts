import { defineConfig, type ViteUserConfig } from 'vitest/config';

/** Settings of the tests that need only this repository: the unit tests, and the reliability tests of `vitest.reliability.config.ts`. */
export const shared = {
  // Processes, because a thread that is compressing or waiting in native code cannot be ended.
  pool: 'forks',
  isolate: false,
  // Node.js itself loads the modules, as in the program. This is a tenth faster than Vite, and no test replaces a module.
  experimental: { viteModuleRunner: false, nodeLoader: false },
  // All cores, because the tests wait for sockets about as long as they compute.
  maxWorkers: '100%',
  // These only end tests that hang: the duration of a test depends on the load of the machine.
  testTimeout: 60_000,
  hookTimeout: 60_000,
  expect: { poll: { timeout: 50_000 } },
} satisfies ViteUserConfig['test'];

export default defineConfig({
  test: {
    ...shared,
    include: ['test/**/*.test.ts'],
    exclude: ['test/end-to-end/**', 'test/reliability/**', 'node_modules/**'],
  },
});
