import { expect, test } from 'vitest';
import { accountWarnings } from '../../../src/drivers/freeswitch/index.ts';

test.each([
  ['exporter@pbx.example.org', 'made-up-password', []],
  ['exporter', 'made-up-password', [/no @domain/]],
  ['exporter@pbx.example.org', 'x'.repeat(34), []],
  ['exporter@pbx.example.org', 'x'.repeat(35), [/60 bytes/]],
  ['exporter@pbx.example.org', 'schlüssel', [/non-ASCII/]],
  ['exporter', 'ü'.repeat(40), [/no @domain/, /89 bytes/, /non-ASCII/]],
])('%s with %.20s', (username, password, expected) => {
  const doubts = accountWarnings(username, password);
  expect(doubts).toHaveLength(expected.length);
  for (const [index, pattern] of expected.entries()) expect(doubts[index]).toMatch(pattern);
  expect(doubts.join(' ')).not.toContain(password);
});
