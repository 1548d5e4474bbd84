import { setTimeout as sleep } from 'node:timers/promises';
import { ExporterProcess } from '../exporter/process.ts';
import { PbxProcess, startDeadPbxs, type Ledgers, type SimulatedPbx } from '../exporter/pbxs.ts';
import { readSamples, type Samples } from '../exporter/samples.ts';
import { quantile } from '../statistics.ts';

/** The fleet of the bench: the exporter's own defaults, 100 extensions for each PBX. */
export const fleetPlan = { peers: 100, intervalMs: 30_000, scrapeEveryMs: 7_500, measuredMs: 45_000 } as const;

/** One row of the result; times in milliseconds. */
export interface FleetRow {
  readonly pbxs: number;
  /** PBXs among them where connecting never comes to an end. */
  readonly dead: number;
  readonly series: number;
  /** Time from the start of the process until every living PBX had been read once. */
  readonly firstPassMs: number;
  /** CPU time of the exporter by the time that passed: 1 is one core. Scrapes are part of it. */
  readonly cpuShare: number;
  /** Requests that the living PBXs have counted, by rounds of living PBXs. */
  readonly requestsPerRound: number;
  /** Logins that the PBXs have counted while it was measured; 0 when every session was kept. */
  readonly logins: number;
  readonly roundMedianMs: number;
  readonly roundP99Ms: number;
  /** How far the start of a round was from one interval after the one before. */
  readonly skewMedianMs: number;
  readonly skewP99Ms: number;
  readonly rounds: number;
  readonly residentBytes: number;
}

/** Measures the built exporter against simulated PBXs on loopback: once all living, once with dead ones among them. */
export async function measureFleet(count: number, dead: number, say: (text: string) => void): Promise<FleetRow[]> {
  const living = await PbxProcess.start(count, fleetPlan.peers);
  const gone = await startDeadPbxs(dead);
  try {
    say(`fleet of ${count} PBXs ...\n`);
    const alone = await measureOne(living, []);
    if (dead === 0) return [alone];
    say(`fleet of ${count} PBXs and ${dead} dead ones ...\n`);
    return [alone, await measureOne(living, gone.pbxs)];
  } finally {
    await Promise.all([living.stop(), gone.stop()]);
  }
}

async function measureOne(living: PbxProcess, dead: readonly SimulatedPbx[]): Promise<FleetRow> {
  const exporter = await ExporterProcess.start(mixed(living.pbxs, dead));
  try {
    const firstPassMs = await firstPass(exporter, living.pbxs.length);
    const before = await takeNote(exporter, living);
    const watch = new RoundWatch(fleetPlan.intervalMs);
    while (performance.now() - before.at < fleetPlan.measuredMs) {
      watch.see(readSamples(await exporter.metrics()));
      await sleep(fleetPlan.scrapeEveryMs);
    }
    const after = await takeNote(exporter, living);
    return {
      pbxs: living.pbxs.length + dead.length,
      dead: dead.length,
      firstPassMs,
      ...compare(before, after),
      ...watch.result(),
      requestsPerRound: (after.ledgers.requests - before.ledgers.requests) / (after.rounds - before.rounds),
    };
  } finally {
    await exporter.stop();
  }
}

/** Dead PBXs evenly among the living ones. */
function mixed(living: readonly SimulatedPbx[], dead: readonly SimulatedPbx[]): readonly SimulatedPbx[] {
  const every = Math.floor(living.length / Math.max(1, dead.length));
  return living.flatMap((pbx, index) => {
    const neighbour = index % every === 0 ? dead[index / every] : undefined;
    return neighbour === undefined ? [pbx] : [pbx, neighbour];
  });
}

/** Bounded: a PBX that was not read by then is a result too (NaN). */
async function firstPass(exporter: ExporterProcess, living: number): Promise<number> {
  const longestMs = 75_000;
  while (performance.now() - exporter.startedAt < longestMs) {
    const isUp = (await exporter.status('/-/healthy')) === 200;
    const read = isUp ? readSamples(await exporter.metrics()).sum('pbx_up') : 0;
    if (read >= living) return performance.now() - exporter.startedAt;
    await sleep(500);
  }
  return Number.NaN;
}

interface Note {
  readonly at: number;
  readonly cpuSeconds: number;
  readonly rounds: number;
  readonly series: number;
  readonly residentBytes: number;
  readonly ledgers: Ledgers;
}

async function takeNote(exporter: ExporterProcess, living: PbxProcess): Promise<Note> {
  const at = performance.now();
  const text = await exporter.metrics();
  const samples = readSamples(text);
  return {
    at,
    cpuSeconds: samples.sum('process_cpu_seconds_total'),
    rounds: roundsOfLiving(text),
    series: text.split('\n').filter((line) => line.startsWith('pbx_')).length,
    residentBytes: samples.sum('process_resident_memory_bytes'),
    ledgers: await living.ledgers(),
  };
}

/** Every good round asks for the state of the core once. */
function roundsOfLiving(text: string): number {
  return [...text.matchAll(/^pbx_api_requests_total\{pbx="[^"]*",call="core_status",result="ok"\} (\d+)$/gm)].reduce(
    (total, [, count]) => total + Number(count),
    0,
  );
}

function compare(before: Note, after: Note): Pick<FleetRow, 'cpuShare' | 'logins' | 'series' | 'residentBytes'> {
  return {
    cpuShare: ((after.cpuSeconds - before.cpuSeconds) * 1000) / (after.at - before.at),
    logins: after.ledgers.logins - before.ledgers.logins,
    series: after.series,
    residentBytes: after.residentBytes,
  };
}

/** Collects every round that scrapes have shown; there are several scrapes between two rounds. */
class RoundWatch {
  readonly #intervalMs: number;
  readonly #durations: number[] = [];
  readonly #deviations: number[] = [];
  readonly #starts = new Map<string, number>();

  constructor(intervalMs: number) {
    this.#intervalMs = intervalMs;
  }

  see(samples: Samples): void {
    const durations = samples.byPbx('pbx_round_duration_seconds');
    const up = samples.byPbx('pbx_up');
    for (const [pbx, endedAt] of samples.byPbx('pbx_last_round_timestamp_seconds')) {
      const durationMs = (durations.get(pbx) ?? Number.NaN) * 1000;
      if (up.get(pbx) === 1) this.#add(pbx, endedAt * 1000 - durationMs, durationMs);
    }
  }

  #add(pbx: string, startedAt: number, durationMs: number): void {
    const before = this.#starts.get(pbx);
    if (before !== undefined && startedAt - before < 10) return;
    this.#starts.set(pbx, startedAt);
    this.#durations.push(durationMs);
    if (before !== undefined) this.#deviations.push(Math.abs(startedAt - before - this.#intervalMs));
  }

  result(): Pick<FleetRow, 'roundMedianMs' | 'roundP99Ms' | 'skewMedianMs' | 'skewP99Ms' | 'rounds'> {
    return {
      rounds: this.#durations.length,
      roundMedianMs: quantile(this.#durations, 0.5),
      roundP99Ms: quantile(this.#durations, 0.99),
      skewMedianMs: quantile(this.#deviations, 0.5),
      skewP99Ms: quantile(this.#deviations, 0.99),
    };
  }
}
