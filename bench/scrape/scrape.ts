import { setTimeout as sleep } from 'node:timers/promises';
import { MeasuredServer, type Report, type Scrape } from './client.ts';
import { measureResident } from './memory.ts';
import { median } from '../statistics.ts';

/** One row of the result: a size, a situation, an encoding. */
export interface ScrapeRow {
  readonly series: number;
  readonly renderer: 'ours' | 'prom-client';
  /** What happened since the scrape before: nothing, new rounds of all targets, or it is the first one. */
  readonly since: 'nothing' | 'every target changed' | 'a tenth changed';
  readonly encoding: 'identity' | 'gzip';
  /** Medians over the repetitions; milliseconds. */
  readonly firstByteMs: number;
  readonly lastByteMs: number;
  readonly longestBlockMs: number;
  /** The most CPU time (ms) of one turn of the event loop. */
  readonly longestTurnMs: number;
  /** The longest answer (ms) of `/-/healthy` meanwhile. */
  readonly longestAnswerMs: number;
  readonly bytes: number;
  /** prom-client's median time for the same size and encoding, divided by this one. */
  readonly timesFaster?: number;
}

/** Resident memory per series of each renderer, less what an empty server needs. */
export interface MemoryRow {
  readonly series: number;
  readonly renderer: 'ours' | 'prom-client';
  /** In operation: rounds spread over time, compressed scrapes; the highest value. */
  readonly bytesPerSeries: number;
  /** After all rows above: of ours all PBXs were read anew within a second, fourteen times, and scraped in both encodings. */
  readonly afterBursts: number;
}

/** Rounds are spread over half a minute and a scrape meets the program at rest; here they come all at once. */
const restMs = 500;

/** Scrapes of each encoding before it is measured: Prometheus comes for months. */
const warmUps = 3;

/** Beyond this many series prom-client is left out: it would need minutes and many gigabytes. */
const mostForPromClient = 2_000_000;

/** What {@link measureScrapes} brings. */
export interface ScrapeResults {
  readonly scrapes: readonly ScrapeRow[];
  readonly memory: readonly MemoryRow[];
  /** Longest block (ms) of a server that does nothing. */
  readonly idleBlockMs: number;
}

/** Measures scrapes of these sizes, both renderers in one run. */
export async function measureScrapes(sizes: readonly number[], say: (text: string) => void): Promise<ScrapeResults> {
  const scrapes: ScrapeRow[] = [];
  const memory: MemoryRow[] = [];
  const empty = await MeasuredServer.start('empty', 0);
  await empty.scrape('gzip');
  const { rss: base } = await empty.order<Resident>({ do: 'collect' });
  for (const size of sizes) {
    say(`scrape of ${size.toLocaleString('en')} series ...\n`);
    const theirs = size > mostForPromClient ? undefined : await measureOne('prom-client', size);
    const ours = await measureOne('ours', size);
    scrapes.push(...(theirs?.rows ?? []), ...ours.rows.map((row) => ({ ...row, ...fasterThan(theirs?.rows, row) })));
    for (const { renderer, rss, series } of theirs === undefined ? [ours] : [theirs, ours]) {
      say(
        `memory of ${renderer === 'ours' ? 'pbx-exporter' : renderer} with ${size.toLocaleString('en')} series ...\n`,
      );
      const inOperation = await measureResident(renderer, size);
      const perSeries = (bytes: number): number => Math.round((bytes - base) / series);
      memory.push({ series, renderer, bytesPerSeries: perSeries(inOperation), afterBursts: perSeries(rss) });
    }
  }
  const idleBlockMs = await idleBlock(empty);
  await empty.stop();
  return { scrapes, memory, idleBlockMs };
}

/** Median of the longest blocks of several stretches, as long as a scrape of a large page. */
async function idleBlock(server: MeasuredServer): Promise<number> {
  const blocks: number[] = [];
  while (blocks.length < 9) {
    await server.order({ do: 'measure' });
    await sleep(300);
    blocks.push((await server.order<Report>({ do: 'report' })).longestBlockMs);
  }
  return median(blocks);
}

interface Resident {
  readonly rss: number;
}

interface Measured extends Resident {
  readonly renderer: 'ours' | 'prom-client';
  readonly series: number;
  readonly rows: readonly ScrapeRow[];
}

async function measureOne(renderer: 'ours' | 'prom-client', size: number): Promise<Measured> {
  const server = await MeasuredServer.start(renderer, size);
  const series = await server.countSeries();
  const repetitions = repetitionsOf(renderer, size);
  const rows: ScrapeRow[] = [];
  const situations =
    renderer === 'ours' ? (['nothing', 'a tenth changed', 'every target changed'] as const) : (['nothing'] as const);
  for (const encoding of ['identity', 'gzip'] as const) {
    for (let scrape = 0; scrape < warmUps; scrape += 1) await server.scrape(encoding);
    for (const since of situations)
      rows.push(await measureRow(server, { series, renderer, since, encoding, repetitions }));
  }
  const { rss } = await server.order<Resident>({ do: 'collect' });
  await server.stop();
  return { renderer, rows, rss, series };
}

function repetitionsOf(renderer: 'ours' | 'prom-client', size: number): number {
  if (renderer === 'ours') return size > mostForPromClient ? 3 : 7;
  return size > 100_000 ? 2 : 4;
}

interface RowPlan extends Pick<ScrapeRow, 'series' | 'renderer' | 'since' | 'encoding'> {
  readonly repetitions: number;
}

async function measureRow(server: MeasuredServer, { repetitions, ...plan }: RowPlan): Promise<ScrapeRow> {
  const scrapes: Scrape[] = [];
  const reports: Report[] = [];
  const answers: number[] = [];
  for (let round = 1; round <= repetitions; round += 1) {
    const share = plan.since === 'every target changed' ? 1 : plan.since === 'a tenth changed' ? 0.1 : 0;
    if (share > 0) await server.order({ do: 'change', share, round });
    await sleep(restMs);
    await server.order({ do: 'measure' });
    const scrape = server.scrape(plan.encoding);
    answers.push(await server.longestAnswerDuring(scrape));
    scrapes.push(await scrape);
    reports.push(await server.order<Report>({ do: 'report' }));
  }
  return {
    ...plan,
    firstByteMs: median(scrapes.map(({ firstByteMs }) => firstByteMs)),
    lastByteMs: median(scrapes.map(({ lastByteMs }) => lastByteMs)),
    longestBlockMs: median(reports.map(({ longestBlockMs }) => longestBlockMs)),
    longestTurnMs: Math.max(...reports.map(({ longestTurnMs }) => longestTurnMs)),
    longestAnswerMs: median(answers),
    bytes: scrapes[0]?.bytes ?? 0,
  };
}

function fasterThan(theirs: readonly ScrapeRow[] | undefined, row: ScrapeRow): Pick<ScrapeRow, 'timesFaster'> {
  const other = theirs?.find(({ encoding }) => encoding === row.encoding);
  return other === undefined ? {} : { timesFaster: other.lastByteMs / row.lastByteMs };
}
