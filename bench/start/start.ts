import { setTimeout as sleep } from 'node:timers/promises';
import { ExporterProcess } from '../exporter/process.ts';
import { SimulatedPbxs } from '../exporter/pbxs.ts';
import { readSamples } from '../exporter/samples.ts';
import { median } from '../statistics.ts';

/** Time from the start of the process, in milliseconds. */
export interface StartRow {
  readonly pbxs: number;
  /** Time until `/metrics` answers for the first time, with the PBXs read so far. */
  readonly firstAnswerMs: number;
  /** Time until `/-/ready` reports that every PBX was tried. */
  readonly readyMs: number;
  /** Time until `/metrics` shows every PBX as read. */
  readonly completeMs: number;
}

/** Starts the built exporter several times for each number of PBXs, and returns the medians. */
export async function measureStarts(counts: readonly number[], say: (text: string) => void): Promise<StartRow[]> {
  const rows: StartRow[] = [];
  for (const count of counts) {
    say(`start with ${count} PBXs ...\n`);
    rows.push(await measureCount(count));
  }
  return rows;
}

async function measureCount(count: number): Promise<StartRow> {
  const pbxs = await SimulatedPbxs.start(count, 100);
  const starts: StartRow[] = [];
  const repetitions = count > 10 ? 1 : 5;
  while (starts.length < repetitions) starts.push(await measureOne(pbxs));
  await pbxs.stop();
  return medians(count, starts);
}

async function measureOne(pbxs: SimulatedPbxs): Promise<StartRow> {
  const exporter = await ExporterProcess.start(pbxs.pbxs);
  const count = pbxs.pbxs.length;
  try {
    const firstAnswerMs = await timeUntil(exporter, async () => (await exporter.status('/metrics')) === 200);
    const [readyMs, completeMs] = await Promise.all([
      timeUntil(exporter, async () => (await exporter.status('/-/ready')) === 200),
      timeUntil(exporter, async () => readSamples(await exporter.metrics()).sum('pbx_up') >= count),
    ]);
    return { pbxs: count, firstAnswerMs, readyMs, completeMs };
  } finally {
    await exporter.stop();
  }
}

/** Time until a condition is true; NaN after two minutes. */
async function timeUntil(exporter: ExporterProcess, holds: () => Promise<boolean>): Promise<number> {
  for (;;) {
    if (await holds()) return performance.now() - exporter.startedAt;
    if (performance.now() - exporter.startedAt > 120_000) return Number.NaN;
    await sleep(10);
  }
}

function medians(pbxs: number, starts: readonly StartRow[]): StartRow {
  const of = (name: 'firstAnswerMs' | 'readyMs' | 'completeMs'): number => median(starts.map((start) => start[name]));
  return { pbxs, firstAnswerMs: of('firstAnswerMs'), readyMs: of('readyMs'), completeMs: of('completeMs') };
}
