import { describe, expect, test } from 'vitest';
import { stepOf } from '../../bench/picture/time-panel.ts';
import { EditedConfiguration } from '../../bench/hour/configuration.ts';
import { lowestOfEach, quarterPeaks, riseOf, secondHalf } from '../../bench/hour/flatness.ts';
import { hourPlan, isSettled, periodsOf } from '../../bench/hour/plan.ts';
import { excessOf } from '../../bench/hour/result.ts';
import { makeSample, parseStatus } from '../../bench/hour/watch.ts';
import { checkConfigText } from '../../src/commands/read-config.ts';
import { createRandom } from '../../src/simulator/kit/random.ts';
import type { HourLedgers, PbxEntry } from '../../bench/hour/pbxs.ts';

describe('flatness', () => {
  const line = (slope: number) => Array.from({ length: 100 }, (_, at) => [at, 100 + slope * (at - 49.5)] as const);

  test('a rise is told as a share of the mean, a fall is below 0', () => {
    expect(riseOf(line(0))).toBeCloseTo(0);
    expect(riseOf(line(0.1))).toBeCloseTo(0.099);
    expect(riseOf(line(-0.1))).toBeCloseTo(-0.099);
  });

  test('a saw tooth is flat, and so is a single peak at the end', () => {
    expect(riseOf(line(0).map(([at, value]) => [at, value + (at % 10)]))).toBeLessThan(0.01);
    expect(riseOf([...line(0), [100, 200]])).toBeLessThan(0.07);
  });

  test('a leak under a saw tooth is seen', () => {
    expect(riseOf(line(0.1).map(([at, value]) => [at, value + (at % 10)]))).toBeGreaterThan(0.08);
  });

  test('too few points say nothing', () => {
    expect(riseOf([])).toBeNaN();
    expect(
      riseOf([
        [0, 1],
        [1, 2],
      ]),
    ).toBeNaN();
  });

  test('the second half ends where the load ends', () => {
    const points = [0, 40, 50, 99, 100, 130].map((at) => [at, at] as const);
    expect(secondHalf(points, 100).map(([at]) => at)).toEqual([50, 99]);
  });

  test('the lowest value of each stretch', () => {
    const points = [
      [0, 5],
      [10, 3],
      [59, 4],
      [60, 9],
      [130, 1],
    ] as const;
    expect(lowestOfEach(points, 60)).toEqual([
      [10, 3],
      [60, 9],
      [130, 1],
    ]);
  });

  test('peaks of the second and the last quarter', () => {
    const points = [
      [10, 99],
      [30, 7],
      [49, 8],
      [60, 99],
      [80, 3],
      [99, 4],
      [100, 99],
    ] as const;
    expect(quarterPeaks(points, 100)).toEqual({ second: 8, last: 4 });
    expect(quarterPeaks([], 100)).toEqual({ second: Number.NaN, last: Number.NaN });
  });
});

describe('plan', () => {
  test('the hour is whole: waves without a gap, each with a calm at its end', () => {
    const periods = periodsOf(3_600_000);
    expect(periods).toHaveLength(2 * hourPlan.waves);
    expect(periods[0]).toEqual({ from: 0, to: 270_000, hasFaults: true });
    expect(periods[1]).toEqual({ from: 270_000, to: 360_000, hasFaults: false });
    expect(periods.slice(1).map(({ from }) => from)).toEqual(periods.slice(0, -1).map(({ to }) => to));
    expect(periods.at(-1)?.to).toBe(3_600_000);
  });

  test('only the last third of a calm is settled', () => {
    const periods = periodsOf(3_600_000);
    expect([100_000, 280_000, 329_999, 330_000, 359_999, 360_000].map((at) => isSettled(at, periods))).toEqual([
      false,
      false,
      false,
      true,
      true,
      false,
    ]);
  });
});

