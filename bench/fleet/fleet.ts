import { setTimeout as sleep } from 'node:timers/promises';
import { ExporterProcess } from '../exporter/process.ts';
import { SimulatedPbxs, startDeadPbxs, type Ledgers, type SimulatedPbx } from '../exporter/pbxs.ts';
import { readSamples, type Samples } from '../exporter/samples.ts';
import { RoundWatch, type WatchedRounds } from './round-watch.ts';

/** The fleet to measure. */
export interface FleetPlan {
  readonly pbxs: number;
  /** Number of additional PBXs to which connections never complete. */
  readonly dead: number;
  /** Number of extensions per PBX. */
  readonly peers: number;
  /** `scrape.interval` of the exporter, in milliseconds. */
  readonly intervalMs: number;
}

/** One row of the result; times in milliseconds. */
export interface FleetRow extends WatchedRounds {
  readonly pbxs: number;
  /** Number of PBXs to which connections never complete. */
  readonly dead: number;
  readonly peers: number;
  readonly intervalMs: number;
  readonly series: number;
  /** Time from the start of the process until `/-/ready` reports that every PBX was tried; NaN if it never does. */
  readonly readyMs: number;
  /** Time from the start of the process until every live PBX was read once; NaN if some were not. */
  readonly firstPassMs: number;
  /** CPU time of the exporter divided by elapsed time, including scrapes; 1 is one core. */
  readonly cpuShare: number;
  /** Requests counted by the live PBXs, divided by their rounds. */
  readonly requestsPerRound: number;
  /** Logins counted by the PBXs during the measurement; 0 if all sessions were kept. */
  readonly logins: number;
  /** Number of live PBXs with an overdue round at the end; above 0, the exporter cannot keep up. */
  readonly overdue: number;
  readonly residentBytes: number;
}

/**
 * Measures the built exporter with simulated PBXs on loopback, first with live PBXs only, then with dead ones among them. Each
 * measurement takes at most five intervals, plus the start of the PBXs.
 */
export async function measureFleet(plan: FleetPlan, say: (text: string) => void): Promise<FleetRow[]> {
  const living = await SimulatedPbxs.start(plan.pbxs, plan.peers, plan.intervalMs);
  const gone = await startDeadPbxs(plan.dead);
  try {
    say(`fleet of ${plan.pbxs} PBXs ...\n`);
    const alone = await measureOne({ ...plan, dead: 0 }, living, [], say);
    if (plan.dead === 0) return [alone];
    say(`fleet of ${plan.pbxs} PBXs and ${plan.dead} dead ones ...\n`);
    return [alone, await measureOne(plan, living, gone.pbxs, say)];
  } finally {
    await Promise.all([living.stop(), gone.stop()]);
  }
}

async function measureOne(
  plan: FleetPlan,
  living: SimulatedPbxs,
  dead: readonly SimulatedPbx[],
  say: (text: string) => void,
): Promise<FleetRow> {
  const exporter = await ExporterProcess.start(mixed(living.pbxs, dead), plan.intervalMs);
  try {
    const first = await firstPass(exporter, plan);
    say(`  every PBX read after ${(first.firstPassMs / 1000).toFixed(1)} s; one interval to settle ...\n`);
    // Rounds delayed by the start return to their schedule in the next round.
    await sleep(plan.intervalMs);
    const before = await takeNote(exporter, living);
    say(`  ${before.series.toLocaleString('en')} series; one and a half intervals are measured ...\n`);
    const watch = new RoundWatch(plan.intervalMs);
    while (performance.now() - before.at < 1.5 * plan.intervalMs) {
      watch.see(readSamples(await exporter.metrics()));
      await sleep(plan.intervalMs / 4);
    }
    const after = await takeNote(exporter, living);
    say(`  ${Math.round(after.residentBytes / after.series)} bytes of resident memory per series\n`);
    return {
      ...plan,
      pbxs: plan.pbxs + plan.dead,
      ...first,
      ...compare(before, after),
      ...watch.result(),
      requestsPerRound: (after.ledgers.requests - before.ledgers.requests) / (after.rounds - before.rounds),
    };
  } finally {
    await exporter.stop();
  }
}

/** Distributes the dead PBXs evenly among the live ones. */
function mixed(living: readonly SimulatedPbx[], dead: readonly SimulatedPbx[]): readonly SimulatedPbx[] {
  const every = Math.floor(living.length / Math.max(1, dead.length));
  return living.flatMap((pbx, index) => {
    const neighbour = index % every === 0 ? dead[index / every] : undefined;
    return neighbour === undefined ? [pbx] : [pbx, neighbour];
  });
}

/** Measures the first pass, for at most two and a half intervals; times that were not reached are NaN. */
async function firstPass(
  exporter: ExporterProcess,
  { pbxs, intervalMs }: FleetPlan,
): Promise<Pick<FleetRow, 'readyMs' | 'firstPassMs'>> {
  let [readyMs, firstPassMs] = [Number.NaN, Number.NaN];
  const passed = (): number => performance.now() - exporter.startedAt;
  while (passed() < 2.5 * intervalMs && Number.isNaN(readyMs + firstPassMs)) {
    if (Number.isNaN(readyMs) && (await exporter.status('/-/ready')) === 200) readyMs = passed();
    if (Number.isNaN(firstPassMs) && (await countUp(exporter)) >= pbxs) firstPassMs = passed();
    await sleep(500);
  }
  return { readyMs, firstPassMs };
}

async function countUp(exporter: ExporterProcess): Promise<number> {
  const answers = (await exporter.status('/-/healthy')) === 200;
  return answers ? readSamples(await exporter.metrics()).sum('pbx_up') : 0;
}

interface Note {
  readonly at: number;
  readonly cpuSeconds: number;
  readonly rounds: number;
  readonly series: number;
  readonly overdue: number;
  readonly residentBytes: number;
  readonly ledgers: Ledgers;
}

async function takeNote(exporter: ExporterProcess, living: SimulatedPbxs): Promise<Note> {
  const at = performance.now();
  const text = await exporter.metrics();
  const samples = readSamples(text);
  return {
    at,
    cpuSeconds: samples.sum('process_cpu_seconds_total'),
    rounds: roundsOfLiving(text),
    series: text.split('\n').filter((line) => line.startsWith('pbx_')).length,
    overdue: overdueAmongLiving(samples),
    residentBytes: samples.sum('process_resident_memory_bytes'),
    ledgers: await living.ledgers(),
  };
}

/** The number of live PBXs with an overdue round. Dead PBXs do not count, because their rounds end late by design of the queues. */
function overdueAmongLiving(samples: Samples): number {
  const up = samples.byPbx('pbx_up');
  return [...samples.byPbx('pbx_round_overdue_seconds')].filter(([pbx, seconds]) => seconds > 0 && up.get(pbx) === 1)
    .length;
}

/** The number of good rounds, each of which requests the core status once. */
function roundsOfLiving(text: string): number {
  return [...text.matchAll(/^pbx_api_requests_total\{pbx="[^"]*",call="core_status",result="ok"\} (\d+)$/gm)].reduce(
    (total, [, count]) => total + Number(count),
    0,
  );
}

function compare(
  before: Note,
  after: Note,
): Pick<FleetRow, 'cpuShare' | 'logins' | 'series' | 'overdue' | 'residentBytes'> {
  return {
    cpuShare: ((after.cpuSeconds - before.cpuSeconds) * 1000) / (after.at - before.at),
    logins: after.ledgers.logins - before.ledgers.logins,
    series: after.series,
    overdue: after.overdue,
    residentBytes: after.residentBytes,
  };
}
