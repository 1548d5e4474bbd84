import type { HourResult } from './result.ts';
import type { Verdict } from './rules.ts';
import { median } from '../statistics.ts';

/** Returns the measurements of an hour and the verdicts as two Markdown tables. */
export function formatHour(result: HourResult, verdicts: readonly Verdict[]): string {
  const { samples, loadMs, scrapes, visits, ledgers, edits } = result;
  const last = samples.at(-1);
  const first = samples[0];
  const share =
    ((last?.cpuSeconds ?? 0) - (first?.cpuSeconds ?? 0)) / (((last?.atMs ?? 0) - (first?.atMs ?? 0)) / 1000);
  const span = (of: (sample: HourResult['samples'][number]) => number, digits = 0): string => {
    const values = samples.map(of);
    return [Math.min(...values), median(values), Math.max(...values)].map((value) => value.toFixed(digits)).join(' / ');
  };
  const faults = Object.values(ledgers.faults).reduce((all, one) => all + one, 0);
  const rows: readonly (readonly [string, string])[] = [
    [
      'length, without the recovery at the end',
      `${(loadMs / 60_000).toFixed(0)} min, seed ${result.seed}, ${result.node}, ${result.cores} cores`,
    ],
    ['PBXs', whole(result.pbxs)],
    ['rounds seen on the pages (good)', `${whole(scrapes.rounds)} (${whole(scrapes.goodRounds)})`],
    ['requests that the PBXs counted', whole(ledgers.requests)],
    ['faults', `${whole(faults)} of ${Object.keys(ledgers.faults).length} kinds`],
    ['logins accepted / refused', `${whole(ledgers.logins)} / ${whole(ledgers.loginsRefused)}`],
    [
      'sessions ended by the PBX / logged out',
      `${whole(ledgers.expired + ledgers.revoked)} / ${whole(ledgers.logouts)}`,
    ],
    ['reloads, and those with a broken file', `${whole(edits.reloads)}, ${whole(edits.refused)}`],
    ['scrapes, and those read line by line', `${whole(scrapes.scrapes)}, ${whole(scrapes.parsed)}`],
    [
      'scrape, last byte: median / 99th percentile / maximum',
      [scrapes.medianMs, scrapes.p99Ms, scrapes.longestMs].map((ms) => `${ms.toFixed(0)} ms`).join(' / '),
    ],
    [
      'other requests',
      Object.entries(visits.visits)
        .map(([kind, count]) => `${whole(count)} ${kind}`)
        .join(', '),
    ],
    ['resident memory: minimum / median / maximum', `${span(({ residentBytes }) => residentBytes / 1e6)} MB`],
    ['heap in use: minimum / median / maximum', `${span(({ heapBytes }) => heapBytes / 1e6)} MB`],
    ['buffers outside the heap: minimum / median / maximum', `${span(({ externalBytes }) => externalBytes / 1e6)} MB`],
    ['open handles: minimum / median / maximum', span(({ handles }) => handles)],
    ['timers: minimum / median / maximum', span(({ timers }) => timers)],
    [
      'event loop lag between two scrapes, 99th percentile: median / maximum',
      `${span(({ lagP99Ms }) => lagP99Ms).replace(/^[^/]*\/ /, '')} ms`,
    ],
    ['CPU of one core', `${(share * 100).toFixed(0)} %`],
    [
      'lines in the log',
      Object.entries(result.logLines)
        .map(([level, count]) => `${whole(count)} ${level}`)
        .join(', '),
    ],
    [
      'after the last fault',
      `all recovered after ${(result.settled.afterMs / 1000).toFixed(0)} s; suspended by the login guard: ${result.settled.suspended.length}`,
    ],
  ];
  return `${table(['', ''], rows)}\n${table(
    ['requirement', 'measured', 'limit', ''],
    verdicts.map(({ rule, measured, limit, kept }) => [rule, measured, limit, word(kept)]),
  )}`;
}

function word(kept: boolean | undefined): string {
  if (kept === undefined) return 'too short to judge';
  return kept ? 'kept' : '**broken**';
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`;
  return `${line(head)}|${head.map(() => '---|').join('')}\n${rows.map(line).join('')}`;
}

function whole(value: number): string {
  return Math.round(value).toLocaleString('en');
}
