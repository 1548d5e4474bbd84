import { defineConfig } from 'vitest/config';
import { partOfThisRun } from './parts.ts';

// The tests that are to notice a change in the mutated files, and no others: each of them runs hundreds of times.
export default defineConfig({
  test: { include: [...partOfThisRun().tests], testTimeout: 15_000 },
});
