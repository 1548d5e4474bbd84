import { defineConfig } from 'vitest/config';
import { longestFirst } from './vitest.longest-first.ts';

/** The two that mostly wait, for real audio and for alerts, have the machine to themselves; then those that compute and those that wait take turns. */
const longest = [
  'asterisk-calls',
  'alerts',
  'rules',
  'packages',
  'service-from-sources',
  'asterisk-changes',
  'pages',
  'asterisk-states',
  'restarts',
  'probe-scrape',
  'container',
  'killed-logins',
];

// Apart from the unit tests: these start real programs. Two files at a time; each has addresses, ports and names of its own.
export default defineConfig({
  test: {
    include: ['test/end-to-end/**/*.test.ts'],
    globalSetup: ['test/end-to-end/global-setup.ts'],
    pool: 'forks',
    maxWorkers: 2,
    sequence: { sequencer: longestFirst(longest) },
    // Tests that say so run side by side, and each of them starts programs.
    maxConcurrency: 2,
    testTimeout: 120_000,
    hookTimeout: 300_000,
  },
});
