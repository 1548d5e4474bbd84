import { defineConfig } from 'vitest/config';
import { shared } from './vitest.config.ts';
import { longestFirst } from './vitest.longest-first.ts';

const longest = ['broken-calls', 'faults-at-session', 'faults-at-login', 'fields', 'mikopbx-bans'];

// Separate from the unit tests, because every fault for every family and call, whole days and large PBXs take minutes.
export default defineConfig({
  test: {
    ...shared,
    include: ['test/reliability/**/*.test.ts'],
    // Many rounds of real requests: their duration depends on the load of the machine, not on the exporter.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 100_000 } },
    sequence: { sequencer: longestFirst(longest) },
  },
});
