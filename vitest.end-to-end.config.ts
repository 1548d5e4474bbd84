import { defineConfig } from 'vitest/config';
import { longestFirst } from './vitest.longest-first.ts';

/**
 * The order of the longest files. The first two mostly wait, for real audio and for alerts, and run in parallel without other files. After
 * them, files that compute and files that wait alternate.
 */
const longest = [
  'asterisk-calls',
  'alerts',
  'rules',
  'packages',
  'service-from-sources',
  'asterisk-changes',
  'pages',
  'asterisk-states',
  'asterisk-between-rounds',
  'restarts',
  'probe-scrape',
  'container',
  'killed-logins',
];

// Separate from the unit tests, because these tests start real programs. Two files run in parallel; each has its own addresses, ports and
// names.
export default defineConfig({
  test: {
    include: ['test/end-to-end/**/*.test.ts'],
    globalSetup: ['test/end-to-end/global-setup.ts'],
    pool: 'forks',
    maxWorkers: 2,
    sequence: { sequencer: longestFirst(longest) },
    // Concurrent tests each start programs.
    maxConcurrency: 2,
    // Longer than any wait inside a test, because its error says what was expected.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    expect: { poll: { timeout: 120_000, interval: 250 } },
  },
});
