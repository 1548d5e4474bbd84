import { cpus } from 'node:os';
import { formatTable } from '../src/commands/table.ts';
import { type MemoryRow, measureScrapes, type ScrapeRow } from './scrape/scrape.ts';

/**
 * `npm run bench`: what a scrape costs, against prom-client with the same series in the same run.
 * Flags: `--json`, `--sizes 1000,10000` (series). Times on shared machines wander; the ratios are what counts.
 */
const flags = process.argv.slice(2);
const sizesAt = flags.indexOf('--sizes');
const sizes = (sizesAt === -1 ? '1000,10000,100000,1000000' : (flags[sizesAt + 1] ?? '')).split(',').map(Number);

const { scrapes, memory } = await measureScrapes(sizes, (text) => process.stderr.write(text));
if (flags.includes('--json'))
  process.stdout.write(
    `${JSON.stringify({ node: process.version, cores: cpus().length, scrapes, memory }, null, 2)}\n`,
  );
else
  process.stdout.write(
    `Node.js ${process.version}, ${cpus().length} cores\n\n${scrapeTable(scrapes)}\n${memoryTable(memory)}`,
  );

function scrapeTable(rows: readonly ScrapeRow[]): string {
  return formatTable(
    [
      'series',
      'renderer',
      'changed since',
      'encoding',
      'first byte ms',
      'last byte ms',
      'longest block ms',
      'MB',
      'times faster',
    ],
    rows.map((row) => [
      row.series.toLocaleString('en'),
      row.renderer,
      row.since,
      row.encoding,
      row.firstByteMs.toFixed(1),
      row.lastByteMs.toFixed(1),
      row.longestBlockMs.toFixed(1),
      (row.bytes / 1e6).toFixed(2),
      row.timesFaster === undefined ? '' : row.timesFaster.toFixed(1),
    ]),
  );
}

function memoryTable(rows: readonly MemoryRow[]): string {
  return formatTable(
    ['series', 'renderer', 'bytes of resident memory per series'],
    rows.map((row) => [row.series.toLocaleString('en'), row.renderer, String(row.bytesPerSeries)]),
  );
}
