import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { Account } from '../../src/drivers/driver.ts';
import { asterisk } from '../../src/drivers/asterisk/index.ts';
import { silentLog } from '../../src/log.ts';
import { createTransport } from '../../src/polling/create-transport.ts';
import { Target } from '../../src/polling/target.ts';
import type { Collector } from '../../src/snapshot/reading.ts';
import { median } from '../statistics.ts';
import type { Passed } from './pbx-process.ts';
import { createShiftedClock, type ShiftedClock } from './shifted-clock.ts';

/** Cost of collector `quality` in a round of one Asterisk; CPU times (ms) are medians. */
export interface QualityRow {
  readonly runningLegs: number;
  readonly finishedLegs: number;
  readonly requests: number;
  readonly roundMs: number;
  /** A round of the same PBX without the collector, measured alternately. */
  readonly withoutMs: number;
  readonly timesWithout: number;
}

interface Pbx {
  readonly url: string;
  readonly account: { readonly username: string; readonly password: string };
}

/** Numbers of running legs, and of legs that end within the 30 s of a round: one per second, or a thousand. */
const plans = [
  { runningLegs: 0, finishedLegs: 0 },
  { runningLegs: 0, finishedLegs: 30 },
  { runningLegs: 0, finishedLegs: 1_000 },
  { runningLegs: 100, finishedLegs: 30 },
  { runningLegs: 100, finishedLegs: 1_000 },
] as const;
const intervalMs = 30_000;
/** Number of warm-up rounds until sessions and compiled code are as in operation. */
const warmUps = 10;
const measured = 20;

/** Measures all plans, each with a PBX in a separate process. */
export async function measureQuality(say: (text: string) => void): Promise<QualityRow[]> {
  const rows: QualityRow[] = [];
  for (const plan of plans) {
    say(`call quality: ${plan.runningLegs} legs run, ${plan.finishedLegs} end in a round ...\n`);
    const child = fork(new URL('pbx-process.ts', import.meta.url), [String(plan.runningLegs)]);
    try {
      const [pbx] = (await once(child, 'message')) as [Pbx];
      rows.push(await measurePlan(child, pbx, plan));
    } finally {
      child.kill('SIGKILL');
    }
  }
  return rows;
}

async function measurePlan(child: ChildProcess, pbx: Pbx, plan: (typeof plans)[number]): Promise<QualityRow> {
  const clock = createShiftedClock();
  const usual = ['peers', 'trunks', 'system'] as const;
  const [own, other] = [createTarget(pbx, clock, [...usual, 'quality']), createTarget(pbx, clock, usual)];
  const [rounds, others]: [number[], number[]] = [[], []];
  for (let step = 0; step < warmUps + measured; step += 1) {
    const passed: Passed = { milliseconds: intervalMs, finishedLegs: plan.finishedLegs };
    child.send(passed);
    await once(child, 'message');
    clock.shift(intervalMs);
    // Measured alternately, so that the load of the machine affects both equally.
    const [roundMs, otherMs] = [await cpuOf(() => own.poll()), await cpuOf(() => other.poll())];
    if (step < warmUps) continue;
    rounds.push(roundMs);
    others.push(otherMs);
  }
  const requests = requestsOfRound(own);
  checkCounted(own, plan.finishedLegs);
  await Promise.all([own.stop(), other.stop()]);
  const [roundMs, withoutMs] = [median(rounds), median(others)];
  return { ...plan, requests, roundMs, withoutMs, timesWithout: roundMs / withoutMs };
}

/** Checks that every leg that ended after the first round was counted, because rounds without data would appear cheap. */
function checkCounted({ record }: Target, finishedLegs: number): void {
  const counted = record.counters.quality?.finished?.outcomes.yes ?? 0;
  const expected = finishedLegs * (warmUps + measured - 1);
  if (!record.up || counted !== expected) throw new Error(`${counted} of ${expected} legs were counted`);
}

/** Average requests per round; rounding removes the logins. */
function requestsOfRound({ record }: Target): number {
  const counts = Object.values(record.counters.requests).flatMap((results) => Object.values(results));
  return Math.round(counts.reduce((sum, count) => sum + count, 0) / (warmUps + measured));
}

async function cpuOf(work: () => Promise<void>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

function createTarget(pbx: Pbx, clock: ShiftedClock, collect: readonly Collector[]): Target {
  const url = new URL(pbx.url);
  const account: Account = { kind: 'password', ...pbx.account };
  const tls = { insecureSkipVerify: false };
  const requestsPerTarget = 2;
  return new Target({
    identity: {
      name: 'pbx',
      family: 'asterisk',
      labels: {},
      peerNames: 'plain',
      peerLimit: 5_000,
      staleAfterMs: 90_000,
    },
    family: asterisk,
    account,
    options: asterisk.options.parse({}),
    url,
    collect,
    intervalMs,
    timeoutMs: 20_000,
    requestsPerTarget,
    transport: createTransport({ family: asterisk, url, tls, requestsPerTarget, version: 'bench' }),
    clock,
    random: Math.random,
    log: silentLog,
    observeRequest: () => {},
    onRecord: () => {},
  });
}
