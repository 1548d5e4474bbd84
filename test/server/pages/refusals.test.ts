import { fleetPage } from '../../../src/server/pages/fleet-page.ts';
import { expect, test } from 'vitest';
import { loginRemedy, refusalsText } from '../../../src/server/pages/format.ts';
import { view } from './status-targets.ts';

const refusals = { used: 3, most: 4, windowMs: 86_400_000, by: 'address', targets: ['hq', 'branch'] } as const;

test('refusals in words', () => {
  expect(refusalsText(refusals)).toBe(
    "3 of at most 4 refused logins from the exporter's address are used up (hq, branch); each one counts for 1 d.",
  );
});

test('a changed account is the way out until all of them are spent', () => {
  expect(loginRemedy(undefined)).toContain('tried immediately');
  expect(loginRemedy(refusals)).toContain('tried immediately');
  expect(loginRemedy({ ...refusals, used: 4 })).toContain('have to wait');
});

test('a state file that is not in use is told on every page', () => {
  const problem = 'The state file state.json is not in use: it cannot be used (EACCES).';
  expect(fleetPage([], new URLSearchParams(), { ...view, stateProblem: problem })).toContain(problem);
  expect(fleetPage([], new URLSearchParams(), view)).not.toContain('state file');
});
