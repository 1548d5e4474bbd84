import { setTimeout as sleep } from 'node:timers/promises';
import { ExporterProcess } from '../exporter/process.ts';
import { SimulatedPbxs, startDeadPbxs, type Ledgers, type SimulatedPbx } from '../exporter/pbxs.ts';
import { readSamples, type Samples } from '../exporter/samples.ts';
import { RoundWatch, type WatchedRounds } from './round-watch.ts';

/** The fleet to be measured. */
export interface FleetPlan {
  readonly pbxs: number;
  /** PBXs on top where connecting never comes to an end. */
  readonly dead: number;
  /** Extensions of each PBX. */
  readonly peers: number;
  /** `scrape.interval` of the exporter, in milliseconds. */
  readonly intervalMs: number;
}

/** One row of the result; times in milliseconds. */
export interface FleetRow extends WatchedRounds {
  readonly pbxs: number;
  /** PBXs among them where connecting never comes to an end. */
  readonly dead: number;
  readonly peers: number;
  readonly intervalMs: number;
  readonly series: number;
  /** Time from the start of the process until `/-/ready` said that every PBX had been tried; NaN when it did not. */
  readonly readyMs: number;
  /** Time from the start of the process until every living PBX had been read once; NaN when it was not. */
  readonly firstPassMs: number;
  /** CPU time of the exporter by the time that passed: 1 is one core. Scrapes are part of it. */
  readonly cpuShare: number;
  /** Requests that the living PBXs have counted, by rounds of living PBXs. */
  readonly requestsPerRound: number;
  /** Logins that the PBXs have counted while it was measured; 0 when every session was kept. */
  readonly logins: number;
  /** Living PBXs whose next round was overdue at the end: more than 0 means that the exporter cannot keep up. */
  readonly overdue: number;
  readonly residentBytes: number;
}

/**
 * Measures the built exporter against simulated PBXs on loopback: once all living, once with the dead ones among them. Each of
 * the two takes five intervals at most, beside the start of the PBXs.
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
    // What the start has delayed comes back to its schedule in the round after it.
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

/** Dead PBXs evenly among the living ones. */
function mixed(living: readonly SimulatedPbx[], dead: readonly SimulatedPbx[]): readonly SimulatedPbx[] {
  const every = Math.floor(living.length / Math.max(1, dead.length));
  return living.flatMap((pbx, index) => {
    const neighbour = index % every === 0 ? dead[index / every] : undefined;
    return neighbour === undefined ? [pbx] : [pbx, neighbour];
  });
}

/** Bounded: what did not happen within two and a half intervals is a result too (NaN). */
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

/** A dead PBX's round ends late by nature of the queues; what counts is whether the living ones are asked on time. */
function overdueAmongLiving(samples: Samples): number {
  const up = samples.byPbx('pbx_up');
  return [...samples.byPbx('pbx_round_overdue_seconds')].filter(([pbx, seconds]) => seconds > 0 && up.get(pbx) === 1)
    .length;
}

/** Every good round asks for the state of the core once. */
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
