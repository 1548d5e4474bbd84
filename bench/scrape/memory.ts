import { setTimeout as sleep } from 'node:timers/promises';
import { MeasuredServer } from './client.ts';

/** Passes over all PBXs; the highest value of the last one counts. */
const passes = 3;
/** Time of one pass (ms): a third of the default interval, so that three times as much garbage is made as in reality. */
const passMs = 10_000;
/** Time between two scrapes (ms). */
const scrapeMs = 5_000;

interface Resident {
  readonly rss: number;
}

/**
 * The highest resident memory (bytes) of a server in operation: rounds spread over the pass, compressed scrapes beside
 * them, nothing collected by order.
 */
export async function measureResident(renderer: 'ours' | 'prom-client', size: number): Promise<number> {
  const server = await MeasuredServer.start(renderer, size);
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
