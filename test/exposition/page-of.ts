import { Exposition, type PageChoice, type PageTarget } from '../../src/exposition/page.ts';
import type { OwnMetrics } from '../../src/exposition/exporter-registry.ts';
import type { Clock } from '../../src/clock.ts';
import { testHash } from '../support/reference-page.ts';
import { now } from './records.ts';

/** Returns a clock that stands still until a test changes it. */
export function stillClock(monotonic = now): Clock & { monotonic: number } {
  return {
    monotonic,
    wallTime: () => 0,
    monotonicTime() {
      return this.monotonic;
    },
    after: () => ({ stop: () => undefined }),
  };
}

/** Own metrics without lines, so that a page contains only the targets. */
export const noOwnMetrics: OwnMetrics = {
  observeRequest: () => undefined,
  configReloaded: () => undefined,
  targetFilesRead: () => undefined,
  render: () => Promise.resolve(''),
};

/** Creates an exposition for tests. */
export function makeExposition(clock: Clock = stillClock(), hashName = testHash): Exposition {
  return new Exposition({ clock, hashName, own: noOwnMetrics });
}

/** Returns all bytes of a page. */
export async function collect(page: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of page) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Returns the page of these targets from a new exposition. */
export function pageOf(
  targets: readonly PageTarget[],
  format: PageChoice['format'],
  encoding: PageChoice['encoding'] = 'identity',
): Promise<Buffer> {
  return collect(makeExposition().metricsPage(targets, { format, encoding }));
}
