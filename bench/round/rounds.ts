import { fork } from 'node:child_process';
import { once } from 'node:events';
import { systemClock } from '../../src/clock.ts';
import type { Account, Family } from '../../src/drivers/driver.ts';
import { families } from '../../src/drivers/index.ts';
import { silentLog } from '../../src/log.ts';
import type { SimulatorAccount } from '../../src/simulator/simulator.ts';
import { createTransport } from '../../src/polling/create-transport.ts';
import { Target } from '../../src/polling/target.ts';
import { median } from '../statistics.ts';
import { Exchanges, loginRecorded, parseRecorded, PlainClient } from './floor.ts';

/** One family at one size; CPU times (ms) are medians over rounds in the middle of operation. */
export interface RoundRow {
  readonly family: string;
  readonly peers: number;
  readonly requests: number;
  readonly roundMs: number;
  /** The same requests by plain `node:http`, and the driver's parsers on the recorded answers. */
  readonly floorMs: number;
  readonly timesFloor: number;
}

interface Pbx {
  readonly family: string;
  readonly url: string;
  readonly account: SimulatorAccount;
  readonly options?: Readonly<Record<string, unknown>>;
}

/** Rounds until sessions, caches and compiled code are as they are in operation. */
const warmUps = 10;
const measured = 20;
/** A family that spreads its requests over time gets fewer rounds. */
const longestMs = 20_000;

/** What a round costs in CPU, per family or of one of them, beside the floor in the same run. */
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
  const { target, exchanges } = createTarget(family, pbx);
  const plain = new PlainClient(family, new URL(pbx.url));
  const driver = createDriver(family, pbx);
  const methods = new Map(family.requests.map(({ call, method }) => [call, method]));
  const round = async (): Promise<number> => {
    exchanges.forget();
    return cpuOf(() => target.poll());
  };
  const floor = async (): Promise<number> => {
    const requests = [...exchanges.requests];
    return cpuOf(async () => {
      await plain.ask(requests, (call) => methods.get(call) ?? 'GET');
      await parseRecorded(driver, new Set(collect(family)), exchanges.answers);
    });
  };
  const [rounds, floors, counts]: [number[], number[], number[]] = [[], [], []];
  await target.poll();
  await loginRecorded(driver, exchanges.answers);
  const startedAt = performance.now();
  for (let step = 0; step < warmUps + measured; step += 1) {
    // One after the other, so that both meet the same machine.
    const [own, plainOne] = [await round(), await floor()];
    if (step < warmUps && performance.now() - startedAt < longestMs / 2) continue;
    rounds.push(own);
    floors.push(plainOne);
    counts.push(exchanges.requests.length);
    if (performance.now() - startedAt > longestMs) break;
  }
  if (!target.record.up) throw new Error(`${family.name} is down: ${target.record.lastRound?.detail}`);
  await target.stop();
  plain.close();
  const [roundMs, floorMs] = [median(rounds), median(floors)];
  return { family: family.name, peers, requests: median(counts), roundMs, floorMs, timesFloor: roundMs / floorMs };
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

function parts(family: Family, pbx: Pbx) {
  const account: Account =
    'token' in pbx.account ? { kind: 'token', ...pbx.account } : { kind: 'password', ...pbx.account };
  return {
    account,
    options: family.options.parse(pbx.options ?? {}) as Readonly<Record<string, unknown>>,
    url: new URL(pbx.url),
    intervalMs: 30_000,
    requestsPerTarget: 2,
    clock: systemClock,
    random: Math.random,
    log: silentLog,
  };
}

function createDriver(family: Family, pbx: Pbx) {
  const refusedRequests = { count: () => {}, check: () => {} };
  const { intervalMs, ...common } = parts(family, pbx);
  return family.create({ ...common, pbx: 'floor', timing: { intervalMs, staleAfterMs: 90_000 }, refusedRequests });
}

function createTarget(family: Family, pbx: Pbx): { readonly target: Target; readonly exchanges: Exchanges } {
  const common = parts(family, pbx);
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
