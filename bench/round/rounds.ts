import { fork } from 'node:child_process';
import { once } from 'node:events';
import { type Clock, systemClock } from '../../src/clock.ts';
import type { Account, Family } from '../../src/drivers/driver.ts';
import { families } from '../../src/drivers/index.ts';
import { silentLog } from '../../src/log.ts';
import type { SimulatorAccount } from '../../src/simulator/simulator.ts';
import { createTransport } from '../../src/polling/create-transport.ts';
import { Target } from '../../src/polling/target.ts';
import { median } from '../statistics.ts';
import { type BareClient, gotClient, plainClient } from './clients.ts';
import { Exchanges, loginRecorded, parseRecorded } from './floor.ts';

/** One family at one size; CPU times (ms) are medians over rounds after warm-up. */
export interface RoundRow {
  readonly family: string;
  readonly peers: number;
  readonly requests: number;
  readonly roundMs: number;
  /** The same requests with plain `node:http`, plus the driver's parsers on the recorded responses. */
  readonly floorMs: number;
  readonly timesFloor: number;
  /** The same with plain got instead of `node:http`: the minimum for any exporter that uses got. */
  readonly gotMs: number;
  readonly timesGot: number;
}

interface Pbx {
  readonly family: string;
  readonly url: string;
  readonly account: SimulatorAccount;
  readonly options?: Readonly<Record<string, unknown>>;
}

/** Number of warm-up requests until sessions, caches and compiled code are as in operation, and number of measured rounds. */
const warmUpRequests = 500;
const measured = 40;
const fewest = 3;
const intervalMs = 30_000;
/** Maximum time per family (ms); families with long rounds have fewer of them. */
const longestMs = 20_000;

/** Measures the CPU time of a round and of the floor in the same run, for all families or only one. */
export async function measureRounds(
  sizes: readonly number[],
  say: (text: string) => void,
  only?: string,
): Promise<RoundRow[]> {
  const rows: RoundRow[] = [];
  for (const peers of sizes) rows.push(...(await measureSize(peers, say, only)));
  return rows;
}

async function measureSize(peers: number, say: (text: string) => void, only?: string): Promise<RoundRow[]> {
  const child = fork(new URL('pbxs-process.ts', import.meta.url), [String(peers)]);
  const rows: RoundRow[] = [];
  try {
    const [{ pbxs }] = (await once(child, 'message')) as [{ readonly pbxs: readonly Pbx[] }];
    for (const pbx of pbxs.filter(({ family }) => only === undefined || family === only)) {
      say(`rounds of ${pbx.family} with ${peers} phones ...\n`);
      rows.push(await measureOne(pbx, peers));
    }
    return rows;
  } finally {
    child.kill('SIGKILL');
  }
}

async function measureOne(pbx: Pbx, peers: number): Promise<RoundRow> {
  const family = families.find(({ name }) => name === pbx.family);
  if (family === undefined) throw new Error(`unknown family ${pbx.family}`);
  const [clock, floorClock] = [new SkippingClock(), new SkippingClock()];
  const { target, exchanges } = createTarget(family, pbx, clock);
  const bare = { floor: plainClient(family, new URL(pbx.url)), got: gotClient(family, new URL(pbx.url)) };
  const driver = createDriver(family, pbx, floorClock);
  const methods = new Map(family.requests.map(({ call, method }) => [call, method]));
  const round = async (): Promise<number> => {
    clock.skip(intervalMs);
    exchanges.forget();
    return cpuOf(() => target.poll());
  };
  const floorOf = async (client: BareClient): Promise<number> => {
    floorClock.skip(intervalMs);
    const requests = [...exchanges.requests];
    return cpuOf(async () => {
      await client.ask(requests, (call) => methods.get(call) ?? 'GET');
      await parseRecorded(driver, new Set(collect(family)), exchanges.answers);
    });
  };
  await target.poll();
  await loginRecorded(driver, exchanges.answers);
  const startedAt = performance.now();
  const steps: Step[] = [];
  let sent = 0;
  while (steps.length < measured && (steps.length < fewest || performance.now() - startedAt < longestMs)) {
    // Measured alternately, so that the load of the machine affects all equally.
    const step = { round: await round(), floor: await floorOf(bare.floor), got: await floorOf(bare.got) };
    const isWarm = sent >= warmUpRequests || performance.now() - startedAt > longestMs / 2;
    sent += exchanges.requests.length;
    if (isWarm) steps.push({ ...step, requests: exchanges.requests.length });
  }
  if (!target.record.up) throw new Error(`${family.name} is down: ${target.record.lastRound?.detail}`);
  await target.stop();
  for (const client of Object.values(bare)) client.close();
  return { family: family.name, peers, ...rowOf(steps) };
}

