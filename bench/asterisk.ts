/**
 * Measures the cost of one round with many registered phones on a real Asterisk: `node bench/asterisk.ts [phones ...]`, by
 * default 1000 and 5000. It starts a PBX and a carrier that simulates the phones (test/testbed/asterisk) on loopback, and
 * prints a table. It is not a test, because the numbers depend on the machine.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { systemClock } from '../src/clock.ts';
import { asterisk } from '../src/drivers/asterisk/index.ts';
import { createOwnMetrics } from '../src/exposition/exporter-registry.ts';
import { Exposition } from '../src/exposition/page.ts';
import { silentLog } from '../src/log.ts';
import { createTransport } from '../src/polling/create-transport.ts';
import { Target } from '../src/polling/target.ts';

const script = fileURLToPath(new URL('../test/testbed/asterisk', import.meta.url));
const network = '127.19.0';
const names = { pbx: 'bench-pbx', carrier: 'bench-carrier' } as const;
const rounds = 10;
/** Time between two rounds, and duration of the measurement without rounds, for the base load of Asterisk; in milliseconds. */
const pauseMs = 1_000;
const longestSetUpMs = 300_000;

interface Result {
  readonly phones: number;
  readonly reachable: number;
  readonly wallMs: readonly number[];
  readonly requests: number;
  readonly pageBytes: number;
  /** CPU time of one round in milliseconds. */
  readonly exporterMs: number;
  readonly asteriskMs: number;
}

async function testbed(commandArguments: readonly string[]): Promise<string> {
  const environment = { ...process.env, ASTERISK_SAMPLE_NET: network };
  const { stdout } = await promisify(execFile)(script, [...commandArguments], { env: environment, maxBuffer: 2 ** 28 });
  return stdout;
}

async function main(): Promise<void> {
  const wanted = process.argv.slice(2).map(Number);
  const results: Result[] = [];
  for (const phones of wanted.length === 0 ? [1_000, 5_000] : wanted) results.push(await measure(phones));
  console.log(
    `\nOne round of collectors peers, trunks, calls and system; mean of ${rounds} rounds, first one apart.\n`,
  );
  console.log(table(results));
}

async function measure(phones: number): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-asterisk-'));
  try {
    await stopBoth();
    await testbed(['sample', folder, String(phones)]);
    await testbed(['start', join(folder, 'carrier'), names.carrier]);
    await testbed(['start', join(folder, 'pbx'), names.pbx]);
    await allReachable(phones);
    return await measureRounds(phones);
  } finally {
    await stopBoth();
    await rm(folder, { recursive: true });
  }
}

async function stopBoth(): Promise<void> {
  for (const name of Object.values(names)) await testbed(['stop', name]);
}

/** Waits until every phone is registered and has answered its first OPTIONS. */
async function allReachable(phones: number): Promise<void> {
  const deadline = Date.now() + longestSetUpMs;
  for (;;) {
    const contacts = await testbed(['cli', names.pbx, 'pjsip', 'show', 'contacts']);
    const reachable = contacts.match(/ Avail /gu)?.length ?? 0;
    console.error(`${reachable} of ${phones} phones are reachable`);
    if (reachable >= phones) return;
    if (Date.now() > deadline)
      throw new Error(`after ${longestSetUpMs / 1_000} s only ${reachable} phones are reachable`);
    await wait(5_000);
  }
}

async function measureRounds(phones: number): Promise<Result> {
  const [, pid] = /pid=(\d+)/u.exec(await testbed(['status', names.pbx])) ?? [];
  const cpu = async (): Promise<number> => cpuMs(Number(pid));
  const idleFrom = await cpu();
  await wait(rounds * pauseMs);
  const idleMs = (await cpu()) - idleFrom;
  const { target, page } = createTarget();
  const wallMs = [await timed(target)];
  const requestsBefore = requestsOf(target);
  const [asteriskFrom, from] = [await cpu(), Date.now()];
  let exporterMs = 0;
  for (let round = 0; round < rounds; round += 1) {
    const usage = process.cpuUsage();
    wallMs.push(await timed(target));
    await page();
    const { user, system } = process.cpuUsage(usage);
    exporterMs += (user + system) / 1_000;
    await wait(pauseMs);
  }
  const busyMs = (await cpu()) - asteriskFrom;
  const elapsed = Date.now() - from;
  const result = {
    phones,
    reachable: target.record.retained.peers?.value.filter(({ state }) => state === 'reachable').length ?? 0,
    wallMs,
    requests: (requestsOf(target) - requestsBefore) / rounds,
    pageBytes: (await page()).length,
    exporterMs: exporterMs / rounds,
    asteriskMs: (busyMs - (idleMs * elapsed) / (rounds * pauseMs)) / rounds,
  };
  await target.stop();
  return result;
}

async function timed(target: Target): Promise<number> {
  const from = performance.now();
  await target.poll();
  const { lastRound } = target.record;
  if (lastRound?.reason !== undefined) throw new Error(`the round failed: ${lastRound.reason}, ${lastRound.detail}`);
  return performance.now() - from;
}

function requestsOf(target: Target): number {
  const counts = Object.values(target.record.counters.requests).flatMap((results) => Object.values(results));
  return counts.reduce((sum, count) => sum + count, 0);
}

/** CPU time of a process so far (ms); Linux counts it in ticks of 10 ms. */
async function cpuMs(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

function createTarget(): { readonly target: Target; readonly page: () => Promise<Buffer> } {
  const url = new URL(`http://${network}.1:18088`);
  const target = new Target({
    identity: {
      name: 'bench',
      family: 'asterisk',
      labels: {},
      peerNames: 'plain',
      peerLimit: 10_000,
      staleAfterMs: 60_000,
    },
    family: asterisk,
    account: { kind: 'password', username: 'exporter', password: 's3cret-exporter' },
    options: asterisk.options.parse({}),
    url,
    collect: ['peers', 'trunks', 'calls', 'system'],
    intervalMs: pauseMs,
    timeoutMs: 30_000,
    requestsPerTarget: 2,
    transport: createTransport({
      family: asterisk,
      url,
      tls: { insecureSkipVerify: false },
      requestsPerTarget: 2,
      version: 'bench',
    }),
    clock: systemClock,
    random: () => 0.5,
    log: silentLog,
    observeRequest: () => {},
    onRecord: () => {},
  });
  const own = createOwnMetrics({ version: 'bench', collectDefaults: false });
  const exposition = new Exposition({ clock: systemClock, hashName: () => '', own });
  const page = async (): Promise<Buffer> => {
    const parts: Buffer[] = [];
    for await (const part of exposition.probePage(target, { format: 'text', encoding: 'identity' })) parts.push(part);
    return Buffer.concat(parts);
  };
  return { target, page };
}

function table(results: readonly Result[]): string {
  const heads = [
    'phones',
    'reachable',
    'first round',
    'round, mean',
    'slowest',
    'requests',
    'CPU exporter',
    'CPU Asterisk',
    'page',
  ];
  const rows = results.map(
    ({ phones, reachable, wallMs: [first = 0, ...others], requests, pageBytes, exporterMs, asteriskMs }) => [
      String(phones),
      String(reachable),
      ms(first),
      ms(others.reduce((sum, one) => sum + one, 0) / others.length),
      ms(Math.max(...others)),
      String(requests),
      ms(exporterMs),
      ms(asteriskMs),
      `${Math.round(pageBytes / 1_024)} KiB`,
    ],
  );
  const lines = [heads, heads.map(() => '---'), ...rows];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function ms(value: number): string {
  return `${value.toFixed(0)} ms`;
}

await main();
