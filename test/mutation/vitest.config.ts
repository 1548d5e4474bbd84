import { defineConfig } from 'vitest/config';

// The tests that are to notice a change in the mutated files, and no others: each of them runs hundreds of times.
export default defineConfig({
  test: {
    include: ['test/target/**/*.test.ts', 'test/snapshot/**/*.test.ts', 'test/exposition/escape.test.ts'],
    testTimeout: 15_000,
  },
});
