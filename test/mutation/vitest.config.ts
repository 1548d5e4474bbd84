import { defineConfig } from 'vitest/config';
import { partOfThisRun } from './parts.ts';

// Only the tests that must detect changes in the mutated files, because each of them runs hundreds of times.
export default defineConfig({
  test: { include: [...partOfThisRun().tests], testTimeout: 15_000 },
});
