import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { Gauge, Registry } from 'prom-client';
import { systemClock } from '../../src/clock.ts';
import { Exposition, type PageTarget } from '../../src/exposition/page.ts';
import { negotiateEncoding, negotiateFormat, pageHeaders } from '../../src/exposition/negotiate.ts';
import { createOwnMetrics } from '../../src/exposition/exporter-registry.ts';
import { release } from '../../src/exposition/page-chunks.ts';
import { writePage } from '../../src/server/metrics.ts';
import { defaultPeers, makeTargets, nextBenchRecord } from './records.ts';
import { createTurnWatch } from './turn-watch.ts';

/**
 * The measured server in a separate process: `ours` joins lines rendered per round, `prom-client` renders a registry with the
 * same series. The parent scrapes over HTTP and controls the server with messages.
 */
const [kind = 'ours', series = '1000', peers] = process.argv.slice(2);
const peersOfEach = peers === undefined ? defaultPeers : Number(peers);
const delay = monitorEventLoopDelay({ resolution: 1 });
const turns = createTurnWatch();
let targets: PageTarget[] = kind === 'empty' ? [] : makeTargets(Number(series), peersOfEach);
const own = createOwnMetrics({ version: 'bench', collectDefaults: true });
const exposition = new Exposition({ clock: systemClock, hashName: (name) => name, own });
const registry = kind === 'prom-client' ? await fillRegistry() : undefined;
if (kind === 'prom-client') targets = [];
const pack = promisify(gzip);

const server = createServer((request, response) => {
  if (request.url === '/-/healthy') response.end('ok');
  else void answer(request.headers, response);
});

async function answer(headers: IncomingHttpHeaders, response: ServerResponse): Promise<void> {
  const encoding = negotiateEncoding(headers['accept-encoding']);
  const format = negotiateFormat(headers.accept);
  response.writeHead(200, pageHeaders(format, encoding));
  if (registry === undefined) {
    await writePage(exposition.metricsPage(targets, { format, encoding }), response, release);
    return;
  }
  const text = await registry.metrics();
  response.end(encoding === 'gzip' ? await pack(text) : text);
}

/** Fills a prom-client registry with the same series: every sample line of our page becomes a gauge with the same name and labels. */
async function fillRegistry(): Promise<Registry> {
  const filled = new Registry();
  const gauges = new Map<string, Gauge>();
  for (const target of targets) {
    const chunks: Buffer[] = [];
    for await (const chunk of exposition.probePage(target, { format: 'text', encoding: 'identity' }))
      chunks.push(chunk);
    for (const line of Buffer.concat(chunks).toString('utf8').split('\n')) setLine(filled, gauges, line);
  }
  return filled;
}

function setLine(filled: Registry, gauges: Map<string, Gauge>, line: string): void {
  const match = /^(pbx_\w+)\{(.*)\} (\S+)$/.exec(line);
  if (match === null) return;
  const [, name = '', labelText = '', value = ''] = match;
  const labels = Object.fromEntries(
    [...labelText.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, key = '', text = '']) => [key, text]),
  );
  let gauge = gauges.get(name);
  if (gauge === undefined) {
    gauge = new Gauge({ name, help: name, labelNames: Object.keys(labels), registers: [filled] });
    gauges.set(name, gauge);
  }
  gauge.set(labels, Number(value));
}

/** Creates new records for a share of the targets, as rounds would, and renders them one by one. */
async function change(share: number, round: number): Promise<number> {
  const startedAt = performance.now();
  const count = Math.round(targets.length * share);
  for (let step = 0; step < count; step += 1) {
    readAnew((round * count + step) % targets.length, round);
    await nextTurn();
  }
  return performance.now() - startedAt;
}

function readAnew(index: number, round: number): void {
  const target = targets[index];
  if (target === undefined) return;
  const changed = { identity: target.identity, record: nextBenchRecord(target.record, index, round, peersOfEach) };
  targets[index] = changed;
  exposition.prepare(changed);
}

/**
 * Runs evenly spread rounds as in operation; in each pass, every target is read once. prom-client only handles the scrapes.
 * Returns the maximum resident memory of the last pass (bytes).
 */
async function operate(passes: number, passMs: number): Promise<number> {
  const steps = Math.max(targets.length, 100);
  let highest = 0;
  for (let pass = 1; pass <= passes; pass += 1) {
    const startedAt = performance.now();
    highest = 0;
    for (let step = 0; step < steps; step += 1) {
      readAnew(step, pass);
      highest = Math.max(highest, process.memoryUsage.rss());
      await sleep(Math.max(0, startedAt + ((step + 1) * passMs) / steps - performance.now()));
    }
  }
  return highest;
}

interface Order {
  readonly do: string;
  readonly share?: number;
  readonly round?: number;
  readonly passes?: number;
  readonly passMs?: number;
}

/** Handlers for the orders of the parent; each returns the response. */
const orders: Readonly<Record<string, (order: Order) => Promise<object> | object>> = {
  measure() {
    delay.reset();
    delay.enable();
    turns.start();
    return {};
  },
  report() {
    delay.disable();
    return { longestBlockMs: delay.max / 1e6, longestTurnMs: turns.stop() };
  },
  change: async ({ share = 1, round = 1 }) => ({ milliseconds: await change(share, round) }),
  operate: async ({ passes = 1, passMs = 1_000 }) => ({ rss: await operate(passes, passMs) }),
  async collect() {
    globalThis.gc?.();
    await nextTurn();
    return { rss: process.memoryUsage.rss() };
  },
  stop: () => process.exit(0),
};

process.on('message', (order: Order) => void obey(order));

async function obey(order: Order): Promise<void> {
  process.send?.((await orders[order.do]?.(order)) ?? {});
}

// As in the exporter: longer than the interval between two scrapes of Prometheus.
server.keepAliveTimeout = 75_000;
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.send?.({ port: typeof address === 'object' && address !== null ? address.port : 0 });
});