interface Step {
  readonly requests: number;
  readonly round: number;
  readonly floor: number;
  readonly got: number;
}

function rowOf(steps: readonly Step[]): Omit<RoundRow, 'family' | 'peers'> {
  const middle = (name: keyof Step): number => median(steps.map((step) => step[name]));
  const [roundMs, floorMs, gotMs] = [middle('round'), middle('floor'), middle('got')];
  return {
    requests: middle('requests'),
    roundMs,
    floorMs,
    timesFloor: roundMs / floorMs,
    gotMs,
    timesGot: roundMs / gotMs,
  };
}

async function cpuOf(work: () => Promise<void>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

function collect(family: Family): ('peers' | 'trunks' | 'system')[] {
  return (['peers', 'trunks', 'system'] as const).filter((name) => family.collectors.includes(name));
}

/** The clock of the machine without the pauses between rounds, so that sessions age and budgets refill as in operation. */
class SkippingClock implements Clock {
  #skippedMs = 0;

  skip(ms: number): void {
    this.#skippedMs += ms;
  }

  wallTime(): number {
    return systemClock.wallTime() + this.#skippedMs;
  }

  monotonicTime(): number {
    return systemClock.monotonicTime() + this.#skippedMs;
  }

  after(delayMs: number, callback: () => void): ReturnType<Clock['after']> {
    return systemClock.after(delayMs, callback);
  }
}

function parts(family: Family, pbx: Pbx, clock: Clock) {
  const account: Account =
    'token' in pbx.account ? { kind: 'token', ...pbx.account } : { kind: 'password', ...pbx.account };
  return {
    account,
    options: family.options.parse(pbx.options ?? {}) as Readonly<Record<string, unknown>>,
    url: new URL(pbx.url),
    intervalMs,
    requestsPerTarget: 2,
    clock,
    random: Math.random,
    log: silentLog,
  };
}

function createDriver(family: Family, pbx: Pbx, clock: Clock) {
  const refusedRequests = { count: () => {}, check: () => {} };
  const { intervalMs: _, ...common } = parts(family, pbx, clock);
  return family.create({ ...common, pbx: 'floor', timing: { intervalMs, staleAfterMs: 90_000 }, refusedRequests });
}

function createTarget(
  family: Family,
  pbx: Pbx,
  clock: Clock,
): { readonly target: Target; readonly exchanges: Exchanges } {
  const common = parts(family, pbx, clock);
  const { url, requestsPerTarget } = common;
  const tls = { insecureSkipVerify: false };
  const exchanges = new Exchanges(createTransport({ family, url, tls, requestsPerTarget, version: 'bench' }));
  const target = new Target({
    ...common,
    identity: {
      name: family.name,
      family: family.name,
      labels: {},
      peerNames: 'plain',
      peerLimit: 5_000,
      staleAfterMs: 90_000,
    },
    family,
    collect: collect(family),
    timeoutMs: 20_000,
    transport: exchanges,
    observeRequest: () => {},
    onRecord: () => {},
  });
  return { target, exchanges };
}
