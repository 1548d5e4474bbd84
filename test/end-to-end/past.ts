import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Labels, type PrometheusServer, startPrometheusIn } from './prometheus-server.ts';
import { freePort, instances } from './testbed.ts';

/** One historical series with regular values up to now. */
export interface PastSeries {
  readonly metric: string;
  readonly labels: Labels;
  /** Seconds between two values. */
  readonly every: number;
  /** How many values there are. */
  readonly count: number;
  /** Returns the value `stepsAgo` steps before now; `undefined` if there is none. */
  readonly value: (stepsAgo: number) => number | undefined;
}

/** A real Prometheus that scrapes nothing and contains historical series. */
export interface Past {
  /** Time of the newest values, in seconds since the epoch. */
  readonly now: number;
  readonly prometheus: PrometheusServer;
  close(): Promise<void>;
}

/**
 * Starts a Prometheus with these lists of series. Series that go far back should be in a separate list: the import reads each list once for
 * every two hours of its time range. `now` is a full minute, so that times whole minutes or hours before it coincide with values.
 */
export async function startPast(seriesAt: (now: number) => readonly (readonly PastSeries[])[]): Promise<Past> {
  const now = Math.floor(Date.now() / 60_000) * 60;
  const folder = await mkdtemp(join(tmpdir(), 'end-to-end-weeks-'));
  const files: string[] = [];
  for (const series of seriesAt(now)) {
    const file = join(folder, `samples-${files.length}.txt`);
    await writeFile(file, `${series.flatMap((one) => linesOf(one, now)).join('\n')}\n# EOF\n`);
    files.push(file);
  }
  await writeFile(join(folder, 'prometheus.yml'), 'global: { scrape_interval: 30s }\n');
  const ports = { prometheus: await freePort(), alertmanager: await freePort() };
  const prometheus = await startPrometheusIn(folder, ports, instances.prometheus, {
    PROMETHEUS_SAMPLES: files.join(' '),
    PROMETHEUS_ARGS: '--storage.tsdb.retention.time=60d',
  });
  return {
    now,
    prometheus,
    async close() {
      await prometheus.close();
      await rm(folder, { recursive: true });
    },
  };
}

function linesOf({ metric, labels, every, count, value }: PastSeries, now: number): readonly string[] {
  const written = Object.entries(labels).map(([label, text]) => `${label}=${JSON.stringify(text)}`);
  return Array.from({ length: count }, (_, index) => count - 1 - index).flatMap((ago) => {
    const known = value(ago);
    return known === undefined ? [] : [`${metric}{${written.join(',')}} ${known} ${now - ago * every}`];
  });
}
