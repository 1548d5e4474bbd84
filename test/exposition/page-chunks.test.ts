import { expect, test } from 'vitest';
import { Block, largeBlock } from '../../src/exposition/gzip/block.ts';
import { bytesOf } from '../../src/exposition/metric-sections.ts';
import { EventLoopYield, inChunks, markTemporary, release } from '../../src/exposition/page-chunks.ts';
import { sendPage } from '../../src/server/metrics.ts';
import { serveRoutes } from '../support/web-bench.ts';
import { makeTargets } from '../../bench/scrape/records.ts';
import { makeExposition, stillClock } from './page-of.ts';

test('only memory that was marked, and that nobody shares, is given back', () => {
  const [own, kept, shared] = [Buffer.alloc(10_000, 'a'), Buffer.alloc(10_000, 'b'), Buffer.from('short')];
  markTemporary(own);
  markTemporary(shared);
  for (const bytes of [own, kept, shared]) release(bytes);
  expect([own.length, kept.length, shared.toString()]).toEqual([0, 10_000, 'short']);
  release(own);
});

test('a block that is kept compressed makes its plain bytes in memory of their own, once', () => {
  const text = 'pbx_up{pbx="hq"} 1\n'.repeat(largeBlock);
  const block = Block.of(text);
  expect(block.isKeptPlain).toBe(true);
  block.packed();
  expect(block.isKeptPlain).toBe(false);
  const bytes = markTemporary(block.bytes);
  expect(bytes.buffer.byteLength - bytes.length).toBeLessThanOrEqual(1);
  release(bytes);
  expect(bytes).toHaveLength(0);
  expect(block.bytes.toString()).toBe(text);
});

test('blocks that are kept compressed are restored together, between plain ones, in memory that is given back', () => {
  const isPlain = (index: number): boolean => index === 18;
  const texts = Array.from({ length: 29 }, (_, index) =>
    `pbx_up{pbx="branch-${index}"} 1\n`.repeat(isPlain(index) ? 2 : 600),
  );
  const column = texts.map((text) => Block.replacing(undefined, text));
  const pieces = [...bytesOf([{ header: Block.of('# HELP\n'), column }])];
  expect(Buffer.concat(pieces).toString()).toBe(`# HELP\n${texts.join('')}`);
  const kept = pieces.filter((piece) => {
    release(piece);
    return piece.length > 0;
  });
  expect(kept.map(String)).toEqual(['# HELP\n', texts[18]]);
  expect(pieces).toHaveLength(8);
});

test('pages that were written leave those after them whole, in both encodings', async () => {
  const targets = makeTargets(4_000);
  const exposition = makeExposition(stillClock(performance.now()));
  const base = await serveRoutes([
    {
      path: '/metrics',
      methods: ['GET'],
      handle: ({ request, response }) =>
        sendPage(request, response, (choice) => exposition.metricsPage(targets, choice)),
    },
  ]);
  const ask = async (encoding: string): Promise<string> =>
    (await fetch(`${base}/metrics`, { headers: { 'accept-encoding': encoding } })).text();
  const first = await ask('identity');
  expect(first.length).toBeGreaterThan(200_000);
  for (const encoding of ['gzip', 'identity', 'gzip', 'identity']) expect(await ask(encoding)).toBe(first);
});

/** Reads pieces that each take the given time (ms) to make; returns their bytes and the turns of the event loop meanwhile. */
async function readPieces(pieces: readonly Buffer[], eachMs: number): Promise<{ bytes: number; turns: number }> {
  let time = 0;
  function* slowPieces(): Generator<Buffer> {
    for (const piece of pieces) {
      time += eachMs;
      yield piece;
    }
  }
  let turns = 0;
  const count = (): void => {
    turns += 1;
    next = setImmediate(count);
  };
  let next = setImmediate(count);
  let bytes = 0;
  for await (const chunk of inChunks(slowPieces(), () => time)) bytes += chunk.length;
  clearImmediate(next);
  return { bytes, turns };
}

test('the event loop turns while pieces take long to be made, also small ones', async () => {
  const { bytes, turns } = await readPieces(Array<Buffer>(100).fill(Buffer.alloc(10, 'x')), 2);
  expect(bytes).toBe(1_000);
  expect(turns).toBeGreaterThan(20);
});

test('many bytes that were made quickly need few turns: in a busy exporter each one is long', async () => {
  const { bytes, turns } = await readPieces(Array<Buffer>(200).fill(Buffer.alloc(65_536, 'x')), 0.1);
  expect(bytes).toBe(200 * 65_536);
  expect(turns).toBeGreaterThan(2);
  expect(turns).toBeLessThan(10);
});

/** Returns how many milliseconds of work are done before the event loop must turn. */
function workUntilDue(pace: EventLoopYield, clock: { now: number }): number {
  const begin = clock.now;
  while (!pace.isDue) clock.now += 1;
  return clock.now - begin;
}

/** Time of a turn (ms), and the CPU time of this program in it. */
interface Others {
  readonly passed: number;
  readonly computed: number;
}

test.each([
  ['at rest work takes a few milliseconds', { passed: 0, computed: 0 }, 3],
  ['and as long as the others of this program where they have more to do', { passed: 40, computed: 40 }, 40],
  ['up to a limit', { passed: 60_000, computed: 60_000 }, 100],
  ['what other programs took from us is no reason to take more', { passed: 90, computed: 2 }, 3],
  ['threads that compute beside the event loop keep nobody waiting', { passed: 10, computed: 40 }, 10],
] as const)('%s', async (_what, { passed, computed }: Others, expected) => {
  const clock = { now: 1_000, computed: 0 };
  const pace = new EventLoopYield(
    () => clock.now,
    () => clock.computed,
  );
  expect(workUntilDue(pace, clock)).toBe(3);
  setImmediate(() => {
    clock.now += passed;
    clock.computed += computed;
  });
  await pace.turn();
  expect(workUntilDue(pace, clock)).toBe(expected);
  await pace.turn();
  expect(workUntilDue(pace, clock)).toBe(3);
});
