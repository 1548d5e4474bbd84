import { expect, test } from 'vitest';
import { refusedLoginText } from '../../src/commands/one-round.ts';
import { emptyRecord } from '../../src/snapshot/record.ts';

const refusals = { used: 3, most: 4, windowMs: 86_400_000, by: 'address', targets: ['hq'] } as const;

test('nothing is said where no login was refused', () => {
  expect(refusedLoginText(emptyRecord, undefined)).toBe('');
});

test('a refused login is said to count, and without a state file that nobody else knows of it', () => {
  const record = { ...emptyRecord, refusals };
  expect(refusedLoginText(record, undefined)).toMatch(/3 of at most 4 refused logins.*--state\.file/);
  expect(refusedLoginText(record, 'state.json')).not.toContain('--state.file');
});

test('with a state file it is said until when no login is sent', () => {
  const record = { ...emptyRecord, refusals, suspendedUntilWall: Date.UTC(2026, 0, 2, 3, 4, 5) };
  expect(refusedLoginText(record, 'state.json')).toContain('no login is sent before 2026-01-02 03:04:05 UTC');
});
