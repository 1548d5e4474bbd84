import { describe, expect, test } from 'vitest';
import type { Log, LogFields } from '../../src/log.ts';
import { nextRecord } from '../../src/snapshot/next-record.ts';
import type { RoundOutcome } from '../../src/snapshot/round-outcome.ts';
import { emptyRecord } from '../../src/snapshot/record.ts';
import { logTransitions } from '../../src/polling/transition-log.ts';

const good: Partial<RoundOutcome> = { reading: { peers: { ok: true, value: [] }, trunks: { ok: true, value: [] } } };
const down: Partial<RoundOutcome> = { reason: 'connect', detail: 'refused' };
const halfGood: Partial<RoundOutcome> = {
  reading: { peers: { ok: true, value: [] }, trunks: { ok: false, reason: 'forbidden', detail: 'no right' } },
};

/** Returns the log lines of these rounds, which are thirty seconds apart. */
function linesOf(rounds: readonly Partial<RoundOutcome>[]): string[] {
  const lines: string[] = [];
  const write =
    (level: string) =>
    (message: string, fields: LogFields = {}) =>
      void lines.push(`${level} ${message} ${JSON.stringify(fields)}`);
  const log: Log = {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    with: () => log,
  };
  let record = emptyRecord;
  for (const [index, changes] of rounds.entries()) {
    const outcome: RoundOutcome = {
      kind: 'polled',
      collectors: ['peers', 'trunks'],
      endedAtWall: index * 30_000,
      endedAt: index * 30_000,
      durationMs: 40,
      requests: {},
      logins: { success: 0, failure: 0 },
      suspendedUntilWall: 0,
      ...changes,
    };
    const next = nextRecord(record, outcome, { peers: 10 });
    logTransitions(log, record, next);
    record = next;
  }
  return lines;
}

const times = (count: number, round: Partial<RoundOutcome>): Partial<RoundOutcome>[] =>
  Array.from({ length: count }, () => round);

describe('the log', () => {
  test('a night with a dead PBX is two lines', () => {
    expect(linesOf([...times(10, good), ...times(1_200, down), ...times(10, good)])).toEqual([
      'info target is up {"duration_seconds":0.04}',
      'warn target is down {"reason":"connect","detail":"refused"}',
      'info target is up {"duration_seconds":0.04,"down_seconds":36000}',
    ]);
  });

  test('another reason is another line', () => {
    const lines = linesOf([good, down, { reason: 'timeout', detail: 'late' }, { reason: 'timeout', detail: 'late' }]);
    expect(lines.slice(1)).toEqual([
      'warn target is down {"reason":"connect","detail":"refused"}',
      'warn target is down {"reason":"timeout","detail":"late"}',
    ]);
  });

  test('a PBX that is down from the start says so once', () => {
    expect(linesOf(times(5, down))).toEqual(['warn target is down {"reason":"connect","detail":"refused"}']);
  });

  test('a collector that fails and works again, each once', () => {
    expect(linesOf([good, ...times(5, halfGood), ...times(5, good)]).slice(1)).toEqual([
      'warn collector failed {"collector":"trunks","reason":"forbidden","detail":"no right"}',
      'info collector works again {"collector":"trunks"}',
    ]);
  });

  test('a suspension is told when it begins, not in every round', () => {
    const refused: Partial<RoundOutcome> = {
      reason: 'bad_credentials',
      detail: 'refused',
      suspendedUntilWall: 930_000,
    };
    const skipped: Partial<RoundOutcome> = { kind: 'skipped', reason: 'bad_credentials', suspendedUntilWall: 930_000 };
    const lines = linesOf([refused, ...times(28, skipped), { ...refused, suspendedUntilWall: 9_300_000 }]);
    expect(lines.filter((line) => line.includes('login suspended'))).toEqual([
      'warn login suspended {"reason":"bad_credentials","until":"1970-01-01T00:15:30.000Z"}',
      'warn login suspended {"reason":"bad_credentials","until":"1970-01-01T02:35:00.000Z"}',
    ]);
    expect(lines.filter((line) => line.includes('target is down'))).toHaveLength(1);
  });

  test('a suspension tells how many refusals are used, and whose they were', () => {
    const refusals = { used: 3, most: 4, windowMs: 3_600_000, by: 'address', targets: ['hq', 'branch'] } as const;
    const suspended: Partial<RoundOutcome> = {
      kind: 'skipped',
      reason: 'bad_credentials',
      suspendedUntilWall: 930_000,
      refusals,
    };
    expect(linesOf([suspended]).find((line) => line.includes('login suspended'))).toBe(
      'warn login suspended {"reason":"bad_credentials","until":"1970-01-01T00:15:30.000Z","refusals":3,"refusals_allowed":4,"refused_targets":"hq, branch"}',
    );
  });
});
