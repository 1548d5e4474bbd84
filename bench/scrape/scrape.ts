import { setTimeout as sleep } from 'node:timers/promises';
import { MeasuredServer, type Report, type Scrape } from './client.ts';
import { median } from '../statistics.ts';

/** One row of the result, for a size, a situation and an encoding. */
export interface ScrapeRow {
  readonly series: number;
  readonly renderer: 'ours' | 'prom-client';
  /** Changes since the previous scrape: none, or new rounds of all or of a tenth of the targets. */
  readonly since: 'nothing' | 'every target changed' | 'a tenth changed';
  readonly encoding: 'identity' | 'gzip';
  /** Number of scrapes. */
  readonly scrapes: number;
  /** Medians over the repetitions; milliseconds. */
  readonly firstByteMs: number;
  readonly lastByteMs: number;
  readonly longestBlockMs: number;
  /** Maximum CPU time (ms) of one turn of the event loop. */
  readonly longestTurnMs: number;
  /** Longest response time (ms) of `/-/healthy` during the scrapes. */
  readonly longestAnswerMs: number;
  readonly bytes: number;
  /** Median time of prom-client for the same size and encoding, divided by this one. */
  readonly timesFaster?: number;
}

/** Pause (ms) after a burst of rounds. In operation, rounds are spread over half a minute and the program is idle at a scrape. */
const restMs = 500;

/** Number of warm-up scrapes per encoding, because in operation Prometheus scrapes for months. */
const warmUps = { ours: 3, 'prom-client': 1 } as const;

/** Maximum number of series for prom-client; with more, it would need minutes and many gigabytes. */
export const mostForPromClient = 2_000_000;

/** Parameters of the measurement of scrapes. */
export interface ScrapePlan {
  readonly sizes: readonly number[];
  readonly renderers: readonly ComparedRenderer[];
  /** Number of phones per PBX. Default: 150. */
  readonly peers?: number | undefined;
  /** Maximum time per row (ms); if it is exceeded, the row has fewer scrapes, but at least one. */
  readonly rowMs: number;
}

/** The compared renderers. */
export type ComparedRenderer = ScrapeRow['renderer'];

/** Result of {@link measureScrapes}. */
export interface ScrapeResults {
  readonly scrapes: readonly ScrapeRow[];
  /** Longest block (ms) of an idle server. */
  readonly idleBlockMs: number;
}

/** Measures scrapes of all sizes and renderers in one run. */
export async function measureScrapes(plan: ScrapePlan, say: (text: string) => void): Promise<ScrapeResults> {
  const scrapes: ScrapeRow[] = [];
  for (const size of plan.sizes) {
    const measured: Partial<Record<ComparedRenderer, readonly ScrapeRow[]>> = {};
    for (const renderer of renderersOf(plan.renderers, size))
      measured[renderer] = await measureOne(renderer, size, { ...plan, say });
    const { ours = [], 'prom-client': theirs = [] } = measured;
    scrapes.push(...theirs, ...ours.map((row) => ({ ...row, ...fasterThan(theirs, row) })));
  }
  const empty = await MeasuredServer.start('empty', 0);
  const idleBlockMs = await idleBlock(empty);
  await empty.stop();
  return { scrapes, idleBlockMs };
}

/** Returns the renderers that support a number of series. */
export function renderersOf(renderers: readonly ComparedRenderer[], size: number): readonly ComparedRenderer[] {
  return renderers.filter((renderer) => renderer === 'ours' || size <= mostForPromClient);
}

/** Median of the longest blocks of several periods, each as long as a scrape of a large page. */
async function idleBlock(server: MeasuredServer): Promise<number> {
  const blocks: number[] = [];
  while (blocks.length < 9) {
    await server.order({ do: 'measure' });
    await sleep(300);
    blocks.push((await server.order<Report>({ do: 'report' })).longestBlockMs);
  }
  return median(blocks);
}

/** Time limit of a row, and the output for its progress. */
interface Pace extends Pick<ScrapePlan, 'peers'> {
  readonly rowMs: number;
  readonly say: (text: string) => void;
}

async function measureOne(renderer: ComparedRenderer, size: number, pace: Pace): Promise<readonly ScrapeRow[]> {
  pace.say(`scrapes of ${size.toLocaleString('en')} series, ${renderer}: start ...\n`);
  const server = await MeasuredServer.start(renderer, size, pace.peers);
  const series = await server.countSeries();
  const repetitions = repetitionsOf(renderer, size);
  const rows: ScrapeRow[] = [];
  const situations =
    renderer === 'ours' ? (['nothing', 'a tenth changed', 'every target changed'] as const) : (['nothing'] as const);
  for (const encoding of ['identity', 'gzip'] as const) {
    for (let scrape = 0; scrape < warmUps[renderer]; scrape += 1) await server.scrape(encoding);
    for (const since of situations)
      rows.push(await measureRow(server, { series, renderer, since, encoding, repetitions }, pace));
  }
  await server.stop();
  return rows;
}

function repetitionsOf(renderer: 'ours' | 'prom-client', size: number): number {
  if (renderer === 'ours') return size > mostForPromClient ? 3 : 7;
  return size > 100_000 ? 2 : 4;
}

interface RowPlan extends Pick<ScrapeRow, 'series' | 'renderer' | 'since' | 'encoding'> {
  readonly repetitions: number;
}

async function measureRow(
  server: MeasuredServer,
  { repetitions, ...plan }: RowPlan,
  { rowMs, say }: Pace,
): Promise<ScrapeRow> {
  const endsAt = performance.now() + rowMs;
  const scrapes: Scrape[] = [];
  const reports: Report[] = [];
  const answers: number[] = [];
  for (let round = 1; round <= repetitions && (round === 1 || performance.now() < endsAt); round += 1) {
    const share = plan.since === 'every target changed' ? 1 : plan.since === 'a tenth changed' ? 0.1 : 0;
    if (share > 0) await server.order({ do: 'change', share, round });
    await sleep(restMs);
    await server.order({ do: 'measure' });
    const scrape = server.scrape(plan.encoding);
    answers.push(await server.longestAnswerDuring(scrape));
    scrapes.push(await scrape);
    reports.push(await server.order<Report>({ do: 'report' }));
  }
  const row = {
    ...plan,
    scrapes: scrapes.length,
    firstByteMs: median(scrapes.map(({ firstByteMs }) => firstByteMs)),
    lastByteMs: median(scrapes.map(({ lastByteMs }) => lastByteMs)),
    longestBlockMs: median(reports.map(({ longestBlockMs }) => longestBlockMs)),
    longestTurnMs: Math.max(...reports.map(({ longestTurnMs }) => longestTurnMs)),
    longestAnswerMs: median(answers),
    bytes: scrapes[0]?.bytes ?? 0,
  };
  say(
    `  ${plan.renderer}, ${plan.encoding}, since then ${plan.since}: ${row.lastByteMs.toFixed(0)} ms, longest turn ${row.longestTurnMs.toFixed(1)} ms of CPU, longest answer ${row.longestAnswerMs.toFixed(0)} ms (${scrapes.length} scrapes)\n`,
  );
  return row;
}

function fasterThan(theirs: readonly ScrapeRow[], row: ScrapeRow): Pick<ScrapeRow, 'timesFaster'> {
  const other = theirs.find(({ encoding }) => encoding === row.encoding);
  return other === undefined ? {} : { timesFaster: other.lastByteMs / row.lastByteMs };
}
