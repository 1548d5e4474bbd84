import { formatTable } from '../src/commands/record-text.ts';
import type { ConfigRow } from './config/config.ts';
import type { FleetRow } from './fleet/fleet.ts';
import type { GzipRow } from './gzip/gzip.ts';
import type { QualityRow } from './quality/quality.ts';
import type { RoundRow } from './round/rounds.ts';
import type { JournalRow } from './journal/journal.ts';
import type { MemoryRow } from './scrape/memory.ts';
import type { ScrapeRow } from './scrape/scrape.ts';
import type { StartRow } from './start/start.ts';

/** The measurements of one run; parts that were not requested are absent. */
export interface Results {
  readonly node: string;
  readonly cores: number;
  readonly scrapes?: readonly ScrapeRow[];
  readonly memory?: readonly MemoryRow[];
  /** Longest block (ms) of an idle process; shorter blocks are caused by the machine. */
  readonly idleBlockMs?: number;
  readonly gzip?: readonly GzipRow[];
  readonly rounds?: readonly RoundRow[];
  readonly quality?: readonly QualityRow[];
  readonly fleet?: readonly FleetRow[];
  readonly start?: readonly StartRow[];
  readonly config?: readonly ConfigRow[];
  readonly journal?: readonly JournalRow[];
}

/** Returns the tables of a run. */
export function formatResults(results: Results): string {
  const { scrapes, memory, gzip, rounds, quality, fleet, start, config, journal } = results;
  return [
    `Node.js ${results.node}, ${results.cores} cores\n`,
    scrapes === undefined ? '' : scrapeTable(scrapes),
    results.idleBlockMs === undefined
      ? ''
      : `Longest block of a process that does nothing, in the same run: ${results.idleBlockMs.toFixed(1)} ms\n`,
    memory === undefined ? '' : memoryTable(memory),
    gzip === undefined ? '' : gzipTable(gzip),
    rounds === undefined ? '' : roundTable(rounds),
    quality === undefined ? '' : qualityTable(quality),
    fleet === undefined ? '' : fleetTable(fleet),
    start === undefined ? '' : startTable(start),
    config === undefined ? '' : configTable(config),
    journal === undefined ? '' : journalTable(journal),
  ]
    .filter((text) => text !== '')
    .join('\n');
}

function scrapeTable(rows: readonly ScrapeRow[]): string {
  return formatTable(
    [
      'series',
      'renderer',
      'changed since',
      'encoding',
      'scrapes',
      'first byte ms',
      'last byte ms',
      'longest block ms',
      'longest turn, CPU ms',
      'longest /-/healthy ms',
      'MB',
      'times faster',
    ],
    rows.map((row) => [
      whole(row.series),
      row.renderer,
      row.since,
      row.encoding,
      whole(row.scrapes),
      row.firstByteMs.toFixed(1),
      row.lastByteMs.toFixed(1),
      row.longestBlockMs.toFixed(1),
      row.longestTurnMs.toFixed(1),
      row.longestAnswerMs.toFixed(1),
      (row.bytes / 1e6).toFixed(2),
      row.timesFaster === undefined ? '' : row.timesFaster.toFixed(1),
    ]),
  );
}

function memoryTable(rows: readonly MemoryRow[]): string {
  return formatTable(
    [
      'series',
      'renderer',
      'bytes of resident memory per series',
      'after bursts',
      'MB of the process',
      'without targets',
      'after bursts',
      'without targets',
    ],
    rows.map(({ resident, withoutTargets, ...row }) => [
      whole(row.series),
      row.renderer,
      whole(row.bytesPerSeries),
      whole(row.afterBursts),
      ...[resident.inOperation, withoutTargets.inOperation, resident.afterBursts, withoutTargets.afterBursts].map(
        (bytes) => whole(bytes / 1e6),
      ),
    ]),
  );
}

function gzipTable(rows: readonly GzipRow[]): string {
  return formatTable(
    ['series', 'MB', 'from pieces ms', 'CPU ms', 'new pieces CPU ms', 'kB', 'whole ms', 'CPU ms', 'kB'],
    rows.map(({ series, plainBytes, pieces, whole: one, newPiecesMs }) => [
      whole(series),
      (plainBytes / 1e6).toFixed(2),
      ...[pieces.pageMs, pieces.cpuMs, newPiecesMs].map((ms) => ms.toFixed(1)),
      (pieces.bytes / 1e3).toFixed(0),
      ...[one.pageMs, one.cpuMs].map((ms) => ms.toFixed(1)),
      (one.bytes / 1e3).toFixed(0),
    ]),
  );
}

