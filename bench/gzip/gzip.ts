import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { systemClock } from '../../src/clock.ts';
import type { PageTarget } from '../../src/exposition/page.ts';
import { Block } from '../../src/exposition/gzip/block.ts';
import { packDeflated } from '../../src/exposition/gzip/member.ts';
import { GzipPages } from '../../src/exposition/gzip/pages.ts';
import { bytesOf, makeSections } from '../../src/exposition/metric-sections.ts';
import { renderTarget, type TargetBlocks } from '../../src/exposition/render.ts';
import { makeTargets, nextBenchRecord } from '../scrape/records.ts';
import { median } from '../statistics.ts';

/** Cost of one compressed scrape, built from pieces and compressed as a whole. CPU times (ms) include all threads. */
export interface GzipRow {
  readonly series: number;
  readonly plainBytes: number;
  readonly pieces: Way;
  readonly whole: Way;
  /** CPU time (ms) for compressing the pieces replaced by one round of all targets; in operation, it is spread over the interval. */
  readonly newPiecesMs: number;
}

/** Measurements of one of the two methods. */
export interface Way {
  /** Time until the page is complete (ms). */
  readonly pageMs: number;
  readonly cpuMs: number;
  readonly bytes: number;
}

const repetitions = 7;
const gzipWhole = promisify(gzip);
const end = async (): Promise<Block> => Block.of('# EOF\n');

/** Measures both methods for these numbers of series, with the same lines. */
export async function measureGzip(sizes: readonly number[], say: (text: string) => void): Promise<readonly GzipRow[]> {
  const rows: GzipRow[] = [];
  for (const size of sizes) {
    say(`gzip of ${size.toLocaleString('en')} series ...\n`);
    rows.push(await measureOne(makeTargets(size)));
  }
  return rows;
}

async function measureOne(targets: readonly PageTarget[]): Promise<GzipRow> {
  const before = targets.map((target) => render(target));
  const after = targets.map((target, index) => render(nextRound(target, index), before[index]));
  const newPieces = after.map(({ blocks }, index) =>
    blocks.filter((block, place) => block !== before[index]?.blocks[place]),
  );
  const plainNew = newPieces.flat().flatMap((block) => (block === undefined ? [] : [block.bytes]));
  const sections = makeSections(after, {}, 'text');
  const plain = Buffer.concat([...bytesOf(sections)]);
  const pages = new GzipPages(() => systemClock.monotonicTime());
  return {
    series: plain.toString('latin1').match(/^pbx_/gm)?.length ?? 0,
    plainBytes: plain.length,
    pieces: await measure(async () => {
      let bytes = 0;
      for await (const piece of pages.page(sections, end)) bytes += piece.length;
      return bytes;
    }),
    // Level 1, as for the pieces. The default level compresses better but takes longer.
    whole: await measure(async () => (await gzipWhole(plain, { level: 1 })).length),
    newPiecesMs: (await measure(async () => plainNew.reduce((sum, bytes) => sum + packDeflated(bytes).length, 0)))
      .cpuMs,
  };
}

function render({ identity, record }: PageTarget, previous?: TargetBlocks): TargetBlocks {
  const options = { identity, record, hashName: (name: string) => name };
  return renderTarget({ ...options, ...(previous && { previous: previous.blocks }) }, systemClock.monotonicTime());
}

function nextRound({ identity, record }: PageTarget, index: number): PageTarget {
  return { identity, record: nextBenchRecord(record, index, 1) };
}

async function measure(make: () => Promise<number>): Promise<Way> {
  const ways: Way[] = [];
  for (let round = -2; round < repetitions; round += 1) {
    await sleep(20);
    const [cpu, startedAt] = [process.cpuUsage(), performance.now()];
    const bytes = await make();
    const pageMs = performance.now() - startedAt;
    const { user, system } = process.cpuUsage(cpu);
    if (round >= 0) ways.push({ pageMs, cpuMs: (user + system) / 1_000, bytes });
  }
  const [first] = ways;
  return {
    pageMs: median(ways.map(({ pageMs }) => pageMs)),
    cpuMs: median(ways.map(({ cpuMs }) => cpuMs)),
    bytes: first?.bytes ?? 0,
  };
}