describe('ledger', () => {
  const ledger = { logins: 1, sessions: 1, ended: 0, logouts: 0, affectedLogins: 0, bans: 0 };

  test('one session, one login: nothing to say', () => {
    expect(excessOf(ledger, 0, 0)).toEqual({ sessions: 0, logins: 0 });
  });

  test('a login without a reason is seen, and so is its session', () => {
    expect(excessOf({ ...ledger, logins: 3, sessions: 3 }, 0, 0)).toEqual({ sessions: 2, logins: 2 });
  });

  test('sessions that the PBX ended, answers that were lost and changed entries are reasons', () => {
    expect(excessOf({ ...ledger, logins: 7, sessions: 3, ended: 3, affectedLogins: 2 }, 1, 0)).toEqual({
      sessions: 0,
      logins: 0,
    });
    expect(excessOf({ ...ledger, logins: 8, sessions: 4, ended: 3, affectedLogins: 2 }, 1, 0)).toEqual({
      sessions: 1,
      logins: 1,
    });
  });

  test('a session may be begun anew when its time is nearly over, but not in every round', () => {
    const minutes = (count: number) => count * 60_000;
    expect(excessOf({ ...ledger, logins: 3, logouts: 2 }, 0, minutes(50)).logins).toBe(0);
    expect(excessOf({ ...ledger, logins: 3, logouts: 2 }, 0, minutes(25)).logins).toBe(1);
    expect(excessOf({ ...ledger, logins: 40, logouts: 39 }, 0, minutes(50)).logins).toBe(37);
    expect(excessOf({ ...ledger, logins: 3, logouts: 0 }, 0, minutes(50)).logins).toBe(2);
  });
});

describe('samples', () => {
  test('the status of a process', () => {
    const text = 'Name:\tnode\nVmPeak:\t  999999 kB\nVmRSS:\t  123456 kB\nThreads:\t11\n';
    expect(parseStatus(text)).toEqual({ residentBytes: 126_418_944, threads: 11 });
    expect(parseStatus('')).toEqual({ residentBytes: Number.NaN, threads: Number.NaN });
  });

  test('a sample holds what the system, the page and the ledger say', () => {
    const page = `pbx_up{pbx="a"} 1
pbx_up{pbx="b"} 0
nodejs_heap_size_used_bytes 40000000
nodejs_external_memory_bytes 6000000
nodejs_active_resources{type="TCPSocketWrap"} 9
nodejs_active_resources{type="Timeout"} 70
nodejs_eventloop_lag_p99_seconds 0.0125
process_cpu_seconds_total 1.5
`;
    const ledgers = { logins: 3, requests: 50, sessions: 2, withFault: 1 } as HourLedgers;
    const facts = { residentBytes: 150e6, threads: 11, handles: 90, sockets: 60 };
    expect(makeSample(10_000.4, facts, page, ledgers)).toEqual({
      atMs: 10_000,
      ...facts,
      heapBytes: 40_000_000,
      externalBytes: 6_000_000,
      timers: 70,
      lagP99Ms: 12.5,
      cpuSeconds: 1.5,
      pbxsUp: 1,
      pbxsWithFault: 1,
      sessions: 2,
      logins: 3,
      requests: 50,
    });
  });
});

describe('configuration', () => {
  const entries: readonly PbxEntry[] = Array.from({ length: 12 }, (_, index) => ({
    name: `asterisk-${index}`,
    family: 'asterisk',
    url: `http://192.0.2.${index + 1}`,
    account: { username: 'exporter', password: 'made-up' },
  }));

  test('every edit is a file that is accepted or refused as it says, and one edit later all is back', () => {
    const configuration = new EditedConfiguration(entries, createRandom(3));
    const seen = new Set<boolean>();
    for (let edit = 0; edit < 60; edit += 1) {
      const { text, accepted } = configuration.edit();
      seen.add(accepted);
      expect(checkConfigText(text, 'test').ok).toBe(accepted);
    }
    expect(seen).toEqual(new Set([true, false]));
    expect(configuration.mistypedTotal).toBeGreaterThan(0);
    configuration.restore();
    expect(configuration.names).toHaveLength(entries.length);
    expect(configuration.text()).not.toContain('mistyped');
  });
});

test('steps of an axis are round numbers', () => {
  expect([1, 7, 60, 160, 250].map((most) => stepOf(most, 4))).toEqual([0.2, 2, 20, 50, 50]);
});
