import { setTimeout as sleep } from 'node:timers/promises';
import { MeasuredServer, type Renderer } from './client.ts';
import { type ComparedRenderer, renderersOf, type ScrapePlan } from './scrape.ts';

/** Resident memory per series by renderer, minus the memory of a server without targets after the same scrapes. */
export interface MemoryRow {
  readonly series: number;
  readonly renderer: ComparedRenderer;
  /** Maximum in operation, with rounds spread over time and compressed scrapes. */
  readonly bytesPerSeries: number;
  /** For ours: after fourteen bursts of new rounds of all PBXs, each with scrapes in both encodings. For prom-client: after scrapes. */
  readonly afterBursts: number;
  /** Resident memory of the whole process. */
  readonly resident: ResidentBytes;
  /** Resident memory of the same process without targets. */
  readonly withoutTargets: ResidentBytes;
}

/** Resident memory of a process (bytes) in both situations. */
export interface ResidentBytes {
  readonly inOperation: number;
  readonly afterBursts: number;
}

/** Number of bursts, each followed by a scrape in both encodings. */
const bursts = { ours: 14, empty: 14, 'prom-client': 2 } as const;

/** Number of passes over all PBXs; the maximum of the last one counts. */
const passes = 3;
/** Duration of one pass (ms): a third of the default interval, so that it creates three times the usual garbage. */
const passMs = 10_000;
/** Time between two scrapes (ms). */
const scrapeMs = 5_000;

interface Resident {
  readonly rss: number;
}

/** Measures the memory for these sizes. */
export async function measureMemory(
  { sizes, renderers, peers }: Pick<ScrapePlan, 'sizes' | 'renderers' | 'peers'>,
  say: (text: string) => void,
): Promise<readonly MemoryRow[]> {
  const { resident: withoutTargets } = await measureOne({ renderer: 'empty', size: 0, peers }, say);
  const rows: MemoryRow[] = [];
  for (const size of sizes)
    for (const renderer of renderersOf(renderers, size)) {
      const { series, resident } = await measureOne({ renderer, size, peers }, say);
      const perSeries = (pattern: keyof ResidentBytes): number =>
        Math.round((resident[pattern] - withoutTargets[pattern]) / series);
      const row = { bytesPerSeries: perSeries('inOperation'), afterBursts: perSeries('afterBursts') };
      say(`  ${row.bytesPerSeries} bytes per series, ${row.afterBursts} after bursts\n`);
      rows.push({ series, renderer, ...row, resident, withoutTargets });
    }
  return rows;
}

/** Parameters of one measurement. */
interface Pattern {
  readonly renderer: Renderer;
  readonly size: number;
  readonly peers: number | undefined;
}

interface Measured {
  readonly series: number;
  readonly resident: ResidentBytes;
}

async function measureOne(pattern: Pattern, say: (text: string) => void): Promise<Measured> {
  const { renderer, size } = pattern;
  say(`memory of ${size.toLocaleString('en')} series, ${renderer}: in operation, half a minute ...\n`);
  const inOperation = await measureResident(pattern);
  say('  after bursts ...\n');
  const after = await measureBursts(pattern);
  return { series: after.series, resident: { inOperation, afterBursts: after.rss } };
}

/**
 * Returns the maximum resident memory (bytes) of a server in operation: rounds spread over the pass, with compressed scrapes
 * and without forced garbage collection.
 */
async function measureResident({ renderer, size, peers }: Pattern): Promise<number> {
  const server = await MeasuredServer.start(renderer, size, peers);
  await server.scrape('gzip');
  const state = { over: false };
  const operated = server.order<Resident>({ do: 'operate', passes, passMs }).finally(() => (state.over = true));
  while (!state.over) {
    await server.scrape('gzip');
    await Promise.race([operated, sleep(scrapeMs, undefined, { ref: false })]);
  }
  const { rss } = await operated;
  await server.stop();
  return rss;
}

/** Resident memory (bytes) after several bursts of new rounds of all PBXs, with scrapes in between. */
async function measureBursts({ renderer, size, peers }: Pattern): Promise<Resident & { readonly series: number }> {
  const server = await MeasuredServer.start(renderer, size, peers);
  const series = await server.countSeries();
  for (let round = 1; round <= bursts[renderer]; round += 1) {
    if (renderer !== 'prom-client') await server.order({ do: 'change', share: 1, round });
    for (const encoding of ['identity', 'gzip'] as const) await server.scrape(encoding);
  }
  const { rss } = await server.order<Resident>({ do: 'collect' });
  await server.stop();
  return { rss, series };
}