function journalTable(rows: readonly JournalRow[]): string {
  return formatTable(
    [
      'PBXs',
      'bytes of chart per PBX',
      'events',
      'MB of journal',
      '5,000 phones flip, median ms',
      'longest ms',
      '/events, longest ms',
    ],
    rows.map((row) => [
      whole(row.pbxs),
      whole(row.chartBytesPerPbx),
      whole(row.events),
      (row.journalBytes / 1e6).toFixed(1),
      row.medianFlipMs.toFixed(1),
      row.longestFlipMs.toFixed(1),
      row.longestAnswerMs.toFixed(1),
    ]),
  );
}

function roundTable(rows: readonly RoundRow[]): string {
  return formatTable(
    [
      'family',
      'phones',
      'requests',
      'CPU ms of a round',
      'CPU ms of the floor',
      'times the floor',
      'CPU ms with bare got',
      'times bare got',
    ],
    rows.map((row) => [
      row.family,
      whole(row.peers),
      whole(row.requests),
      row.roundMs.toFixed(2),
      row.floorMs.toFixed(2),
      row.timesFloor.toFixed(2),
      row.gotMs.toFixed(2),
      row.timesGot.toFixed(2),
    ]),
  );
}

function qualityTable(rows: readonly QualityRow[]): string {
  return formatTable(
    ['running legs', 'finished legs', 'requests', 'CPU ms of a round', 'without quality', 'times that'],
    rows.map((row) => [
      whole(row.runningLegs),
      whole(row.finishedLegs),
      whole(row.requests),
      row.roundMs.toFixed(2),
      row.withoutMs.toFixed(2),
      row.timesWithout.toFixed(2),
    ]),
  );
}

function fleetTable(rows: readonly FleetRow[]): string {
  const lines: readonly (readonly [string, (row: FleetRow) => string])[] = [
    ['PBXs', (row) => whole(row.pbxs)],
    ['of these dead', (row) => whole(row.dead)],
    ['phones of each', (row) => whole(row.peers)],
    ['interval', (row) => `${row.intervalMs / 1000} s`],
    ['series', (row) => whole(row.series)],
    ['/-/ready after', (row) => seconds(row.readyMs)],
    ['every living PBX read after', (row) => seconds(row.firstPassMs)],
    ['CPU of one core', (row) => `${(row.cpuShare * 100).toFixed(1)} %`],
    ['requests per round', (row) => row.requestsPerRound.toFixed(2)],
    ['logins in steady state', (row) => whole(row.logins)],
    ['rounds measured', (row) => whole(row.rounds)],
    ['round, median', (row) => `${row.roundMedianMs.toFixed(0)} ms`],
    ['round, 99th percentile', (row) => `${row.roundP99Ms.toFixed(0)} ms`],
    ['skew of the schedule, median', (row) => skew(row.skewMedianMs)],
    ['skew of the schedule, 99th percentile', (row) => skew(row.skewP99Ms)],
    ['PBXs whose next round is overdue at the end', (row) => whole(row.overdue)],
    ['resident memory', (row) => `${(row.residentBytes / 1e6).toFixed(0)} MB`],
    ['bytes of it per series', (row) => whole(row.residentBytes / row.series)],
  ];
  return formatTable(
    ['fleet', ...rows.map((row) => (row.dead === 0 ? 'all living' : 'some dead'))],
    lines.map(([name, show]) => [name, ...rows.map(show)]),
  );
}

function startTable(rows: readonly StartRow[]): string {
  return formatTable(
    ['PBXs at the start', '/metrics answers', '/-/ready', 'every PBX on /metrics'],
    rows.map((row) => [
      whole(row.pbxs),
      `${row.firstAnswerMs.toFixed(0)} ms`,
      `${row.readyMs.toFixed(0)} ms`,
      `${row.completeMs.toFixed(0)} ms`,
    ]),
  );
}

function configTable(rows: readonly ConfigRow[]): string {
  return formatTable(
    ['targets of the file', 'MB', 'check', 'serve listens'],
    rows.map((row) => [
      whole(row.targets),
      (row.bytes / 1e6).toFixed(2),
      `${(row.checkMs / 1000).toFixed(1)} s`,
      `${(row.listeningMs / 1000).toFixed(1)} s`,
    ]),
  );
}

function seconds(milliseconds: number): string {
  return Number.isNaN(milliseconds) ? 'not within 2.5 intervals' : `${(milliseconds / 1000).toFixed(1)} s`;
}

/** Formats the skew; NaN means that no PBX had two rounds during the measurement. */
function skew(milliseconds: number): string {
  return Number.isNaN(milliseconds) ? 'no second round' : `${milliseconds.toFixed(0)} ms`;
}

function whole(value: number): string {
  return Math.round(value).toLocaleString('en');
}
