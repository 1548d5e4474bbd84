import { partOfThisRun } from './parts.ts';

/** Options of Stryker for one part, used in the copy created by `run`. */
export default {
  testRunner: 'vitest',
  plugins: ['@stryker-mutator/vitest-runner'],
  vitest: { configFile: 'test/mutation/vitest.config.ts' },
  mutate: partOfThisRun().files,
  tsconfigFile: 'none',
  disableTypeChecks: false,
  reporters: ['clear-text'],
  clearTextReporter: { allowColor: false, logTests: false },
  concurrency: 1,
  coverageAnalysis: 'perTest',
  timeoutMS: 20_000,
  thresholds: { high: 95, low: 90, break: 85 },
};
