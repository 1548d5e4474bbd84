import { defineConfig, type ViteUserConfig } from 'vitest/config';

/** How the tests run that need nothing but this repository: the unit part, and the reliability part of `vitest.reliability.config.ts`. */
export const shared = {
  // Processes, not threads: a thread that still compresses or waits in native code cannot be ended.
  pool: 'forks',
  isolate: false,
  // Modules are loaded by Node.js itself, as when the program runs; a tenth quicker than through Vite, and no test replaces a module.
  experimental: { viteModuleRunner: false, nodeLoader: false },
  // All cores: the tests wait for sockets as much as they compute.
  maxWorkers: '100%',
  testTimeout: 15_000,
} satisfies ViteUserConfig['test'];

export default defineConfig({
  test: {
    ...shared,
    include: ['test/**/*.test.ts'],
    exclude: ['test/end-to-end/**', 'test/reliability/**', 'node_modules/**'],
  },
});
