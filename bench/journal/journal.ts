import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { History, historyMinutes } from '../../src/journal/history.ts';
import { Journal } from '../../src/journal/journal.ts';
import { answerEvents } from '../../src/server/events.ts';
import type { Peer, PeerState } from '../../src/snapshot/reading.ts';
import { emptyRecord, type TargetRecord } from '../../src/snapshot/record.ts';

/** Cost of the journal. */
export interface JournalRow {
  readonly pbxs: number;
  /** Memory for the last six hours of one PBX, in bytes: objects and buffers. */
  readonly chartBytesPerPbx: number;
  /** Memory of the full journal, in bytes. */
  readonly journalBytes: number;
  readonly events: number;
  /** Longest and median time (ms) for which 5,000 simultaneous state changes block the event loop. */
  readonly longestFlipMs: number;
  readonly medianFlipMs: number;
  /** Longest time (ms) of a response of `/events` with 1,000 events from the full journal. */
  readonly longestAnswerMs: number;
}

const phones = 5_000;
const flips = 50;
const limits = { perPbx: 100, total: 10_000 };

/** Measures the journal with a number of PBXs. */
export function measureJournal(pbxs: number, say: (text: string) => void): JournalRow {
  say(`journal: ${pbxs} PBXs\n`);
  const { result: charts, bytes: chartBytes } = withMemory(() => fullCharts(pbxs));
  const { result: journal, bytes: journalBytes } = withMemory(() => fullJournal(pbxs));
  const times = timesOf(flips, flipping());
  const kinds = ['pbx', 'peer', 'trunk'] as const;
  const query = { position: { kind: 'newest' }, kinds, limit: 1_000 } as const;
  const answers = timesOf(20, () => JSON.stringify(answerEvents(journal, query, ({ name }) => name)));
  return {
    pbxs,
    chartBytesPerPbx: Math.round(chartBytes / charts.length),
    journalBytes,
    events: journal.events().length,
    longestFlipMs: times.at(-1) ?? NaN,
    medianFlipMs: times[Math.floor(times.length / 2)] ?? NaN,
    longestAnswerMs: answers.at(-1) ?? NaN,
  };
}

function fullCharts(count: number): readonly History[] {
  const value = rows(10, 'reachable', 'chart');
  return Array.from({ length: count }, () => {
    const history = new History();
    for (let minute = 0; minute < historyMinutes; minute += 1) history.note(record(value, minute * 60_000));
    return history;
  });
}

/** A journal in which each PBX had more changes than its limit, none of which can be merged. */
function fullJournal(pbxs: number): Journal {
  const journal = new Journal(limits, 0);
  for (let round = 0; round < 12; round += 1)
    for (let pbx = 0; pbx < pbxs; pbx += 1) {
      const value = rows(10, 'reachable', `${round % 2}-${pbx}`);
      note(journal, `pbx-${pbx}`, record(value, round * 3_600_000));
    }
  return journal;
}

/** Simulates a switch that reboots repeatedly. */
function flipping(): () => void {
  const journal = new Journal(limits, 0);
  const [up, down] = [rows(phones, 'reachable', 'phone'), rows(phones, 'unregistered', 'phone')];
  let round = 0;
  return () => {
    round += 1;
    note(journal, 'hq', record(round % 2 === 0 ? up : down, round * 30_000));
  };
}

function note(journal: Journal, name: string, now: TargetRecord): void {
  journal.note({ identity: { name, staleAfterMs: 90_000 }, record: now });
}

function rows(count: number, state: PeerState, prefix: string): readonly Peer[] {
  return Array.from({ length: count }, (_, index) => {
    return {
      id: `${prefix}-${index}`,
      name: `Person ${index}`,
      state,
      roundtripMicroseconds: 900 + ((index * 7919) % 90_000),
    };
  });
}

function record(value: readonly Peer[], at: number): TargetRecord {
  return {
    ...emptyRecord,
    up: true,
    upSinceWall: 0,
    collectors: { peers: { success: true } },
    retained: { peers: { value, readAt: at } },
    clocks: { monotonic: at, wall: at, gaps: [] },
  };
}

/** Durations (ms) of repeated calls, shortest first. The first call counts too, although it includes compilation. */
function timesOf(count: number, work: () => unknown): readonly number[] {
  const times = Array.from({ length: count }, () => {
    const before = performance.now();
    work();
    return performance.now() - before;
  });
  return times.toSorted((one, other) => one - other);
}

function withMemory<T>(make: () => T): { readonly result: T; readonly bytes: number } {
  const before = usedBytes();
  const result = make();
  return { result, bytes: usedBytes() - before };
}

function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc()');
}

function usedBytes(): number {
  collectGarbage();
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
